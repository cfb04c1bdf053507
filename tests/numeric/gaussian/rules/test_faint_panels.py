"""Panels too near to a singularity to count: what is left out changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Max, Rational, exp, sign, sqrt, tanh

from actmath import Activation
from actmath.notation import x
from actmath.numeric import gaussian
from actmath.numeric._gaussian._rules import faint_panels
from actmath.numeric._gaussian._rules.bends import grid_of
from actmath.numeric._gaussian._rules.faint_panels import (
    _changes,
    _shortest,
    _spread,
    ends_that_count,
)

# The last has a second bend beside its singularity, the one before it stands elsewhere than at 0.
FORMULAS = {
    "cube_root": sign(x) * Abs(x) ** Rational(1, 3),
    "root_of_distance": sqrt(Abs(x)),
    "two_thirds": Abs(x) ** Rational(2, 3),
    "three_halves": Abs(x) ** Rational(3, 2),
    "half_a_root": sqrt(Max(0, x)) - x / 3,
    "root_elsewhere": sqrt(Abs(x - Rational(1, 4))),
    "root_and_wave": Abs(x) ** Rational(4, 5) + tanh(40 * x),
}
UNITS = {name: Activation(name, formula) for name, formula in FORMULAS.items()}


@pytest.mark.slow
@given(
    unit=st.sampled_from(sorted(UNITS)),
    mean=st.one_of(st.just(0.0), st.floats(-3, 3), st.floats(-1e-9, 1e-9)),
    exponent=st.floats(-60, 4),
)
def test_moments_are_the_same_with_all_panels(unit, mean, exponent):
    variance = 10.0**exponent
    thinned = gaussian(UNITS[unit], np.array([mean]), np.array([variance]))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(faint_panels, "_MANY", 10**9)
        whole = gaussian(UNITS[unit], np.array([mean]), np.array([variance]))
    for name in ("mean", "variance", "derivative_mean", "derivative_second"):
        one, other = (getattr(found, name)[0] for found in (thinned, whole))
        size = abs(other)
        if name == "derivative_mean":
            # Beside σ(f)/σ: by symmetry it may vanish.
            size = max(size, np.sqrt(whole.variance[0] / variance))
        if name == "mean":
            size = max(size, np.sqrt(whole.variance[0]))
        assert one == other or abs(one - other) <= 2e-15 * size, name


def test_a_wide_gaussian_needs_a_fraction_of_the_panels():
    cube_root, one = UNITS["cube_root"], np.ones(1)
    grid = grid_of(cube_root, 0)
    kept = ends_that_count(cube_root, grid, -9.0, 9.0, 0 * one, one)
    assert len(kept) < len(grid.ends) / 3
    assert 0.0 in kept
    tiny = ends_that_count(cube_root, grid, -9e-290, 9e-290, 0 * one, 1e-290 * one)
    assert tiny[tiny > 0].min() < 1e-305


def test_a_steep_step_in_between_is_not_taken_for_nothing():
    """A narrow bend changes f by much, however short its panels are."""
    step = Activation("steep", tanh(10**12 * x))
    found = gaussian(step, 0.3, 1.0)
    # tanh(10¹²x) is sign(x) to 12 digits: E sign = erf(.3/√2).
    assert float(found.mean) == pytest.approx(0.23582284437790512, abs=1e-12)


def test_of_each_run_the_end_between_the_shortest_two_panels_stays():
    ends = np.array([0.0, 4.0, 6.0, 7.0, 7.5, 9.5, 13.5, 20.0, 21.0, 30.0])
    between = np.zeros(10, bool)
    # Runs 1…5, whose shortest two panels are 6…7 and 7…7.5, and 7…8: 13.5…20 and 20…21.
    between[[1, 2, 3, 4, 5, 7, 8]] = True
    assert ends[_shortest(ends, between)].tolist() == [7.0, 20.0]
    assert not _shortest(ends, np.zeros(10, bool)).any()
    # Of equally short ones the middle.
    even = np.arange(7.0)
    assert np.flatnonzero(_shortest(even, (even > 0) & (even < 6))).tolist() == [3]


def test_how_much_f_and_its_squared_slope_have_on_a_panel():
    """Of x²: h·max|2x| and h·max 4x², at nodes that come near to the ends."""
    unit = Activation("square", x**2)
    grid = grid_of(unit, 0)
    change, energy = _changes(unit, grid)
    largest = 2 * np.maximum(abs(grid.ends[:-1]), abs(grid.ends[1:]))
    np.testing.assert_allclose(change, np.diff(grid.ends) * largest, rtol=0.01)
    np.testing.assert_allclose(energy, np.diff(grid.ends) * largest**2, rtol=0.01)


def test_the_spread_of_values_is_that_between_their_quarters():
    """Of the identity at N(m, σ²): between −0.7 and 0.7 deviations; 0 where some are infinite."""
    line = Activation("line", 1 * x)
    mean, deviation = np.array([0.0, -4.0]), np.array([1.0, 3.0])
    np.testing.assert_allclose(_spread(line, mean, deviation), 1.4 * deviation, rtol=1e-14)
    steep = Activation("steep", exp(x))
    assert _spread(steep, np.array([709.0]), np.array([5.0])).tolist() == [0]
