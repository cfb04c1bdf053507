"""Exact numbers in print: read again they are the same."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer, Rational, pi

from actmath._text.rationals import rational_text
from actmath.number import exact


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Rational(-2, 3), "-2/3"),
        (Integer(0), "0"),
        (Integer(10) ** 9999, "1e9999"),
        (Rational(1, 10**400), "1e-400"),
        (Integer(12) * 10**30, "12e30"),
        (Integer(1000), "1000"),
        (pi, "pi"),
    ],
)
def test_by_hand(value: Expr, text: str) -> None:
    assert rational_text(value) == text
    assert value == pi or exact(text) == value


def test_beyond_what_python_prints() -> None:
    text = rational_text(Integer(7) ** 6000)
    assert text.endswith(str(pow(7, 6000, 10**20)))
    # 6000·log₁₀ 7 = 5070.6.
    assert len(text) == 5071
