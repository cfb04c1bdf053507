"""The operations on NumPy and PyTorch side by side, and the moments on both."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.numeric._gaussian.array_ops import NUMPY_OPS, torch_ops
from actmath.numeric._gaussian.evaluate import gaussian

torch = pytest.importorskip("torch")

MEANS = [-0.8, 0.0, 0.5, -20.0, 3.0]
VARIANCES = [0.05, 0.4, 3.0, 0.5, 40.0]
#: The mean square of what has either sign.
MEAN_SQUARES = {"mean": "second", "derivative_mean": "derivative_second"}
FIELDS = ("mean", "second", "variance", "derivative_mean", "derivative_second")
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", sorted(catalog.CATALOG))
def test_agrees_with_numpy(name, device):
    mean, variance = (
        torch.tensor(v, dtype=torch.float64, device=device) for v in (MEANS, VARIANCES)
    )
    got, expected = (
        gaussian(name, mean, variance),
        gaussian(name, np.array(MEANS), np.array(VARIANCES)),
    )
    for field in FIELDS:
        tensor = getattr(got, field)
        assert tensor.dtype == torch.float64
        assert tensor.device.type == device
        right = getattr(expected, field)
        # A mean that cancels, as of a wave, has the digits of what it is made of.
        square = MEAN_SQUARES.get(field)
        size = np.sqrt(getattr(expected, square)) if square else 0.0
        gap = abs(tensor.cpu().numpy() - right)
        assert (gap <= 1e-13 * abs(right) + 1e-16 + 1e-15 * size).all(), field


@pytest.mark.parametrize("name", ["selu", "relu", "tanh", "gelu", "hard_tanh", "softsign"])
def test_gradients(name):
    mean = torch.tensor(MEANS[:3], dtype=torch.float64, requires_grad=True)
    variance = torch.tensor(VARIANCES[:3], dtype=torch.float64, requires_grad=True)

    def three(m, v):
        g = gaussian(name, m, v)
        return g.mean, g.variance, g.derivative_second

    assert torch.autograd.gradcheck(three, (mean, variance), eps=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["elu", "mish", "hard_swish"])
def test_the_means_gradient_is_the_mean_of_the_derivative(name):
    mean = torch.tensor(MEANS, dtype=torch.float64, requires_grad=True)
    g = gaussian(name, mean, torch.tensor(VARIANCES, dtype=torch.float64))
    (slope,) = torch.autograd.grad(g.mean.sum(), mean)
    torch.testing.assert_close(slope, g.derivative_mean, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["selu", "elu", "relu", "hard_tanh", "tanh"])
def test_gradients_at_random_points_keep_their_digits_and_obey_the_heat_equation(name):
    """∂E f/∂mu = E f′ and ∂E f/∂ν = ½ ∂²E f/∂mu²."""
    draw = torch.Generator().manual_seed(2)
    mean = (2 * torch.rand(1000, generator=draw, dtype=torch.float64) - 1).requires_grad_()
    spread = torch.rand(1000, generator=draw, dtype=torch.float64)
    variance = (0.01 * 1600**spread).requires_grad_()
    g = gaussian(name, mean, variance)
    slope, growth = torch.autograd.grad(g.mean.sum(), (mean, variance), create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), mean)
    torch.testing.assert_close(slope, g.derivative_mean, rtol=0, atol=2e-15)
    torch.testing.assert_close(growth, curvature / 2, rtol=0, atol=4e-14)


def test_float32_is_rounded_once_and_float16_refused():
    mean = torch.tensor([0.25], dtype=torch.float32)
    got = gaussian("tanh", mean, torch.tensor([2.0], dtype=torch.float32))
    assert got.variance.dtype == torch.float32
    # A quarter of a float32 ulp from a tie: what float64 leaves open does not decide it.
    assert got.variance.item() == np.float32(gaussian("tanh", 0.25, 2.0).variance)
    with pytest.raises(TypeError, match="float16"):
        gaussian("tanh", mean.half(), 1.0)


def test_a_fraction_beside_an_integer_tensor_is_not_truncated():
    got = gaussian("relu", torch.tensor([0, 1]), 0.5)
    expected = gaussian("relu", [0.0, 1.0], 0.5)
    np.testing.assert_allclose(got.variance.numpy(), expected.variance, rtol=1e-15)
    assert gaussian("relu", torch.zeros(1), 0.5).variance.dtype == torch.float32


def test_bad_tensors():
    with pytest.raises(ValueError, match="not negative"):
        gaussian("selu", torch.zeros(2), torch.tensor([1.0, -1.0]))
    with pytest.raises(ValueError, match="do not broadcast"):
        gaussian("selu", torch.zeros(2), torch.ones(3))


ARRAY = np.array([-2.5, -0.3, 0.0, 0.75, 4.0])
TENSOR = torch.tensor(ARRAY)


@pytest.mark.parametrize(
    "operation",
    [
        lambda ops, a: ops.exp(a),
        lambda ops, a: ops.expm1(a),
        lambda ops, a: ops.sqrt(ops.absolute(a)),
        lambda ops, a: ops.erfcx(a),
        lambda ops, a: ops.round(10 * a),
        lambda ops, a: ops.lookup(np.arange(7.0) ** 2, ops.round(ops.absolute(a))),
        lambda ops, a: ops.where(a > 0, a, -1.0),
        lambda ops, a: ops.where(a > 0, 2.5, -1.0),
        lambda ops, a: ops.minimum(a, 0.5),
        lambda ops, a: ops.maximum(a, 0.5),
        lambda ops, a: ops.clip(a, -1.0, 1.0),
        lambda ops, a: ops.sort_rows(-a[None, :]),
        lambda ops, a: ops.cumulate_rows(a[None, :]),
        lambda ops, a: ops.reverse_rows(a[None, :]),
        lambda ops, a: ops.zeros((2, 3), a),
        lambda ops, a: ops.constant([1, 2], a),
        lambda ops, a: ops.lowered(catalog.selu, 1)(a),
    ],
)
def test_operations_agree(operation):
    by_numpy, by_torch = operation(NUMPY_OPS, ARRAY), operation(torch_ops(), TENSOR)
    assert by_torch.dtype == torch.float64
    assert by_numpy.dtype == np.float64
    np.testing.assert_allclose(by_torch.numpy(), by_numpy, rtol=4e-16, atol=1e-300)


@pytest.mark.parametrize("mask", [[True, False, True], [[True, True], [False, True]]])
def test_rows_are_the_first_indices_of_what_is_true(mask):
    by_numpy = NUMPY_OPS.rows(np.array(mask))
    assert by_numpy.tolist() == torch_ops().rows(torch.tensor(mask)).tolist()
    assert by_numpy.tolist() == np.argwhere(mask)[:, 0].tolist()


def test_gradients_are_detached_and_noticed():
    ops, leaf = torch_ops(), torch.ones(2, dtype=torch.float64, requires_grad=True)
    assert ops.tracked(2 * leaf)
    assert not ops.tracked(ops.value_of(2 * leaf))
    assert not NUMPY_OPS.tracked(ARRAY)
    assert isinstance(ops.detached(leaf), np.ndarray)


def test_the_absolute_value_is_smooth_enough_at_0():
    """√(z²) stands for z ≥ 0 there: a gradient 0 would be that of neither side."""
    leaf = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    torch_ops().absolute(leaf).backward()
    assert leaf.grad.item() == 1


@pytest.mark.parametrize("size", [5, 40_000])
def test_every_row_is_computed_by_the_formula_of_its_mask(size):
    mean = np.linspace(-1, 1, size)

    def constant(level):
        return lambda ops, m: (m, 0 * m + level, m**2, -m)

    parts = ((mean < 0, constant(1.0)), (mean >= 0, constant(2.0)))
    first, level, square, minus = NUMPY_OPS.choose(parts, mean)
    np.testing.assert_array_equal(first, mean)
    np.testing.assert_array_equal(level, np.where(mean < 0, 1.0, 2.0))
    np.testing.assert_array_equal(square, mean**2)
    np.testing.assert_array_equal(minus, -mean)


def test_gradients_of_each_row_are_those_of_its_own_formula():
    """The root's slope at 0 is infinite, and no other row is to be laid over that one."""
    leaf = torch.tensor([0.0, 1.0, 4.0, 9.0, -2.0], dtype=torch.float64, requires_grad=True)
    parts = (
        (leaf >= 0, lambda ops, m: (ops.sqrt(m),) * 4),
        (leaf < 0, lambda ops, m: (3 * m,) * 4),
    )
    (found, *_) = torch_ops().choose(parts, leaf)
    found.sum().backward()
    assert leaf.grad.tolist() == [np.inf, 0.5, 0.25, 1 / 6, 3.0]
