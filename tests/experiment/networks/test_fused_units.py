"""PyTorch's kernels compute the declared functions and slopes, at kinks too."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from actmath.catalog import get
from actmath.experiment._networks.fused_units import (
    KERNELS,
    BatchedPReLU,
    FusedUnit,
    unit_of,
)
from actmath.nn import Elementwise, PReLU

#: In units of the last place of each value and slope.
MOST_ULPS = 4


def arguments(dtype: torch.dtype) -> Tensor:
    """Both sides of every kink, the kinks, tails as far as e^x is a normal number."""
    near = torch.linspace(-3, 3, 1201, dtype=dtype)
    tails = torch.logspace(-6, 1.9, 200, dtype=dtype)
    kinks = torch.tensor([0.0, -0.0, -1.0, 1.0], dtype=dtype)
    ends = torch.tensor([torch.inf, -torch.inf], dtype=dtype)
    return torch.cat([near, tails, -tails, kinks, ends])


def both(unit: torch.nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    leaf = x.clone().requires_grad_()
    y = unit(leaf)
    (slope,) = torch.autograd.grad(y.sum(), leaf)
    return y.detach(), slope


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", KERNELS)
def test_value_and_slope_are_the_derived_ones(name: str, dtype: torch.dtype) -> None:
    x, activation = arguments(dtype), get(name)
    for found, expected in zip(
        both(FusedUnit(activation), x), both(Elementwise(activation), x), strict=True
    ):
        tolerance = MOST_ULPS * torch.finfo(dtype).eps
        torch.testing.assert_close(found, expected, rtol=tolerance, atol=0)


@pytest.mark.parametrize("name", KERNELS)
def test_a_number_that_is_none_stays_none(name: str) -> None:
    assert FusedUnit(get(name))(torch.tensor([torch.nan])).isnan().all()


def test_parameters_are_heeded() -> None:
    steep = get("leaky_relu").with_parameters(a=0.3)
    assert FusedUnit(steep)(torch.tensor([-1.0])).item() == pytest.approx(-0.3)


def test_what_has_no_kernel_is_derived() -> None:
    assert isinstance(unit_of(get("relu")), FusedUnit)
    assert isinstance(unit_of(get("tanh")), Elementwise)


@pytest.mark.parametrize("slopes", [1, 3])
def test_slopes_of_a_stack_are_each_networks_own(slopes: int) -> None:
    unit = BatchedPReLU(2, slopes)
    unit.weight.data = torch.rand(unit.weight.shape, generator=torch.Generator().manual_seed(0))
    # Two networks of three channels; zeros, where the slope is the left one.
    x = torch.arange(-18.0, 18.0).reshape(2, 6, 3).requires_grad_()
    by_x, by_slope = torch.autograd.grad(unit(x).square().sum(), [x, unit.weight])
    for network, mine in enumerate((slice(0, 3), slice(3, 6))):
        own, part = PReLU(slopes), x.detach()[:, mine].requires_grad_()
        own.weight.data = unit.weight.detach()[network].clone()
        expected = torch.autograd.grad(own(part).square().sum(), [part, own.weight])
        torch.testing.assert_close(by_x[:, mine], expected[0])
        torch.testing.assert_close(by_slope[network], expected[1])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    "shape", [(3, 6), (3, 6, 35), (3, 6, 4, 9), (0, 6), (0, 6, 5), (0, 6, 4, 9), (3, 6, 0)]
)
def test_slopes_way_back_is_pytorchs(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """In the loop and without it, also for a gradient that is no single piece."""
    random, unit = torch.Generator().manual_seed(0), BatchedPReLU(2, 3).to(dtype)
    drawn = torch.randn(2, *reversed(shape), generator=random, dtype=dtype)
    x, upstream = drawn[0].permute(*reversed(range(len(shape)))), drawn[1]
    upstream = upstream.permute(*reversed(range(len(shape))))
    last = [x.contiguous(memory_format=torch.channels_last)] if x.dim() == 4 else []
    for given in (x.contiguous(), x, *last):
        at = given.detach().requires_grad_()
        slopes = unit.weight.detach().reshape(-1).requires_grad_()
        ours = torch.autograd.grad(unit(at), [at, unit.weight], upstream)
        theirs = torch.autograd.grad(functional.prelu(at, slopes), [at, slopes], upstream)
        torch.testing.assert_close(ours[0], theirs[0])
        torch.testing.assert_close(ours[1].reshape(-1), theirs[1])
