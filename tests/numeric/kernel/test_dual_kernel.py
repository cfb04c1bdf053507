from __future__ import annotations

import re

import numpy as np
import pytest
from sympy import Piecewise, sin

from actmath import Activation, catalog
from actmath.lower import to_numpy
from actmath.notation import x
from actmath.numeric._gaussian.evaluate import gaussian
from actmath.numeric._kernel.dual_kernel import dual_kernel
from actmath.numeric._kernel.plane import by_panels as panels_of

CLOSED = ("relu", "leaky_relu", "prelu", "abs", "identity", "gelu")


def by_panels(subject, *triple):
    value, derivative, _ = panels_of(subject, *(np.array([float(part)]) for part in triple))
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


STEP = Activation("step", Piecewise((1, x >= 0), (0, True)))


@pytest.mark.slow
def test_the_numbers_of_the_issue():
    assert dual_kernel(STEP, 1.0, 1.0, 0.0).value == 0.25
    assert dual_kernel(STEP, 1, 1, 0.5).derivative == pytest.approx(0.183776298473931, abs=2e-15)
    assert dual_kernel("relu", 1, 1, 1.0000000000000002).value == 0.5
    assert dual_kernel("relu", *np.float32([1, 1, 1.0000001])).value == 0.5
    waves = dual_kernel(Activation("waves", sin(3 * x)), 1, 1, 0.5)
    # E sin(3u)sin(3v) = e⁻⁹·sinh(9c).
    assert waves.value == pytest.approx(np.exp(-9) * np.sinh(4.5), rel=1e-12)
    assert waves.value == pytest.approx(0.00555381278957796, rel=1e-12)
    # f(0)·E f(v), and at two variances of 0 f(0)².
    assert dual_kernel("sigmoid", 0, 1, 0.3).value == pytest.approx(0.25, rel=1e-14)
    assert dual_kernel("softplus", 0.0, 0.0, 0.3).value == pytest.approx(np.log(2) ** 2, rel=1e-14)
    assert dual_kernel("tanh", 0, 1, 0.3).value == 0


@pytest.mark.parametrize("scale", [1e-300, 1e-162, 1e-20, 1e20, 1e155, 1e300])
@pytest.mark.parametrize("c", [-1.0, -0.4, 0.3, 1 - 1e-17])
def test_nothing_overflows_or_vanishes_that_has_an_answer(scale, c):
    """Units that scale do it exactly; gelu and elu are x/2 and x₊ + αx₋ at small, relu at large."""
    relu = float(dual_kernel("relu", 1, 1, c).value)
    for name, small in (("relu", relu), ("gelu", c / 4), ("elu", c)):
        value = float(dual_kernel(name, scale, scale, c).value)
        wanted = (small if scale < 1 else relu) * scale
        # What is left out is of the next order in √q: smaller by √q, or larger by 1/√q.
        assert abs(value - wanted) <= scale * (1e-15 + 3 * min(scale, 1 / scale) ** 0.5)
    # √q₁·√q₂ where the one variance is the other's inverse.
    there = float(dual_kernel("abs", scale, 1 / scale, c).value)
    assert there == pytest.approx(float(dual_kernel("abs", 1, 1, c).value), rel=1e-14)
    assert dual_kernel(STEP, scale, 1.0, c).value == dual_kernel(STEP, 1.0, 1.0, c).value


@pytest.mark.slow
@pytest.mark.parametrize("q", [1e-8, 1.0, 1e6])
@pytest.mark.parametrize("name", ["tanh", "elu", "hard_tanh", "softplus"])
def test_the_inequality_of_cauchy_and_schwarz_at_random_pairs(name, q):
    rng = np.random.default_rng(3)
    q1, q2 = q * rng.uniform(0.1, 3, (2, 6))
    found = dual_kernel(name, q1, q2, [-1, -0.99, 0, 0.5, 1 - 1e-12, 1])
    bound = np.sqrt(gaussian(name, 0.0, q1).second * gaussian(name, 0.0, q2).second)
    assert (np.abs(found.value) <= bound * (1 + 1e-13)).all()
    # Symmetric in u and v, though one is integrated outside and one inside.
    back = dual_kernel(name, q2, q1, [-1, -0.99, 0, 0.5, 1 - 1e-12, 1])
    np.testing.assert_allclose(back.value, found.value, atol=4e-15 * bound.max())
    np.testing.assert_allclose(back.derivative, found.derivative, atol=1e-13)


def test_variance_zero_is_the_limit():
    bent = Activation("bent", Piecewise((1 + x, x > 0), (-2 * x, True)))
    for at, near in (((0, 1), (1e-28, 1)), ((1, 0), (1, 1e-28)), ((0, 0), (1e-28, 1e-28))):
        limit = float(dual_kernel(bent, *at, 0.3).value)
        assert limit == pytest.approx(float(dual_kernel(bent, *near, 0.3).value), rel=1e-13)


