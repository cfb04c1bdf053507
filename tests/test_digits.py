"""What equals a number of digits, as sets and dicts need it; exact numbers in print."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from mpmath import mp
from sympy import Expr, Integer, Rational, oo, pi

from actmath._digits import decimal_text, rational_text
from actmath.number import exact, significant

_TEXTS = ("0.5", "0.1", "0.25", "3", "1e-30", "0", "1e30", "1e-400", "1.00000000000000000001")


def test_what_is_equal_has_one_hash_and_one_equal() -> None:
    """Over all kinds of numbers: equality is symmetric, and a set tells what is equal."""
    with mp.workdps(50):
        numbers = [significant(mp.mpf(text), digits) for text in _TEXTS for digits in (1, 15, 40)]
        kinds = [
            kind(text) for text in _TEXTS for kind in (float, Fraction, Decimal, Rational, mp.mpf)
        ]
    for number in numbers:
        # SymPy's integers on the left equal no Float.
        equal = [n for n in (*numbers, *kinds, 3, 10**30) if number == n and not is_sympy(n)]
        assert all(other == number and hash(other) == hash(number) for other in equal)
        # mpmath's numbers equal no Fraction and no Decimal.
        plain = [n for n in equal if not hasattr(n, "_mpf_")]
        assert len({number, *plain}) == 1
        assert all(one == other for one in plain for other in plain)
    with mp.workdps(50):
        assert significant(mp.mpf("1.00000000000000000001"), 21) not in (1, 1.0)


def is_sympy(value: object) -> bool:
    return isinstance(value, Rational)


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
def test_a_rational_in_print_read_again_is_the_same(value: Expr, text: str) -> None:
    assert rational_text(value) == text
    assert value == pi or exact(text) == value


def test_a_rational_beyond_what_python_prints() -> None:
    text = rational_text(Integer(7) ** 6000)
    assert text.endswith(str(pow(7, 6000, 10**20)))
    # 6000·log₁₀ 7 = 5070.6.
    assert len(text) == 5071


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Rational(-1, 8), "-0.125"),
        (Integer(0), "0"),
        (Integer(3) ** 1000, "1.32207082e+477"),
        (Rational(-2, 3 * 10**500), "-6.66666667e-501"),
        (oo, "inf"),
    ],
)
def test_a_decimal_also_beyond_floats(value: Expr, text: str) -> None:
    assert decimal_text(value, 9) == text
