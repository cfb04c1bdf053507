"""Steps and two slopes: closed forms against many digits, and which units scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from sympy import Abs, Expr, Max, Piecewise, Rational, exp, sign, sympify

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._kernel.homogeneous import Homogeneous, homogeneous

CORRELATIONS = (-1.0, -1 + 1e-15, -0.999, -0.5, -1e-9, 0.0, 0.3, 0.999, 1 - 1e-15, 1.0)


def quadrant(c, power):
    """E[(uv)ᵖ; u > 0, v > 0] for p = 0, 1, 2: P(u, v > 0) and Cho & Saul's Eqs. 6 and 7."""
    theta = mp.acos(c)
    if power == 0:
        return (mp.pi - theta) / (2 * mp.pi)
    if power == 2:
        # Eq. 7: J_2 = 3 sin θ cos θ + (π − θ)(1 + 2cos²θ).
        whole = (mp.pi - theta) * (1 + 2 * mp.cos(theta) ** 2)
        return (3 * mp.sin(theta) * mp.cos(theta) + whole) / (2 * mp.pi)
    return (mp.sin(theta) + (mp.pi - theta) * mp.cos(theta)) / (2 * mp.pi)


@given(
    degree=st.sampled_from([0, 1, 2]),
    left=st.floats(-3, 3),
    right=st.floats(-3, 3),
    c=st.one_of(st.floats(-1, 1), st.sampled_from(CORRELATIONS)),
)
def test_kernels_by_quadrants(degree, left, right, c):
    value, slope = Homogeneous(degree, left, right).kernel(np.array(c))
    # Where (π − θ)⁵ is 1e-40, 80 digits of π leave 40; the floor is what they leave of a zero.
    with mp.workdps(80):
        floor = mp.mpf(10) ** -75
        same, other = quadrant(mp.mpf(c), degree), quadrant(-mp.mpf(c), degree)
        terms = (left * left + right * right) * same, 2 * mp.mpf(left) * right * other
        # Beside the terms of the sum, which may differ in sign.
        assert abs(value - sum(terms)) <= 2e-15 * sum(map(abs, terms)) + floor
        if degree:
            # d/dc E[(uv)ᵖ; u, v > 0] = p²·E[(uv)^{p−1}; u, v > 0] (Price).
            inside = [degree**2 * quadrant(s * mp.mpf(c), degree - 1) for s in (1, -1)]
            terms = (left * left + right * right) * inside[0], -2 * mp.mpf(left) * right * inside[1]
            assert abs(slope - sum(terms)) <= 2e-15 * sum(map(abs, terms)) + floor


@pytest.mark.parametrize("c", CORRELATIONS)
@pytest.mark.parametrize(
    "unit", [(0, 0, 1), (0, -1, 1), (1, 0, 1), (1, -0.01, 1), (1, -1, 1), (2, 0, 1), (2, -1, 1)]
)
def test_digits_are_relative_to_the_answer(unit, c):
    """Of relu near c = −1, of a sign and a line near 0: nothing is lost where answers vanish."""
    degree, left, right = unit
    value = Homogeneous(*unit).kernel(np.array(c))[0]
    with mp.workdps(50):
        same, other = quadrant(mp.mpf(c), degree), quadrant(-mp.mpf(c), degree)
        left, right = mp.mpf(left), mp.mpf(right)
        wanted = (left**2 + right**2) * same + 2 * left * right * other
        assert abs(value - wanted) <= 1e-15 * abs(wanted) + mp.mpf(10) ** -45