def test_float32_is_rounded_once_at_the_end():
    q = np.array([0.3, 1.7], np.float32)
    found = dual_kernel("tanh", q, q, np.float32(0.5))
    assert found.value.dtype == np.float32
    exact = dual_kernel("tanh", q.astype(float), q.astype(float), 0.5).value
    np.testing.assert_array_equal(found.value, exact.astype(np.float32))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ((-1, 1, 0), "first variance"),
        ((1, np.nan, 0), "second"),
        ((1, np.inf, 0), "second"),
        ((1, 1, 1.1), "corr"),
        ((1, 1, 1 + 1e-12), r"corr.* got 1\.000000000001"),
        ((1, 1, np.nan), "corr"),
        # Ten times as far beyond 1 as rounding in float32 may bring it.
        (np.float32([1, 1, 1.00001]), "corr"),
    ],
)
def test_bad_input(at, said):
    with pytest.raises(ValueError, match=said):
        dual_kernel("relu", *at)


@pytest.mark.parametrize("bad", ["0.5", 0.5j, np.ma.array([0.5, 0.1], mask=[0, 1]), None, True])
def test_what_is_no_array_of_real_numbers(bad):
    for at in ((bad, 1, 0.5), (1, bad, 0.5), (1, 1, bad)):
        with pytest.raises(TypeError):
            dual_kernel("relu", *at)


@pytest.mark.filterwarnings("error")
def test_an_integrand_that_no_float_holds_is_refused():
    """E u¹⁰⁰v¹⁰⁰ is 199!! = 7e186, but at a variance of 1e30 it is 1e3000 times that."""
    steep = Activation("steep", x**100 + x)
    with pytest.raises(ArithmeticError):
        dual_kernel(steep, 1e30, 1e30, 1.0)


@pytest.mark.parametrize("c", [-1.0, 0.9])
def test_at_a_huge_variance_a_sigmoid_is_a_sign(c):
    found = dual_kernel("tanh", 1e200, 1e200, c)
    assert found.value == pytest.approx(2 / np.pi * np.arcsin(c), rel=1e-13)
    if abs(c) < 1:
        # 4·φ₁₂(0, 0), the whole rise of 2 in either direction.
        height = 2 / np.pi / np.sqrt(1 - c * c) * 1e-200
        assert found.derivative == pytest.approx(height, rel=1e-12)


def test_variances_far_apart():
    """E v·sign(u) = c·σ·√(2/π), where tanh v = v − v³/3 + …."""
    mixed = dual_kernel("tanh", 1e-4, 1e200, 0.3).value
    assert mixed == pytest.approx(0.3 * 1e-2 * (2 / np.pi) ** 0.5, rel=1e-3)


def test_every_field_of_an_answer() -> None:
    found = dual_kernel("elu", [[1, 40]], [[1], [2]], 0.5)
    assert (found.activation, found.value.shape, found.derivative.shape) == ("elu", (2, 2), (2, 2))
    assert str(found.route) == "quadrature"
    found = dual_kernel("leaky_relu", 1, 4, 0, a="1/4")
    # E f = (1 − a)σ/√2π, E f′ = (1 + a)/2.
    assert found.value == pytest.approx(0.75**2 * 2 / (2 * np.pi), rel=1e-14)
    assert found.derivative == pytest.approx((1.25 / 2) ** 2, rel=1e-14)


@pytest.mark.parametrize(("kind", "ulp"), [(np.float64, 2.0**-52), (np.float32, 2.0**-23)])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_correlation_may_pass_1_by_eight_ulps(kind: type, ulp: float, side: int) -> None:
    one = kind(1)
    at_end = dual_kernel("relu", one, one, kind(side))
    near = dual_kernel("relu", one, one, kind(side * (1 + 8 * ulp)))
    assert (near.value, near.derivative) == (at_end.value, at_end.derivative)
    beyond = kind(side * (1 + 9 * ulp))
    said = re.escape(f"the correlation must lie in [-1, 1], got {float(beyond)!r}")
    with pytest.raises(ValueError, match=f"^{said}$"):
        dual_kernel("relu", one, one, beyond)


@pytest.mark.parametrize("bad", [-5e-324, -1.0, np.inf, -np.inf, np.nan])
def test_the_first_variance_that_is_none_is_named(bad: float) -> None:
    """0 is one, and the largest float."""
    assert dual_kernel("relu", 0, 1, 0.5).value == 0
    assert np.isfinite(dual_kernel("relu", 1e-300, np.finfo(float).max, 0.5).value)
    for at, what in ((0, "first"), (1, "second")):
        given = [[0.0, 2.0, 1.0, 1.0], [1.0, 0.0, 3.0, 1.0], 0.5]
        given[at][1:3] = [bad, -7.0]
        said = f"^the {what} variance must be finite and not negative, got {bad!r}$"
        with pytest.raises(ValueError, match=said):
            dual_kernel("relu", *given)
    with pytest.raises(ValueError, match=r"got -1.5$"):
        dual_kernel("relu", 1, 1, [0.5, -1.5, 2])
