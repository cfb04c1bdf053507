from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.numeric._gaussian.evaluate import gaussian

torch = pytest.importorskip("torch")

MEANS = [-0.8, 0.0, 0.5, -20.0, 3.0]
VARIANCES = [0.05, 0.4, 3.0, 0.5, 40.0]
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
        np.testing.assert_allclose(
            tensor.cpu().numpy(), getattr(expected, field), rtol=1e-13, atol=1e-16
        )


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


def test_bad_tensors():
    with pytest.raises(ValueError, match="not negative"):
        gaussian("selu", torch.zeros(2), torch.tensor([1.0, -1.0]))
    with pytest.raises(ValueError, match="do not broadcast"):
        gaussian("selu", torch.zeros(2), torch.ones(3))
