"""Panels too near to a singularity to count: what is left out changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Max, Rational, sign, sqrt, tanh

from actmath import Activation
from actmath.notation import x
from actmath.numeric import gaussian
from actmath.numeric._gaussian._rules import faint_panels
from actmath.numeric._gaussian._rules.bends import grid_of
from actmath.numeric._gaussian._rules.faint_panels import ends_that_count

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
