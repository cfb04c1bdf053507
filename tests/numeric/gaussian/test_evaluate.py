from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from sympy import Piecewise, exp, tanh

from actmath import Activation, catalog, moments
from actmath.notation import x
from actmath.numeric._digits import quadrature
from actmath.numeric._gaussian.evaluate import gaussian

NAMES = sorted(catalog.CATALOG)
CLOSED = {
    *("identity", "abs", "relu", "leaky_relu", "prelu", "rrelu", "shifted_relu"),
    *("elu", "selu", "celu", "pelu", "mpelu"),
    *("relu6", "hard_tanh", "hard_sigmoid", "sloped_hard_sigmoid", "capped_relu"),
}
#: Thousands of waves of 2π/30 are no array's matter, nor is e^{x/2} where its square passes floats.
REFUSED = {"siren": "bends too finely", "softexponential": "beyond float64"}


@pytest.mark.parametrize("name", NAMES)
def test_the_route_is_stated(name):
    route = str(gaussian(name, 0.0, 1.0).route)
    assert route == ("closed form" if name in CLOSED else "quadrature")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(
    mean=st.floats(-30, 30),
    variance=st.floats(np.log(1e-8), np.log(1e6)).map(np.exp),
)
def test_never_nan_infinite_or_negative(name, mean, variance):
    try:
        g = gaussian(name, mean, variance)
    except ArithmeticError as error:
        if name not in REFUSED or REFUSED[name] not in str(error):
            raise
        return
    assert np.isfinite([g.mean, g.second, g.variance, g.derivative_second]).all()
    assert g.variance >= 0
    assert g.second >= g.variance


@pytest.mark.slow
def test_a_saturated_unit_keeps_its_variance():
    """The textbook form gives 0 or worse here: the mean is -1 to all digits of a double."""
    naive = gaussian("tanh", -25.0, 0.5)
    assert naive.second - naive.mean**2 == 0.0
    with mp.workdps(80):
        ends = [mp.mpf(k) for k in range(-12, 13)]
        sd = mp.sqrt(mp.mpf(0.5))
        first, second = (
            mp.quad(lambda z, p=p: (mp.tanh(sd * z - 25) + 1) ** p * mp.npdf(z), ends)
            for p in (1, 2)
        )
        assert abs(naive.variance / (second - first**2) - 1) < 1e-13


@pytest.mark.parametrize("name", ["relu", "elu", "tanh", "hard_tanh", "softsign"])
def test_zero_variance_is_the_limit(name):
    points = np.array([-1.0, 0.0, 0.3, 1.0])
    limit, near = gaussian(name, points, 0.0), gaussian(name, points, 1e-22)
    assert (limit.variance == 0).all()
    np.testing.assert_allclose(limit.mean, near.mean, atol=1e-10)
    np.testing.assert_allclose(limit.derivative_second, near.derivative_second, rtol=1e-9)
    np.testing.assert_allclose(limit.derivative_mean, near.derivative_mean, rtol=1e-9)


def test_shapes_broadcast_and_dtypes_are_as_stated():
    g = gaussian("selu", np.zeros((3, 1)), np.ones((1, 4)))
    assert g.variance.shape == (3, 4)
    assert gaussian("tanh", np.zeros((0, 2)), 1.0).mean.shape == (0, 2)
    single = gaussian("selu", np.float32(0.3), np.float32(2.0))
    double = gaussian("selu", np.float64(np.float32(0.3)), 2.0)
    assert single.variance.dtype == np.float32
    assert single.variance == np.float32(double.variance)
    assert gaussian("relu", 1, 2).mean.dtype == np.float64


@pytest.mark.parametrize(
    ("mean", "variance", "error", "said"),
    [
        (0.0, -1.0, ValueError, "variance must be finite and not negative, got -1.0"),
        (0.0, [1.0, np.nan], ValueError, "at flat index 1"),
        (0.0, np.inf, ValueError, "variance must be finite"),
        (np.nan, 1.0, ValueError, "mean must be finite"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], ValueError, r"\(2,\) and \(3,\), do not broadcast"),
        (np.float16(0), 1.0, TypeError, "got float16"),
        (0.0, 1j, TypeError, "got complex128"),
        ("zero", 1.0, TypeError, "mean must be float32, float64 or integers"),
    ],
)
def test_bad_input_says_what_is_wrong(mean, variance, error, said):
    with pytest.raises(error, match=said):
        gaussian("selu", mean, variance)


def test_parameters_are_checked_and_used():
    assert gaussian("prelu", 0.0, 1.0, a="1/2").second == pytest.approx(0.625, rel=1e-15)
    with pytest.raises(ValueError, match="alpha must lie in"):
        gaussian("elu", 0.0, 1.0, alpha=-1)
    with pytest.raises(KeyError, match="did you mean"):
        gaussian("sellu", 0.0, 1.0)


@pytest.mark.slow
def test_a_users_own_activation_with_a_kink_a_jump_and_a_sharp_bend():
    own = Activation("own", Piecewise((exp(x) - 3, x < -1), (x**2, x < 2), (tanh(20 * x), True)))
    mean, variance = np.array([0.4, -2.0, 3.0]), np.array([1.5, 0.1, 4.0])
    got = gaussian(own, mean, variance)
    for k in range(3):
        with mp.workdps(40):
            first, second, slope, square = quadrature.expectations(
                own, mp.mpf(mean[k]), mp.mpf(variance[k])
            )
            assert abs(got.mean[k] - first) < 1e-13
            assert abs(got.variance[k] / (second - first**2) - 1) < 1e-12
            assert abs(got.derivative_mean[k] - slope) < 1e-12
            assert abs(got.derivative_second[k] / square - 1) < 1e-12


