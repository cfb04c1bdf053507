from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.lower import to_numpy
from actmath.notation import x
from actmath.numeric._gaussian.dual_kernel import _by_panels, _by_trapezoid, dual_kernel
from actmath.numeric._gaussian.evaluate import gaussian

CLOSED = ("relu", "leaky_relu", "prelu", "abs", "identity", "gelu")


def by_panels(subject, *triple):
    value, derivative = _by_panels(subject, *(np.array([float(part)]) for part in triple))
    return value[0], derivative[0]


@pytest.mark.parametrize("theta", [0.0, np.pi / 6, np.pi / 3, np.pi / 2, 2 * np.pi / 3, np.pi])
def test_arc_cosine_kernels_as_published(theta):
    """Cho & Saul (2009), Eqs. 3 to 6: k_n = ‖x‖ⁿ‖y‖ⁿ J_n(θ)/π, twice the expectation."""
    found = dual_kernel("relu", 4.0, 9.0, np.cos(theta))
    order_one = np.sin(theta) + (np.pi - theta) * np.cos(theta)
    assert 2 * found.value == pytest.approx(2 * 3 * order_one / np.pi, abs=1e-14)
    assert 2 * found.derivative == pytest.approx((np.pi - theta) / np.pi, abs=1e-8)


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize(
    "at", [(1, 1, 0.5), (0.3, 2, -0.7), (1, 1, 0.9999), (4, 9, 0.99), (5, 0.1, 0.0), (1, 2, -1)]
)
def test_closed_forms_agree_with_quadrature(name, at):
    found = dual_kernel(name, *at)
    assert str(found.route) == "closed form"
    value, derivative = by_panels(catalog.get(name), *at)
    size = np.sqrt(at[0] * at[1])
    assert float(found.value) == pytest.approx(value, abs=2e-14 * size)
    assert float(found.derivative) == pytest.approx(derivative, abs=5e-14)


@pytest.mark.parametrize("name", ["elu", "selu", "celu"])
def test_bivariate_normal_integrals_agree_with_quadrature(name):
    q1, q2, c = np.meshgrid([0.05, 0.4, 1.0, 2.0], [0.05, 0.7, 2.0], [-0.99, -0.3, 0.0, 0.5, 0.999])
    found = dual_kernel(name, q1, q2, c)
    assert str(found.route) == "closed form"
    for index in np.ndindex(c.shape):
        value, derivative = by_panels(catalog.get(name), q1[index], q2[index], c[index])
        assert found.value[index] == pytest.approx(value, abs=1e-13 * np.sqrt((q1 * q2)[index]))
        assert found.derivative[index] == pytest.approx(derivative, abs=1e-13)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "silu", "mish", "softplus", "arctan"])
@pytest.mark.parametrize("at", [(1e-4, 3, 0.99), (1, 1, -0.3), (6, 0.05, 1), (6, 3, 0.99999)])
def test_the_trapezoidal_rule_agrees_with_panels(name, at):
    subject = catalog.get(name)
    few, many = _by_trapezoid(subject, *map(float, at)), by_panels(subject, *at)
    assert few is not None
    sides = gaussian(subject, 0.0, at[:2])
    assert abs(few[0] - many[0]) < 2e-15 * np.sqrt(np.prod(sides.second))
    assert abs(few[1] - many[1]) < 2e-15 * np.sqrt(np.prod(sides.derivative_second))


def test_a_steep_unit_needs_a_wider_range_than_the_trapezoidal_rule_has():
    """E z⁸z⁸ = 15!!, of which 1e-10 lies beyond 9.25 deviations."""
    power = Activation("power", x**8)
    assert _by_trapezoid(power, 1.0, 1.0, 1.0) is None
    assert dual_kernel(power, 1, 1, 1).value == pytest.approx(2027025, rel=1e-13)
    assert dual_kernel(power, 1, 1, 0).value == pytest.approx(105**2, rel=1e-13)


def test_far_from_there_elu_is_integrated_and_says_so():
    found = dual_kernel("elu", [1.0, 40.0], 1.0, 0.5)
    assert str(found.route) == "quadrature"
    assert float(dual_kernel("elu", 1.0, 1.0, 0.5).value) == pytest.approx(
        found.value[0], rel=1e-13
    )


@pytest.mark.parametrize("name", ["selu", "tanh", "hard_tanh", "softsign", "mish", "relu", "gelu"])
def test_monte_carlo_within_five_standard_errors(name):
    f, slope = (to_numpy(catalog.get(name), order) for order in (0, 1))
    rng = np.random.default_rng(7)
    z, w = rng.normal(size=(2, 200_000))
    for c in (-0.9, 0.2, 0.95):
        u, v = 1.5**0.5 * z, 0.7**0.5 * (c * z + np.sqrt(1 - c * c) * w)
        found = dual_kernel(name, 1.5, 0.7, c)
        for exact, sample in ((found.value, f(u) * f(v)), (found.derivative, slope(u) * slope(v))):
            error = np.std(sample) / np.sqrt(len(sample))
            assert abs(sample.mean() - exact) < 5 * error


@pytest.mark.parametrize("name", ["selu", "tanh", "relu6", "gelu", "softplus"])
def test_correlation_one_gives_the_second_moment(name):
    q = np.array([0.2, 1.0, 6.0])
    found, at = dual_kernel(name, q, q, 1.0), gaussian(name, 0.0, q)
    np.testing.assert_allclose(found.value, at.second, rtol=1e-13)
    np.testing.assert_allclose(found.derivative, at.derivative_second, rtol=1e-13)


def test_independent_inputs_factorize():
    found = dual_kernel("silu", 0.5, 3.0, 0.0)
    means = gaussian("silu", 0.0, [0.5, 3.0])
    assert float(found.value) == pytest.approx(np.prod(means.mean), rel=1e-13)


def test_price_the_derivative_is_the_slope_in_the_covariance():
    for name in ("selu", "tanh", "gelu"):
        step = 1e-5
        ends = dual_kernel(name, 1.0, 1.0, [0.4 - step, 0.4 + step]).value
        exact = dual_kernel(name, 1.0, 1.0, 0.4).derivative
        assert float((ends[1] - ends[0]) / (2 * step)) == pytest.approx(float(exact), rel=1e-8)


@pytest.mark.parametrize(
    ("at", "said"),
    [((0, 1, 0), "first variance"), ((1, np.nan, 0), "second"), ((1, 1, 1.1), "corr")],
)
def test_bad_input(at, said):
    with pytest.raises(ValueError, match=said):
        dual_kernel("relu", *at)
