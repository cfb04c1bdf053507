"""What people write for numbers is told from words, in a time that grows with the text."""

from __future__ import annotations

import pytest

from actmath._text.amounts import is_amount, plain_cell

from ..pace import no_longer_than


@pytest.mark.parametrize(
    "text",
    [
        *("$5", "5 €", "₹5", "5₽", "₩5", "R$5", "US$5", "CHF 5.50", "5 EUR", "5¢", "($7)", "-$5"),
        *("1,234.50", "1'234", "1\u00a0234", "1\u2009234", "1,5", "1·5", "1٫5", "١٢", "１２"),
        *("−5", "–5", "‐5", "－5", "- 5", "+-5", "(5)", "5%", "5 ‰", "5°", "5 °C"),
        *("1d5", "1 e3", "1E+ 3", "1×10^3", "1.5 x 10**3", "10²", "½", "1/2", "-1/2", "'5", "=5"),
        *("0x1F", "0x1p3", "0b101", "0o17", "1j", "2i", "1+2j", "(1.0e+00-2.0e+00j)"),
        *("inf", "-inf", "+Infinity", "INF", "∞", "-∞"),
    ],
)
def test_amounts(text: str) -> None:
    assert is_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ".", "$", "%", "x", "red", "e5", "EUR", "A11", "ABC123", "x2", "i", "j", "in"),
        *("20-29", "2020-01-01", "12:30", "2nd", "4door", "5more", "info", "infinite", "Ⅳa"),
        *("1920x1080", "4x100", "1 BED", "5 MAY", "AGE 40", "100 MHZ", "SIC 3411", "1/2/2020"),
        *("1 of 2", "n/a", "?", "TRUE", "(a)", "#1", "v1.2", "<5", "5-", "1/", "/2"),
    ],
)
def test_words(text: str) -> None:
    assert not is_amount(text)


@pytest.mark.parametrize(
    "part", ["1", "1 ", "1,", "-", "1-", "1e", "$", "(", "1x10", " ", "0x1", "½"]
)
def test_a_long_cell_takes_no_longer_than_its_length(part: str) -> None:
    """A table's cell may have 131,072 characters."""
    with no_longer_than(1):
        is_amount(part * (2**17 // len(part)) + "!")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (" a ", "a"),
        ("\ufeffa", "a"),
        ("\u200b 1\u200b", "1"),
        ("a\u00a0\u200f", "a"),
        ("\u00ad", ""),
        ("e\u0301", "é"),
        ("a b", "a b"),
        # Within a word they can be a letter's form.
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_nobody_sees_makes_no_other_cell(text: str, plain: str) -> None:
    assert plain_cell(text) == plain
