"""elu, selu and celu: every one of the seven ways, and the borders between them."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from actmath import moments
from actmath.numeric import MomentRoute
from actmath.numeric._gaussian.array_ops import NUMPY_OPS
from actmath.numeric._gaussian.evaluate import gaussian
from actmath.numeric._gaussian.exponential_unit import ExponentialUnit

from .oracle import worst

# σ on both sides of 0.7, μ/σ on both sides of −2, −0.7·min(1, alpha) and 0.7.
DEVIATIONS = (0.02, 0.69, 0.71, 3.0)
OFFSETS = (-6.0, -2.1, -1.9, -0.71, -0.69, -0.05, 0.0, 0.69, 0.71, 5.0)


def of(unit):
    """f and f′, typed by hand."""
    alpha, width, scale = unit.alpha, unit.width, unit.scale
    return (
        lambda x: scale * (x / width if x > 0 else alpha * mp.expm1(x / width)),
        lambda x: scale / width * (1 if x > 0 else alpha * mp.exp(x / width)),
    )


@pytest.mark.parametrize("deviation", DEVIATIONS)
@pytest.mark.parametrize("alpha", [0.05, 1.0, 1.6732632423543772, 15.0])
def test_every_way_against_integrals(alpha, deviation):
    unit = ExponentialUnit(alpha, 1.0, 1.0)
    at = [(offset * deviation, deviation**2) for offset in OFFSETS]
    found = worst(unit, *of(unit), at, [0])
    assert found["mean"] < 2e-15
    assert found["variance"] < 1e-14
    assert found["slope"] < 4e-15
    assert found["square"] < 1e-14


def test_width_and_scale():
    unit = ExponentialUnit(0.5, 2.0, 3.0)
    found = worst(unit, *of(unit), [(-1.0, 2.0), (0.3, 0.1), (2.0, 9.0)], [0])
    assert max(found.values()) < 1e-14


def test_the_route_is_closed_everywhere():
    unit = ExponentialUnit(1.0, 1.0, 1.0)
    far = np.array([-1e6, 1e6])
    assert unit.route(NUMPY_OPS, far, np.ones(2)) is MomentRoute.CLOSED_FORM


@pytest.mark.parametrize("alpha", [1.0, 0.1])
def test_the_slope_of_a_saturated_elu_keeps_its_digits(alpha):
    """Far on the left f = alpha·(eˣ − 1), so E f′ = alpha·e^{mu + nu/2}."""
    mean, variance = np.array([-30.0, -28.0, -20.0]), np.array([1e-8, 1e-3, 0.5])
    got = gaussian("elu", mean, variance, alpha=alpha)
    np.testing.assert_allclose(got.derivative_mean, alpha * np.exp(mean + variance / 2), rtol=1e-14)


@pytest.mark.parametrize("alpha", ["1e-8", "1/10", "3/10", "1", "3", "20"])
def test_a_narrow_gaussian_keeps_its_digits_for_every_alpha(alpha):
    """Small deviations go through series; which one depends on alpha."""
    at = np.linspace(-8, 8, 17)
    for deviation in (0.44, 0.1, 1e-3):
        mean, variance = at * deviation, np.full(17, deviation**2)
        got = gaussian("elu", mean, variance, alpha=alpha)
        for k in range(17):
            true = moments("elu", mean[k], variance[k], digits=25, alpha=alpha)
            with mp.workdps(30):
                assert abs(got.variance[k] / mp.mpf(true.variance) - 1) < 1e-14
