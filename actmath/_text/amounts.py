"""Texts of tables that are numbers in another notation than a program's."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = r"\d[\d.,'’_\s]*"
_EXPONENT = r"(?:[eEdD]\s?[-+]?\s?\d+|\s?[x×*]\s?10(?:\^|\*\*)[-+]?\d+)"
# Those that are traded most: any three letters may as well be a word, as in "AGE 40".
_CODE = "(?:EUR|USD|GBP|JPY|CHF|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|KRW|BRL|RUB|TRY|ZAR|MXN)"
_REAL = rf"[-+]*\s?{_DIGITS}{_EXPONENT}?"
_AMOUNT = re.compile(
    # In parentheses, after a spreadsheet's mark of a text or a formula, or after a currency.
    rf"\(?['=]?[-+]?(?:[A-Z]{{0,3}}\$|{_CODE}\s)?\s?"
    # Of two parts, with i or j; a fraction; with groups of digits, a decimal comma, Fortran's or a
    # printed exponent; of another base; infinite.
    rf"(?:(?:{_REAL}\s?[-+]\s?)?{_REAL}[ij]|{_REAL}/\d+|{_REAL}"
    r"|[-+]?0[xXbBoO][0-9a-fA-F.]+(?:[pP][-+]?\d+)?|[-+]?(?:[iI][nN][fF](?:inity|INITY)?|∞))"
    rf"\s?(?:[%‰]|°[CF]?|\$|\s{_CODE})?\)?"
).fullmatch
#: White space, and what takes no room at a text's ends: joiners, marks of direction and of order.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_EDGES = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _UNSEEN


def plain_cell(text: str) -> str:
    r"""A cell without what nobody sees: white space around it, and two spellings of one letter.

    >>> plain_cell(" a\u200b"), plain_cell("e\u0301") == "\u00e9"
    ('a', True)
    """
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip(_EDGES)


def is_amount(text: str) -> bool:
    """Whether a text is written as people write numbers: with a currency, in groups of digits.

    >>> [is_amount(text) for text in ("$1,234.50", "5 %", "1/2", "−3", "A11", "20-29", "2nd")]
    [True, True, True, True, False, False, False]
    """
    return _AMOUNT(text if text.isascii() else _like_ascii(text)) is not None


def _like_ascii(text: str) -> str:
    """Digits as digits, any currency as a dollar, any dash as a minus, any point as a point."""
    # Half as 1/2, superscripts and wide letters as plain ones.
    return "".join(map(_like, unicodedata.normalize("NFKC", text)))


def _like(letter: str) -> str:
    match unicodedata.category(letter):
        case "Sc":
            return "$"
        case "Pd":
            return "-"
        case "Cf":
            return ""
    return {"−": "-", "⁄": "/", "·": ".", "٫": ".", "٬": ",", "¢": "$"}.get(letter, letter)
