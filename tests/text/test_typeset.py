"""Values as cells: what a console reads, and what a page typesets."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import Piecewise, oo, sqrt

from actmath._text.tables import html_table, text_table
from actmath._text.typeset import cell, in_words, typeset
from actmath.notation import alpha, lam, x


def test_a_formula_is_text_here_and_mathematics_there() -> None:
    found = typeset(sqrt(x**2 + 4) * lam)
    assert found == "lam*sqrt(x**2 + 4)"
    assert found.html == r"\(\displaystyle \lambda \sqrt{x^{2} + 4}\)"


def test_signs_of_html_in_a_formula_are_escaped() -> None:
    assert "&lt;" in typeset(Piecewise((x, x < 0), (alpha, True))).html


@pytest.mark.parametrize(("value", "text"), [(oo, "∞"), (-oo, "-∞"), (2 * alpha, "2*alpha")])
def test_infinity_is_a_sign(value: object, text: str) -> None:
    assert typeset(value) == text


def test_a_name_that_holds_two_os_stays() -> None:
    assert typeset("root") == "root"


def test_a_sentence_escapes_its_own_words_once() -> None:
    found = in_words("{} < 1 & {}", typeset(alpha), "a < b")
    assert found == "alpha < 1 & a < b"
    assert found.html == r"\(\displaystyle \alpha\) &lt; 1 &amp; a &lt; b"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.float32(0.5), "0.5"),
        (np.float64(1) / 3, "0.333333"),
        (-math.inf, "−∞"),
        (-2.5e-7, "−2.5e−07"),
        (math.nan, "—"),
        (np.array(0.25), "0.25"),
        (True, "yes"),
        (np.bool_(False), "no"),
        (np.int64(12345678), "12345678"),
        ("a word", "a word"),
    ],
)
def test_numbers_are_cut_to_size(value: object, shown: str) -> None:
    assert str(cell(value)) == shown


def test_a_table_has_both_faces() -> None:
    row = ("root", typeset(sqrt(2)))
    assert r"<td>\(\displaystyle \sqrt{2}\)</td>" in html_table([row])
    assert text_table([row]) == "  root  sqrt(2)"
