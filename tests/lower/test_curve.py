"""Samples for drawing: the interval, the breaks, the jumps."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Piecewise

from actmath import Activation, catalog
from actmath.lower import curve, to_numpy
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
