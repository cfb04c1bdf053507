"""Samples for drawing: the interval, the breaks, the jumps."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Piecewise

from actmath import Activation, catalog
from actmath.lower import curve, to_numpy
from actmath.lower._curve import Curve
from actmath.notation import x

STAIR = Activation("stair", Piecewise((0, x < -1), (x, x < 2), (5, True)))


def test_it_is_the_function_from_end_to_end() -> None:
    drawn = curve(catalog.selu, -3, 2, points=51)
    assert (drawn.x[0], drawn.x[-1]) == (-3, 2)
    assert (np.diff(drawn.x) > 0).all()
    np.testing.assert_array_equal(drawn.y, to_numpy(catalog.selu)(drawn.x))
    assert drawn.label == catalog.selu.title


def test_both_sides_of_a_break_are_there_and_the_break_is_not() -> None:
    drawn = curve(catalog.hard_tanh, -4, 4, order=1)
    for at in (-1.0, 1.0):
        assert at not in drawn.x
        assert np.nextafter(at, -9) in drawn.x
        assert np.nextafter(at, 9) in drawn.x


def test_a_jump_is_no_line() -> None:
    drawn = curve(STAIR, -4, 4, label="steps")
    gaps = drawn.x[np.isnan(drawn.y)]
    np.testing.assert_array_equal(gaps, np.nextafter([-1.0, 2.0], -9))
    assert drawn.label == "steps"
    assert not np.isnan(curve(catalog.relu, -1, 1).y).any()
    assert np.isnan(curve(catalog.relu, -1, 1, order=1).y).sum() == 1


@pytest.mark.parametrize(
    ("lower", "upper", "points"), [(1, 1, 9), (2, 1, 9), (0, np.inf, 9), (np.nan, 1, 9), (0, 1, 1)]
)
def test_what_is_no_interval_is_refused(lower: float, upper: float, points: int) -> None:
    with pytest.raises(ValueError, match="cannot sample"):
        curve(catalog.relu, lower, upper, points=points)


def test_both_ends_and_an_even_spacing() -> None:
    drawn = curve(catalog.tanh, -1, 3, points=9)
    np.testing.assert_allclose(drawn.x, np.arange(-1, 3.5, 0.5))
    assert len(curve(catalog.tanh, 0, 1, points=2).x) == 2
    usual = curve("tanh")
    assert (usual.x[0], usual.x[-1], len(usual.x)) == (-4, 4, 401)


def test_a_break_at_an_end_is_not_inside() -> None:
    """At −1 the value is that of the left piece, at 1 too."""
    drawn = curve(catalog.hard_tanh, -1, 1, points=5)
    assert drawn.x.tolist() == [-1, -0.5, 0, 0.5, 1]


@pytest.mark.parametrize(("jump", "seen"), [("1/10**8", True), ("1/10**10", False)])
@pytest.mark.parametrize("at", ["0", "-3", "100"])
def test_what_counts_as_a_jump(jump: str, seen: bool, at: str) -> None:
    unit = Activation("step", f"where(x < {at}, 0, {jump})")
    drawn = curve(unit, float(at) - 1, float(at) + 1, points=7)
    assert np.isnan(drawn.y).sum() == seen
    if seen:
        (place,) = np.flatnonzero(np.isnan(drawn.y))
        assert drawn.x[place] == np.nextafter(float(at), -np.inf)
        assert drawn.y[place - 1] == 0 != drawn.y[place + 1]


def test_a_steep_line_is_no_jump() -> None:
    assert not np.isnan(curve(Activation("steep", "10**6*x"), -1, 1).y).any()


def test_a_curve_says_what_it_holds() -> None:
    drawn = Curve("named", np.array([-1.0, 0.0, 2.5]), np.array([np.nan, 4.0, -3.0]))
    assert repr(drawn) == "Curve named: 3 points, x from -1 to 2.5, y from -3 to 4"
    nothing = Curve("named", np.array([1.0]), np.array([np.nan]))
    assert repr(nothing) == "Curve named: 1 points, x from 1 to 1, y nowhere finite"


@pytest.mark.parametrize(
    ("x", "y"), [([1.0, 2.0], [1.0]), ([[1.0]], [[1.0]]), ([], []), ([1.0], [[1.0]])]
)
def test_rows_of_two_lengths_are_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(ValueError, match="must be rows of one length, got the shapes"):
        Curve("named", np.array(x), np.array(y))


def test_what_holds_no_numbers_is_refused() -> None:
    with pytest.raises(TypeError, match="y"):
        Curve("named", np.array([1.0]), np.array(["one"]))
    for name, given in (("lower", {"lower": "0"}), ("points", {"points": 9.5})):
        with pytest.raises(TypeError, match=name):
            curve(catalog.relu, **given)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"cannot sample 1 points from lower = 0.0 to upper = 1.0"):
        curve(catalog.relu, 0, 1, points=1)
