"""The search ends where an inequality is nearest to failing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from sympy import Expr, exp, sqrt

from actmath.prove import Box, Coordinates, Formula, Inequality
from actmath.prove._cover.search import Spot, nearest_to_failing

from ..bowl import BOWL, PLANE, SQUARE, A, B


def test_the_search_walks_to_the_minimum() -> None:
    spot = nearest_to_failing(Inequality(BOWL, True, Fraction(0)), SQUARE)
    assert float(spot.slack.mid()) == pytest.approx(0.789177, abs=1e-6)
    assert not spot.violates


WIDE = Box.of(a=("-1", "3"), b=("-2", "1"))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (A + B, ("-1", "-2")),
        (A - B, ("-1", "1")),
        (B - A, ("3", "-2")),
        (-A - B, ("3", "1")),
        ((A - 1) ** 2 + (B + Fraction(1, 2)) ** 2, ("1", "-0.5")),
        ((A - Fraction(3, 8)) ** 2 + (B + Fraction(5, 8)) ** 2, ("0.375", "-0.625")),
        ((A - Fraction(17, 16)) ** 2 - B, ("17/16", "1")),
        (exp(A) - 2 * A + B**2, ("0.69314718056", "0")),
        ((A - Fraction(1, 3)) ** 2 + (B - Fraction(1, 7)) ** 2, ("1/3", "1/7")),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_the_place_of_the_least_slack(value: Expr, place: tuple[str, str], above: bool) -> None:
    """At corners, on edges, inside: points and slack are those of the minimum, by hand."""
    formula = Formula("f", value if above else -value, PLANE)
    spot = nearest_to_failing(Inequality(formula, above, Fraction(0)), WIDE)
    assert all(isinstance(end, Fraction) for end in spot.point)
    for found, wanted, width in zip(spot.point, place, WIDE.widths, strict=True):
        assert abs(found - Fraction(wanted)) < width / 2**12
    least = value.subs({A: Fraction(place[0]), B: Fraction(place[1])})
    assert float(spot.slack.mid()) == pytest.approx(float(least), abs=1e-6)
    at_point = value.subs({A: spot.point[0], B: spot.point[1]})
    assert float(spot.slack.mid()) == pytest.approx(float(at_point), rel=1e-12, abs=1e-15)


def test_a_side_that_is_a_point_is_not_left() -> None:
    domain = Box.of(a=("0.25", "0.25"), b=("-2", "1"))
    formula = Formula("f", A + (B - Fraction(1, 16)) ** 2, PLANE)
    spot = nearest_to_failing(Inequality(formula, True, Fraction(0)), domain)
    assert spot.point[0] == Fraction(1, 4)
    assert abs(spot.point[1] - Fraction(1, 16)) < Fraction(3, 2**12)


def test_coordinates_that_are_products_are_searched_in_their_variables() -> None:
    """y = mu·omega is least, −2, at (−1, 2) and (1, −2) alone."""
    y = Formula("f", Coordinates.of(y="mu*omega").symbols[0], Coordinates.of(y="mu*omega"))
    domain = Box.of(mu=("-1", "1"), omega=("-2", "2"))
    spot = nearest_to_failing(Inequality(y, True, Fraction(0)), domain)
    assert spot.point in {(-1, 2), (1, -2)}
    assert spot.slack == -2


@pytest.mark.parametrize("shift", [1, 5])
def test_where_the_formula_does_not_exist_is_not_near(shift: int) -> None:
    """√(a − 1) + b exists from a = 1 on; of √(a − 5) there is no value in the domain."""
    formula = Formula("f", sqrt(A - shift) + B, PLANE)
    spot = nearest_to_failing(Inequality(formula, True, Fraction(0)), WIDE)
    assert spot.violates is (shift == 1)
    if shift == 1:
        assert spot.point[0] >= 1
        assert float(spot.slack.mid()) == pytest.approx(-2, abs=1e-3)


@pytest.mark.parametrize(
    ("slack", "violates"),
    [
        *((arb(0), False), (arb("-1e-30"), True), (arb(-1, 2), False)),
        *((arb(1), False), (arb("nan"), False)),
    ],
)
def test_only_a_slack_below_0_violates(slack: arb, violates: bool) -> None:
    assert Spot((), slack).violates is violates
