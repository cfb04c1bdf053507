"""The range of a wave far out, and its steepest slope, beside values at many points."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sympy import AccumBounds, Expr, Rational, S, atan, cos, exp, log, oo, pi, sin, sqrt

from actmath import Activation
from actmath.derive import lipschitz, saturation
from actmath.derive._formula._roots.wave_ranges import period, tight
from actmath.notation import a, x


def far() -> NDArray[np.float64]:
    """A few hundred of their periods, far out, where what is no wave has settled."""
    return np.linspace(2e4, 2.2e4, 4_000_001)


WAVES = {
    "cos(x)^2*tanh(x)": lambda t: np.cos(t) ** 2 * np.tanh(t),
    "tanh(x)*(sin(x) + cos(x))": lambda t: np.tanh(t) * (np.sin(t) + np.cos(t)),
    "sin(x)*sin(2*x)*tanh(x)": lambda t: np.sin(t) * np.sin(2 * t) * np.tanh(t),
    "sin(x)*cos(x) + exp(-x^2)": lambda t: np.sin(t) * np.cos(t) + np.exp(-(t**2)),
}


@pytest.mark.slow
@pytest.mark.parametrize("formula", WAVES)
def test_the_range_far_out_is_that_of_the_values(formula: str) -> None:
    """Tight bounds, at both ends, of the value and, by differences, of the slope."""
    found = saturation(Activation("wave", formula))
    for side, points in ((found.left, -far()[::-1]), (found.right, far())):
        values = WAVES[formula](points)
        slopes = np.diff(values) / np.diff(points)
        for bounds, seen in ((side.value, values), (side.slope, slopes)):
            assert abs(float(bounds.min) - seen.min()) < 1e-5
            assert abs(float(bounds.max) - seen.max()) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("formula", WAVES)
def test_the_steepest_slope_is_that_of_the_values(formula: str) -> None:
    """SymPy's bounds of 2·sin(x)·cos(x)·tanh(x) at infinity are ±2."""
    near = np.linspace(-60, 60, 2_400_001)
    seen = np.abs(np.diff(WAVES[formula](near)) / np.diff(near)).max()
    assert abs(float(lipschitz(Activation("wave", formula)).constant) - seen) < 1e-5


@pytest.mark.parametrize(
    ("bounds", "formula"),
    [
        (S.Zero, exp(-x)),
        (AccumBounds(-oo, oo), x * sin(x)),
        (AccumBounds(-2, 2), sin(x) + sin(sqrt(2) * x)),
        (AccumBounds(-1, 1), sin(log(1 + x**2))),
        (AccumBounds(-1, 1), sin(x**2)),
    ],
    ids=str,
)
def test_what_has_no_period_keeps_its_bounds(bounds: Expr, formula: Expr) -> None:
    assert tight(bounds, formula, oo) == bounds


def test_names_of_bounds_are_kept() -> None:
    assert tight(AccumBounds(-1, 1), sin(3 * x), oo) == AccumBounds(-1, 1)
    assert tight(AccumBounds(-2, 2), 2 * sin(x) * cos(x), -oo) == AccumBounds(-1, 1)
    half = tight(AccumBounds(-2, 2), atan(x) * cos(x), oo)
    assert abs(float(half.max) - np.pi / 2) < 1e-15


def test_periods_by_hand() -> None:
    assert period(sin(2 * x) + cos(3 * x)) == 2 * pi
    assert period(sin(x) + sin(sqrt(2) * x)) is None
    assert period(x + sin(x)) is None


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (sin(4 * x), pi / 2),
        (cos(1 - 3 * x), 2 * pi / 3),
        (sin(x / 2) + cos(x / 3), 12 * pi),
        (sin(pi * x) * cos(3 * pi * x / 2), 4),
        (sin(2 * x) + cos(2) * sin(3 * x), 2 * pi),
        (x * sin(x), None),
        (sin(x**2), None),
        (sin(x) + sin(pi * x), None),
        (exp(x), None),
        (S(3), None),
        (cos(x) ** x, None),
    ],
    ids=str,
)
def test_a_period_is_the_shortest_of_all_waves_together(
    formula: Expr, expected: Expr | None
) -> None:
    found = period(formula)
    assert found == expected
    if found is not None:
        at = S(7) / 10
        assert abs((formula.subs(x, at + found) - formula.subs(x, at)).evalf(20)) < 1e-15


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        # cos x + cos 2x = 2c² + c − 1 has its least at c = −1/4.
        (cos(x) + cos(2 * x), Rational(-9, 8), 2),
        (sin(x) + cos(x), -sqrt(2), sqrt(2)),
        (3 * sin(x) ** 2 - 1, -1, 2),
        (sin(x) * cos(x) + exp(-x), -S.Half, S.Half),
        (atan(x) * (sin(x) + 2), pi / 2, 3 * pi / 2),
        (-2 * cos(5 * x) - 1, -3, 1),
    ],
    ids=str,
)
def test_ranges_by_hand(formula: Expr, low: Expr, high: Expr) -> None:
    found = tight(AccumBounds(-9, 9), formula, oo)
    assert abs((found.min - low).evalf(20)) < 1e-15
    assert abs((found.max - high).evalf(20)) < 1e-15


def test_each_end_has_its_level() -> None:
    formula = atan(x) * (2 + cos(x))
    left, right = (tight(AccumBounds(-9, 9), formula, end) for end in (-oo, oo))
    assert abs((left.min + 3 * pi / 2).evalf(20)) < 1e-15
    assert abs((left.max + pi / 2).evalf(20)) < 1e-15
    assert abs((right.min - pi / 2).evalf(20)) < 1e-15


def test_what_is_no_bound_or_has_a_parameter_is_given_back() -> None:
    for bounds, formula in (
        (S(2), cos(x)),
        (AccumBounds(0, oo), cos(x)),
        (AccumBounds(-9, 9), a * cos(x)),
        (AccumBounds(-9, 9), x * cos(x) + sin(x)),
    ):
        assert tight(bounds, formula, oo) == bounds
