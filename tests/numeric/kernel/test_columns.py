"""Which way a kernel goes, and its slope in a variance."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian.result import MomentRoute
from actmath.numeric._kernel.columns import kernel, scale_slope


def arrays(*numbers):
    return tuple(np.array([float(n)]) for n in numbers)


@pytest.mark.parametrize(
    ("name", "at", "route"),
    [
        ("relu", (1e-300, 1e300, -1), MomentRoute.CLOSED_FORM),
        ("gelu", (2, 0, 0.5), MomentRoute.CLOSED_FORM),
        ("elu", (1, 1, 0.5), MomentRoute.CLOSED_FORM),
        ("elu", (1, 40, 0.5), MomentRoute.QUADRATURE),
        ("tanh", (1, 1, 0.5), MomentRoute.QUADRATURE),
    ],
)
def test_routes(name, at, route):
    assert kernel(catalog.get(name), *arrays(*at))[2] is route


def test_a_unit_that_scales_is_computed_at_variances_one():
    """E u²v² = q₁q₂(1 + 2c²), where neither u² nor v² is a number that floats hold."""
    square = Activation("square", x**2)
    q1, q2, c = arrays(1e200, 1e-200, 0.3)
    value, slope, _ = kernel(square, q1, q2, c)
    assert value[0] == pytest.approx(1.18, rel=1e-14)
    assert slope[0] == pytest.approx(4 * 0.3, rel=1e-14)
    assert scale_slope(square, q1, q2, c)[0] == pytest.approx(1.18e-200, rel=1e-13)


@pytest.mark.parametrize("name", ["relu", "elu", "gelu", "hard_tanh", "tanh"])
def test_the_slope_in_a_variance(name):
    unit, q, step = catalog.get(name), 0.9, 1e-3
    ends = [kernel(unit, *arrays(q + k * step, 2.0, -0.6))[0][0] for k in (-2, -1, 1, 2)]
    quotient = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
    assert scale_slope(unit, *arrays(q, 2.0, -0.6))[0] == pytest.approx(quotient, rel=1e-9)


def test_a_unit_stretched_and_scaled_has_the_kernel_of_its_own():
    """celu with alpha = 2 is 2·elu(x/2): the kernel of elu at quarters of the variances."""
    q1, q2, c = arrays(2.0, 5.0, 0.4)
    wide = catalog.celu.with_parameters(alpha=2)
    value, slope, route = kernel(wide, q1, q2, c)
    own = kernel(catalog.elu, q1 / 4, q2 / 4, c)
    assert route is own[2] is MomentRoute.CLOSED_FORM
    assert value[0] == pytest.approx(4 * own[0][0], rel=1e-13)
    assert slope[0] == pytest.approx(own[1][0], rel=1e-13)
    steep = scale_slope(catalog.elu, q1 / 4, q2 / 4, c)
    assert scale_slope(wide, q1, q2, c)[0] == pytest.approx(steep[0], rel=1e-13)


@pytest.mark.parametrize("q1", [0.0, 1e-300, 2.0])
def test_the_kernel_of_a_constant_has_no_slope(q1):
    """E 3·3 = 9, whatever the covariance."""
    value, slope, _ = kernel(Activation("three", "3"), *arrays(q1, 5, 0.4))
    assert value.tolist() == [9]
    assert slope.tolist() == [0]