def test_the_slope_of_a_step_is_infinite_at_the_ends():
    assert np.isinf(Homogeneous(0, 0, 1).kernel(np.array([-1.0, 1.0]))[1]).all()
    assert (Homogeneous(0, 2, 2).kernel(np.array([-1.0, 1.0]))[1] == 0).all()


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (Piecewise((1, x >= 0), (0, True)), (0, 0, 1)),
        (sign(x), (0, -1, 1)),
        (Abs(x) ** Rational(3, 2), (1.5, 1, 1)),
        (Max(0, x) ** 2 * 3, (2, 0, 3)),
        (x**3, (3, -1, 1)),
        (x + 1, None),
        (Piecewise((x, x > 1), (0, True)), None),
        (Piecewise((x**2, x > 0), (x, True)), None),
        (1 / (1 + x**2), None),
    ],
)
def test_which_units_scale(expr, wanted):
    found = homogeneous(Activation("unit", expr))
    assert found == (None if wanted is None else Homogeneous(*wanted))


def test_of_the_catalog_the_rectifiers_scale():
    scaling = [name for name in catalog.CATALOG if homogeneous(catalog.get(name))]
    assert set(scaling) >= {"relu", "leaky_relu", "prelu", "abs", "identity"}
    assert not {"elu", "gelu", "tanh", "hard_tanh", "softplus"} & set(scaling)


@pytest.mark.parametrize("c", [-0.999, -0.4, 0.0, 0.7, 0.999])
def test_the_slope_of_a_step_is_that_of_its_quadrants(c: float) -> None:
    """d/dc P(u, v > 0) = 1/(2π√(1 − c²)), counted by the square of the height of the step."""
    for left, right in ((0, 1), (-1, 1), (2, -1), (3, 3)):
        value, slope = Homogeneous(0, left, right).kernel(np.array(c))
        with mp.workdps(30):
            step = mp.mpf(10) ** -9
            ends = [quadrant(mp.mpf(c) + s * step, 0) for s in (-1, 1)]
            wanted = (right - left) ** 2 * (ends[1] - ends[0]) / (2 * step)
        assert slope == pytest.approx(float(wanted), rel=1e-12, abs=0)
        assert value == pytest.approx(
            float((left**2 + right**2) * quadrant(c, 0) + 2 * left * right * quadrant(-c, 0))
        )


@pytest.mark.parametrize("theta", [0.499, 0.5, 0.501, 1e-3])
@pytest.mark.parametrize("degree", [1, 2])
def test_digits_where_the_series_takes_over(degree: int, theta: float) -> None:
    c = -np.cos(theta)
    value = Homogeneous(degree, 0, 1).kernel(np.array([c, 0.3]))[0]
    with mp.workdps(50):
        for at, part in zip((c, 0.3), value, strict=True):
            assert part == pytest.approx(float(quadrant(mp.mpf(at), degree)), rel=2e-14, abs=0)


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (sympify(3), (0, 3, 3)),
        (sympify(0), (1, 0, 0)),
        (Piecewise((x**2, x < 0), (0, True)), (2, 1, 0)),
        (Piecewise((0, x < 0), (x**2, True)), (2, 0, 1)),
        (Piecewise((-2 * x, x < 0), (5 * x, True)), (1, 2, 5)),
        (Piecewise((3, x < 0), (-2, True)), (0, 3, -2)),
        (Abs(x) ** Rational(1, 3), (1 / 3, 1, 1)),
        # The same degree on both sides of one kink, which is not at 0.
        (Piecewise((x, x < 1), (2 * x, True)), None),
        (Piecewise((x, x < 0), (2 * x, x < 1), (3 * x, True)), None),
        # Infinite at 0, and not of one degree.
        (Piecewise((1 / x, x > 0), (0, True)), None),
        (Piecewise((1 / x, x < 0), (0, True)), None),
        (Piecewise((x, x > 0), (exp(x), True)), None),
        (Piecewise((exp(x), x > 0), (x, True)), None),
        (x**2 + x / 10**6, None),
    ],
    ids=range(14),
)
def test_degrees_of_either_side(expr: Expr, wanted: tuple[float, ...] | None) -> None:
    found = homogeneous(Activation("unit", expr))
    assert found == (None if wanted is None else Homogeneous(*wanted))


def test_which_degrees_have_a_closed_form() -> None:
    degrees = (0, 0.5, 1, 1.5, 2, 3)
    assert [Homogeneous(p, 1, 1).closed for p in degrees] == [True, False, True, False, True, False]
