"""Which way a kernel goes, and its slope in a variance."""

from __future__ import annotations

from math import gamma

import numpy as np
import pytest
from sympy import Abs, Piecewise, Rational, exp

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import gaussian
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


BENT = Activation("bent", Piecewise((1 + x, x > 0), (-2 * x, True)))
KINKED = Activation("kinked", Piecewise((x, x > 0), (2 * (exp(x) - 1), True)))


@pytest.mark.parametrize(
    "unit",
    [
        *(catalog.elu, catalog.hard_tanh, catalog.tanh, catalog.gelu, catalog.relu),
        pytest.param(BENT, marks=pytest.mark.slow),
    ],
    ids=lambda unit: unit.name,
)
def test_every_entry_is_computed_as_if_alone(unit: Activation) -> None:
    """Variances of 0, pairs for a closed form and for quadrature, mixed: none takes another's."""
    q1 = np.array([0, 1.0, 0, 200.0, 0.3, 2.0, 0, 1e-9])
    q2 = np.array([0, 0, 0.7, 1.5, 0.02, 2.0, 0, 3.0])
    c = np.array([0.3, -0.2, 0.5, 0.8, -0.7, 1.0, -0.9, 0.1])
    value, slope, _ = kernel(unit, q1, q2, c)
    for at in range(len(c)):
        alone = kernel(unit, *arrays(q1[at], q2[at], c[at]))
        turned = kernel(unit, *arrays(q2[at], q1[at], c[at]))
        for one, other in zip(alone[:2], turned[:2], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)
        # By quadrature an inner integral is summed with others, in another order.
        np.testing.assert_allclose(value[at], alone[0][0], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(slope[at], alone[1][0], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("c", [-0.6, 0.0, 0.8])
def test_two_variances_of_0_see_both_sides_of_0(c: float) -> None:
    """P(u, v > 0) = ¼ + asin(c)/2π, and so on each quadrant."""
    same, other = (0.25 + side * np.arcsin(c) / (2 * np.pi) for side in (1, -1))
    value, slope, _ = kernel(BENT, *arrays(0, 0, c))
    # 1 above 0, and 0 below.
    assert value[0] == pytest.approx(same, rel=1e-14)
    assert slope[0] == np.inf
    value, slope, _ = kernel(KINKED, *arrays(0, 0, c))
    assert value[0] == 0
    assert slope[0] == pytest.approx((1 + 4) * same + 2 * 2 * other, rel=1e-14)
    # A jump that is not at 0 is not seen.
    apart = Activation("apart", Piecewise((5, x > 1), (3 * x + 2, True)))
    value, slope, _ = kernel(apart, *arrays(0, 0, c))
    assert (value[0], slope[0]) == pytest.approx((4, 9))


@pytest.mark.parametrize(("name", "low"), [("kinked", 2.0), ("tanh", 1.0)])
def test_one_variance_of_0_sees_the_other_unit_from_either_side(name: str, low: float) -> None:
    """At c = 0 the sides of u are a half each, whatever v is: E f(0)f(v) and the mean slopes."""
    unit = KINKED if name == "kinked" else catalog.tanh
    at = gaussian(unit, 0.0, 0.7)
    for pair in ((0, 0.7), (0.7, 0)):
        value, slope, _ = kernel(unit, *arrays(*pair, 0))
        assert value[0] == pytest.approx(0, abs=1e-15)
        assert slope[0] == pytest.approx((1 + low) / 2 * at.derivative_mean, rel=1e-13)


@pytest.mark.parametrize("at", [(0.7, 3.0, 1.0), (1e-200, 1e180, 1.0), (2.0, 5.0, 0.0)])
def test_a_power_that_has_no_closed_form_is_scaled(at: tuple[float, float, float]) -> None:
    """E|z|³ = 2√(2/π) and E|z|^{3/2} = 2^{3/4}Γ(5/4)/√π; the slope is 9/4·E|u|^½|v|^½ there."""
    q1, q2, c = at
    root = Activation("root", Abs(x) ** Rational(3, 2))
    value, slope, route = kernel(root, *arrays(q1, q2, c))
    assert route is MomentRoute.QUADRATURE
    whole = 2 * np.sqrt(2 / np.pi) if c else (2**0.75 * gamma(1.25)) ** 2 / np.pi
    # E|z| of sign(z)², and at c = 0 nothing: the slope is odd.
    steep = 2.25 * np.sqrt(2 / np.pi) if c else 0
    size = np.sqrt(q1) * np.sqrt(q2)
    assert value[0] == pytest.approx(whole * size**1.5, rel=1e-12, abs=0)
    assert slope[0] == pytest.approx(steep * size**0.5, rel=1e-9, abs=1e-12)
    scale = scale_slope(root, *arrays(q1, q2, c))[0]
    assert scale == pytest.approx(0.75 * whole * size**1.5 / q1, rel=1e-12, abs=0)


@pytest.mark.parametrize("alpha", [0.5, 3])
def test_a_unit_stretched_and_tall(alpha: float) -> None:
    """3·celu(x; a): by finite differences its slopes are those of its value, in closed form."""
    unit = Activation("tall", 3 * catalog.celu.with_parameters(alpha=alpha).formula())
    at, step = (1.3, 0.6, -0.3), 1e-3
    one = kernel(catalog.celu.with_parameters(alpha=alpha), *arrays(*at))
    value, slope, route = kernel(unit, *arrays(*at))
    assert value[0] == pytest.approx(9 * one[0][0], rel=1e-13)
    assert slope[0] == pytest.approx(9 * one[1][0], rel=1e-13)
    assert route is one[2] is MomentRoute.CLOSED_FORM

    def shifted(q: float, c: float) -> float:
        ends = [kernel(unit, *arrays(at[0] + k * q, at[1], at[2] + k * c))[0][0] for k in (-1, 1)]
        return float(ends[1] - ends[0]) / (2 * step)

    size = np.sqrt(at[0] * at[1])
    assert slope[0] * size == pytest.approx(shifted(0, step), rel=1e-5)
    assert scale_slope(unit, *arrays(*at))[0] == pytest.approx(shifted(step, 0), rel=1e-5)
