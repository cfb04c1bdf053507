"""Quotients of polynomials, whose numerators and denominators overflow apart."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Rational, exp, lambdify, sqrt

from actmath.lower._functions.algebraic import Direction, Hypotenuse
from actmath.lower._rules.rationals import stable_divisor, stable_power, stable_quotient
from actmath.notation import x

from ...reference.plain_functions import PLAIN


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (x / (1 + x**2), Direction(x, 1) / Hypotenuse(x, 1)),
        (x**3 / (1 + x**2), Direction(x, 1) ** 3 * Hypotenuse(x, 1)),
        (1 / (1 + x**2), None),
        (x / (1 + x), None),
        (x**2 + 1, None),
        (x / (1 + exp(x)), None),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, want: Expr | None) -> None:
    assert stable_quotient(formula) == want


@pytest.mark.parametrize(
    "formula",
    [
        (x**3 - 2) / (5 + x**2 + 3 * x**4),
        x**5 / (7 + x**2) ** 2,
        (1 - x) / (2 + x) ** 2,
        (x - 2) ** 3 / ((x - 2) ** 4 + 1),
    ],
)
def test_it_is_the_same_function(formula: Expr) -> None:
    found = stable_quotient(formula)
    assert found is not None
    plain, same = (lambdify(x, e, [PLAIN, "mpmath"]) for e in (formula, found))
    with mp.workdps(40):
        for at in ("-0.75", "0.001", "12.5"):
            assert abs(same(mp.mpf(at)) / plain(mp.mpf(at)) - 1) < 1e-35


def test_a_line_inside_stays_as_it_is() -> None:
    """Multiplied out it would cancel: (x − 2)⁴ + 1 = x⁴ − 8x³ + 24x² − 32x + 17."""
    v = x - 2
    want = (Direction(v, 1) ** 4 + Hypotenuse(v, 1) ** -4) ** Rational(1, 3)
    assert stable_power((v**4 + 1) ** Rational(1, 3)) == want * Hypotenuse(v, 1) ** Rational(4, 3)


@pytest.mark.parametrize("formula", [sqrt(1 + x**4), (5 - x + 2 * x**6) ** Rational(-2, 3)])
def test_powers_of_polynomials(formula: Expr) -> None:
    found = stable_power(formula)
    assert found is not None
    plain, same = (lambdify(x, e, [PLAIN, "mpmath"]) for e in (formula, found))
    with mp.workdps(40):
        for at in ("-0.75", "0.001", "12.5"):
            assert abs(same(mp.mpf(at)) / plain(mp.mpf(at)) - 1) < 1e-35


@pytest.mark.parametrize(
    "formula", [sqrt(1 + x**2), (1 + x**4) ** 2, sqrt(x), exp(x), sqrt(exp(x))]
)
def test_other_powers(formula: Expr) -> None:
    assert stable_power(formula) is None


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (1 / (2 + 2 * x), 1 / (1 + x) / 2),
        ((1 - 3 * x) ** -2, (x - Rational(1, 3)) ** -2 / 9),
        (1 / (1 + x), None),
        (1 / (2 + 3 * x**2), None),
        (2 + 3 * x, None),
    ],
    ids=str,
)
def test_lines_are_divided_by_without_their_factor(formula: Expr, want: Expr | None) -> None:
    assert stable_divisor(formula) == want