def test_digits_are_there_for_a_variance_that_is_tiny_beside_the_mean():
    with mp.workdps(200):
        offset, spread = mp.mpf("1.51"), mp.sqrt(mp.mpf("0.0041"))
        slope = (
            mp.erfc(offset / spread / mp.sqrt(2)) / 2
            - mp.erfc((offset + 2) / spread / mp.sqrt(2)) / 2
        )
        found = moments("hard_tanh", "2.51", "0.0041", digits=30)
        assert abs(mp.mpf(found.derivative_mean) / slope - 1) < mp.mpf(10) ** -29
        assert 0 < mp.mpf(found.variance) < slope
    assert moments("abs", 0, 1).derivative_mean == 0


@pytest.mark.slow
def test_no_torch_is_loaded():
    code = (
        "import sys, numpy; from actmath.numeric import gaussian; "
        "gaussian('tanh', numpy.zeros(3), 1.0); "
        "assert 'torch' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["tanh", "leaky_relu", "softsign"])
def test_gradients_at_variance_zero_are_right_or_nan(name):
    """∂E f/∂mean = E f′ and ∂Var f/∂ν, as just above 0; what would need f″ is nan."""
    import torch

    mean = torch.tensor([0.0, 0.7, -1.3], dtype=torch.float64, requires_grad=True)
    variance = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    found = gaussian(name, mean, variance)
    near = gaussian(name, mean.detach(), 1e-18)
    slope, unknown = torch.autograd.grad(found.mean.sum(), (mean, variance), retain_graph=True)
    np.testing.assert_allclose(slope, near.derivative_mean, rtol=1e-8)
    assert unknown.isnan().all()
    (growth,) = torch.autograd.grad(found.variance.sum(), variance)
    np.testing.assert_allclose(growth, near.variance / 1e-18, rtol=1e-7)


@pytest.mark.filterwarnings("error")
def test_a_mean_many_deviations_from_0_warns_of_nothing() -> None:
    """At 10^150 deviations and more a unit is its tangent: a line, a level, or no float."""
    far = gaussian("identity", [-1e30, 1e150], 1e-300)
    np.testing.assert_allclose(far.mean, [-1e30, 1e150], rtol=1e-15)
    np.testing.assert_allclose(far.variance, 1e-300, rtol=1e-12)
    flat = gaussian("hard_sigmoid", -1e8, 1e-300)
    assert (flat.mean, flat.variance, flat.derivative_second) == (0, 0, 0)
    with pytest.raises(ArithmeticError, match="beyond float64"):
        gaussian(Activation("grown", exp(x)), 1e8, 1e-300)


@pytest.mark.parametrize("size", [2**14 - 1, 2**14, 2**14 + 1, 2**15 + 3])
def test_entries_of_long_arrays_are_those_of_single_numbers(size):
    """On either side of where one part of an array ends and the next begins."""
    rng = np.random.default_rng(size)
    mean, variance = rng.normal(size=size), rng.uniform(0, 4, size)
    variance[[0, size // 2, size - 1]] = 0.0
    whole = gaussian("leaky_relu", mean, variance)
    for i in {0, 1, size // 2, 2**14 - 2, min(2**14, size - 1), size - 2, size - 1}:
        one = gaussian("leaky_relu", mean[i], variance[i])
        for name in ("mean", "second", "variance", "derivative_mean", "derivative_second"):
            got = getattr(whole, name)[i]
            # NumPy's loops over many numbers and over one may differ in the last digits.
            assert got == pytest.approx(float(getattr(one, name)), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    ("mean", "variance", "said"),
    [
        ([0, 1, -np.inf], 1.0, "mean must be finite, got -inf at flat index 2"),
        ([0, np.inf, np.nan], 1.0, "mean must be finite, got inf at flat index 1"),
        (
            0.0,
            [0, 2, -5e-324],
            "variance must be finite and not negative, got -5e-324 at flat index 2",
        ),
        ([[0.0, 1.0]], [[3.0], [np.inf]], "variance must be .* got inf at flat index 2"),
    ],
)
def test_the_first_entry_that_is_refused_is_named(mean, variance, said):
    with pytest.raises(ValueError, match=said):
        gaussian("relu", mean, variance)


def test_the_largest_and_the_least_floats_are_accepted():
    largest = np.finfo(float).max
    found = gaussian("hard_tanh", [-largest, largest, 0.0], [5e-324, 0.0, 5e-324])
    assert found.mean.tolist() == pytest.approx([-1, 1, 0], abs=1e-15)
    assert gaussian("hard_tanh", 0.0, largest).variance == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("at", [-1.0, 2.0])
def test_at_variance_0_a_mean_on_a_kink_has_the_mean_of_both_sides(at):
    """Slopes −3 | 1 | 5 that meet at −1 and at 2; beside a kink they are one side's."""
    unit = Activation("bent", Piecewise((-3 * x - 4, x < -1), (x, x < 2), (5 * x - 8, True)))
    left, right = (-3, 1) if at < 0 else (1, 5)
    found = gaussian(unit, [np.nextafter(at, -9), at, np.nextafter(at, 9)], 0.0)
    assert found.derivative_mean.tolist() == [left, (left + right) / 2, right]
    assert found.derivative_second.tolist() == [left**2, (left**2 + right**2) / 2, right**2]
    assert found.mean.tolist() == pytest.approx([at, at, at], rel=1e-14)
    assert found.second.tolist() == pytest.approx([at**2] * 3, rel=1e-14)
