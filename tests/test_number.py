"""Numbers are read exactly, and text is never evaluated."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    CRootOf,
    Expr,
    Float,
    I,
    Integer,
    Rational,
    Symbol,
    erfc,
    exp,
    nan,
    oo,
    pi,
    sqrt,
    zoo,
)

from actmath.notation import x
from actmath.number import approximate, exact


@pytest.mark.parametrize(
    ("given_value", "value"),
    [
        (0.1, Rational(1, 10)),
        ("0.1", Rational(1, 10)),
        (np.float64(0.1), Rational(1, 10)),
        (Decimal("0.10"), Rational(1, 10)),
        (Fraction(1, 10), Rational(1, 10)),
        (Float(0.1), Rational(1, 10)),
        ("1e-400", Rational(1, 10**400)),
        (1e300, Integer(10) ** 300),
        (" -2/3 ", Rational(-2, 3)),
        ("+.5", Rational(1, 2)),
        ("3.", Integer(3)),
        (np.int64(-7), Integer(-7)),
        (10**40, Integer(10) ** 40),
        (sqrt(2), sqrt(2)),
        (-0.0, Integer(0)),
    ],
    ids=repr,
)
def test_exact(given_value: object, value: Expr) -> None:
    found = exact(given_value)  # type: ignore[arg-type]
    assert found == value
    assert not found.has(Float)


@pytest.mark.parametrize(
    "value",
    [
        *(math.nan, math.inf, -math.inf, Decimal("nan"), Decimal("-Infinity"), nan, oo, zoo, I, x),
        *("", "nan", "inf", "1/0", "0/0", "2/-3", "1e", "0x10", "1_000", "1 2", "--1", "１", "pi"),
        *("__import__('os')", "x", "1e99999", "1.5/2", "1+1", "(1)"),
    ],
    ids=repr,
)
def test_no_finite_real_number(value: object) -> None:
    with pytest.raises(ValueError, match="the mean must be"):
        exact(value, "the mean")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [True, None, 1j, [1], {}, np.array([1.0, 2.0]), np.True_, object])
def test_no_number_at_all(value: object) -> None:
    with pytest.raises(TypeError, match="the mean must be a real number"):
        exact(value, "the mean")  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_its_shortest_decimal(value: float) -> None:
    found = exact(value)
    assert float(found) == value
    assert found == exact(repr(value)) == exact(Decimal(repr(value)))


@given(st.fractions())
def test_fractions_survive(value: Fraction) -> None:
    assert exact(value) == exact(f"{value.numerator}/{value.denominator}")
    assert Fraction(int(exact(value).p), int(exact(value).q)) == value


@given(st.text(alphabet="0123456789.+-/eE _nif", max_size=8))
def test_text_is_a_number_or_a_value_error(text: str) -> None:
    try:
        found = exact(text)
    except ValueError:
        return
    assert found.is_rational


@pytest.mark.parametrize(
    "value",
    [pi, erfc(1) * exp(1), sqrt(2) - 1, Rational(-1, 3), Integer(0), CRootOf(x**5 - x - 1, 0)],
    ids=str,
)
@pytest.mark.parametrize("digits", [15, 30, 60])
def test_approximate_has_the_digits(value: Expr, digits: int) -> None:
    error = abs((approximate(value, digits) - value).evalf(10))
    assert error <= Float(10) ** (1 - digits) * max(1, abs(value.evalf(5)))


def test_approximate_is_quick_at_a_hidden_zero() -> None:
    hidden = sqrt(2) * sqrt(3 + 2 * sqrt(2)) - 2 - sqrt(2)
    assert abs(approximate(hidden)) < 1e-35


def test_approximate_of_limits() -> None:
    assert approximate(oo) == oo
    assert approximate(-oo) == -oo
    assert approximate(Symbol("k", real=True) * 0) == 0
