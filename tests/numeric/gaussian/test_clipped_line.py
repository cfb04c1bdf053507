"""The three cases of a clipped line against 40-digit integrals, on both sides of their borders."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from actmath import catalog
from actmath.numeric import MomentRoute
from actmath.numeric._digits.quadrature import expectations
from actmath.numeric._gaussian.array_ops import NUMPY_OPS
from actmath.numeric._gaussian.choice import closed_form_of
from actmath.numeric._gaussian.clipped_line import ClippedLine
from actmath.numeric._gaussian.evaluate import gaussian

# Means in and beyond the line, deviations on both sides of L/1.5 and of u·k = 3 with L = 2.
MEANS = (-2.5, -1.0, -0.3, 0.0, 0.999, 1.0, 1.7, 4.0)
DEVIATIONS = (0.2, 1.2, 1.33, 1.34, 1.8, 5.0)


@pytest.mark.slow
@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_hard_tanh_against_integrals(deviation: float) -> None:
    variance = deviation**2
    found = gaussian("hard_tanh", MEANS, variance)
    for index, mean in enumerate(MEANS):
        with mp.workdps(40):
            first, second, slope, square = expectations(
                catalog.hard_tanh, mp.mpf(mean), mp.mpf(variance)
            )[:4]
            spread = float(second - first**2)
        # Absolute: an ulp of the plateaus at −1 and 1, between which the mean may cancel.
        assert found.mean[index] == pytest.approx(float(first), rel=1e-14, abs=2.5e-16)
        # The rounding of the exponent −u²/2 grows with u², and with it this bound.
        beyond = max(abs(mean) - 1, 0) / deviation
        bound = 4e-15 + 1e-15 * beyond**2
        assert found.variance[index] == pytest.approx(spread, rel=bound)
        assert found.derivative_second[index] == pytest.approx(float(square), rel=bound)
        assert found.derivative_mean[index] == pytest.approx(float(slope), rel=bound)


def test_one_form_for_each_clipped_line() -> None:
    assert closed_form_of(catalog.hard_tanh) == ClippedLine(-1.0, 1.0, -1.0, 1.0)
    assert closed_form_of(catalog.relu6) == ClippedLine(0.0, 6.0, 0.0, 1.0)
    assert isinstance(closed_form_of(catalog.hard_sigmoid), ClippedLine)
    assert closed_form_of(catalog.hard_swish) is None


def test_a_falling_line_mirrors() -> None:
    at = np.array([-0.4, 0.3, 2.0]), np.array([0.1, 1.0, 9.0])
    rising = ClippedLine(-1.0, 1.0, -1.0, 1.0).moments(NUMPY_OPS, *at)
    falling = ClippedLine(-1.0, 1.0, 1.0, -1.0).moments(NUMPY_OPS, *at)
    np.testing.assert_allclose(falling.mean, -rising.mean, rtol=1e-15)
    np.testing.assert_array_equal(falling.variance, rising.variance)
    np.testing.assert_array_equal(falling.derivative_mean, -rising.derivative_mean)


def test_the_route_is_closed_only_if_every_entry_is() -> None:
    assert gaussian("hard_tanh", 0.0, [0.5, 1.0]).route is MomentRoute.CLOSED_FORM
    assert gaussian("hard_tanh", 0.0, [0.5, 4.0]).route is MomentRoute.QUADRATURE
