"""A line with one kink against integrals, on both sides of the kink and far from it."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from actmath.numeric import MomentRoute
from actmath.numeric._gaussian.array_ops import NUMPY_OPS
from actmath.numeric._gaussian.two_slopes import TwoSlopes

from .oracle import worst

AT = [
    *((-3.0, 1.0), (-0.5, 0.04), (0.0, 1.0), (0.25, 9.0), (1.0, 1e-4), (2.0, 0.5)),
    *((1.5, 0.25), (-8.0, 4.0), (6.0, 1.0)),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        TwoSlopes(0.0, 0.0, 0.0, 1.0),
        TwoSlopes(0.0, 0.0, -1.0, 1.0),
        TwoSlopes(1.5, -2.0, 0.25, 3.0),
        TwoSlopes(-0.5, 1.0, 2.0, -1.0),
    ],
    ids=str,
)
def test_against_integrals(line):
    errors = worst(
        line,
        lambda z: line.value + (line.right if z > line.kink else line.left) * (z - line.kink),
        lambda z: mp.mpf(line.right if z > line.kink else line.left),
        AT,
        [line.kink],
    )
    assert errors["mean"] < 1e-14
    assert errors["variance"] < 2e-14
    assert errors["square"] < 2e-14


def test_a_relu_deep_in_its_dead_zone_keeps_its_digits():
    """E z₊ = φ(u)·(1 − u·R), E z₊² = φ(u)·((1 + u²)·R − u) with Mills' ratio R at u = 30."""
    found = TwoSlopes(0.0, 0.0, 0.0, 1.0).moments(NUMPY_OPS, np.array([-30.0]), np.array([1.0]))
    with mp.workdps(60):
        u = mp.mpf(30)
        ratio = mp.sqrt(mp.pi / 2) * mp.erfc(u / mp.sqrt(2)) * mp.exp(u**2 / 2)
        first, second = mp.npdf(u) * (1 - u * ratio), mp.npdf(u) * ((1 + u**2) * ratio - u)
        # An ulp of the exponent −450 is 5e-14.
        assert abs(found.mean[0] / first - 1) < 2e-13
        assert abs(found.variance[0] / (second - first**2) - 1) < 2e-13


def test_one_slope_is_a_line():
    mean, variance = np.array([-1.0, 0.0, 4.0]), np.array([1.0, 2.0, 0.5])
    found = TwoSlopes(0.0, 1.0, 3.0, 3.0).moments(NUMPY_OPS, mean, variance)
    np.testing.assert_array_equal(found.mean, 1 + 3 * mean)
    np.testing.assert_array_equal(found.variance, 9 * variance)
    np.testing.assert_array_equal(found.derivative_mean, np.full(3, 3.0))


def test_the_route_is_closed():
    line = TwoSlopes(0.0, 0.0, 0.0, 1.0)
    assert line.route(NUMPY_OPS, np.zeros(1), np.ones(1)) is MomentRoute.CLOSED_FORM
