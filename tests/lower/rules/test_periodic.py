"""Angles of a product taken together, angles that overflow taken apart."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, cos, exp, sin, tan

from actmath import Activation
from actmath.lower._rules.periodic import double_angle, halved_angles
from actmath.lower._stable import stable_form
from actmath.notation import x


def test_a_product_is_a_double_angle() -> None:
    assert double_angle(3 * x * sin(2 * x) * cos(2 * x)) == 3 * x * sin(4 * x) / 2
    assert double_angle(sin(x) * cos(2 * x)) is None
    assert double_angle(sin(x) ** 2) is None


@pytest.mark.parametrize(
    "formula",
    [sin(2 * x), cos(3 * x + 1), tan(5 * x / 4), x + sin(8 * x) ** 2, exp(cos(-7 * x)) * x],
    ids=str,
)
def test_halved_angles_are_the_same_function_without_large_multiples(formula: Expr) -> None:
    halved = halved_angles(formula)
    assert all(abs(f.args[0].diff(x)) <= 1 for f in halved.atoms(sin, cos, tan))
    for at in (Rational(3, 10), Rational(-127, 10)):
        one, other = (each.subs(x, at).evalf(40) for each in (formula, halved))
        assert abs(one - other) < 1e-37 * (1 + abs(one))


@pytest.mark.parametrize("formula", [sin(x), cos(x / 2), sin(x**2), sin(1000 * x), exp(2 * x)])
def test_others_stay(formula: Expr) -> None:
    assert halved_angles(formula) == formula


def test_the_slope_that_touches_0_is_a_square() -> None:
    unit = Activation("unit", x + sin(Rational(3, 2) * x) ** 2 / Rational(3, 2))
    (piece,) = stable_form(unit, 1).pieces
    assert piece.expr == (sin(3 * x / 2) + cos(3 * x / 2)) ** 2
