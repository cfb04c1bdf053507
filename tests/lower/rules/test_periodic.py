"""Angles of a product taken together, angles that overflow taken apart."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, cos, exp, pi, sin, tan

from actmath import Activation
from actmath.lower._rules.periodic import _halvings, double_angle, halved_angles
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


@pytest.mark.parametrize(
    ("rate", "halvings"),
    [
        *((Rational(1), 0), (Rational(1, 2), 0), (Rational(-1), 0), (Rational(9, 8), 1)),
        *((Rational(2), 1), (Rational(17, 8), 2), (Rational(-4), 2), (Rational(5), 3)),
        *((Rational(64), 6), (Rational(-63), 6), (Rational(65), 0), (pi, 2)),
    ],
    ids=str,
)
def test_how_often_an_angle_is_halved(rate: Expr, halvings: int) -> None:
    """Until |k| ≤ 2ⁿ, six times at most."""
    assert _halvings(rate * x + 3) == halvings
    rates = {abs(f.args[0].diff(x)) for f in halved_angles(sin(rate * x + 3)).atoms(sin, cos)}
    assert rates == {abs(rate) / 2**halvings}


def test_curved_angles_are_not_halved() -> None:
    assert _halvings(3 * x**2) == 0
    assert _halvings(Rational(3)) == 0
    assert halved_angles(tan(sin(2 * x))) == tan(2 * sin(x) * cos(x))


@pytest.mark.parametrize(
    ("product", "want"),
    [
        (sin(x) * cos(x), sin(2 * x) / 2),
        (cos(x + 1) * x * sin(x + 1), x * sin(2 * x + 2) / 2),
        (sin(x) * cos(x) * exp(x), exp(x) * sin(2 * x) / 2),
        (sin(x) + cos(x), None),
        (sin(x) * sin(2 * x), None),
        (sin(x) * cos(x) ** 2, None),
    ],
    ids=str,
)
def test_double_angles(product: Expr, want: Expr | None) -> None:
    found = double_angle(product)
    assert found == want or (found - want).expand() == 0
