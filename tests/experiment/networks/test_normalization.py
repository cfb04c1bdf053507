"""Batched normalization is PyTorch's, network by network, with its gradients and moments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from actmath.experiment._networks.normalization import (
    NORMALIZATIONS,
    Normalization,
    OverBatch,
    OverUnits,
)

NETWORKS, BATCH, UNITS = 3, 7, 5


def numbers(*shape: int) -> Tensor:
    """Far from mean 0, so that the moments matter."""
    random = torch.Generator().manual_seed(len(shape))
    return 3 + 2 * torch.randn(*shape, dtype=torch.float64, generator=random)


def with_own_slopes(kind: type[Normalization]) -> Normalization:
    layer = kind(torch.zeros(NETWORKS, 1, UNITS, dtype=torch.float64))
    layer.slope.data, layer.shift.data = numbers(2, NETWORKS, 1, UNITS)
    return layer


def pytorchs(layer: Normalization, network: int) -> nn.Module:
    kind: Callable[..., nn.Module]
    kind = nn.LayerNorm if isinstance(layer, OverUnits) else nn.BatchNorm1d
    own = kind(UNITS).double()
    state = {"weight": layer.slope[network, 0], "bias": layer.shift[network, 0]}
    own.load_state_dict(state, strict=False)
    return own


@pytest.mark.parametrize("kind", [OverUnits, OverBatch])
def test_values_and_gradients_are_pytorchs(kind: type[Normalization]) -> None:
    layer, z = with_own_slopes(kind), numbers(NETWORKS, BATCH, UNITS).requires_grad_()
    upstream = numbers(1, NETWORKS, BATCH, UNITS)[0]
    y = layer(z)
    found = torch.autograd.grad(y, [z, layer.slope, layer.shift], upstream)
    for network in range(NETWORKS):
        own = pytorchs(layer, network)
        alone = z.detach()[network].requires_grad_()
        mine = own(alone)
        torch.testing.assert_close(y[network], mine, rtol=1e-12, atol=1e-12)
        expected = torch.autograd.grad(mine, [alone, *own.parameters()], upstream[network])
        for ours, theirs in zip(found, expected, strict=True):
            torch.testing.assert_close(ours[network].reshape(theirs.shape), theirs)


def test_running_moments_are_pytorchs_and_used_in_evaluation() -> None:
    layer = with_own_slopes(OverBatch)
    assert isinstance(layer, OverBatch)
    owns = [pytorchs(layer, network) for network in range(NETWORKS)]
    for shift in (0.0, 4.0):
        z = numbers(NETWORKS, BATCH, UNITS) + shift
        for own, part in zip([None, *owns], [z, *z], strict=True):
            (own or layer)(part)
    layer.eval()
    for network, own in enumerate(owns):
        torch.testing.assert_close(layer.mean[network, 0], own.running_mean)
        torch.testing.assert_close(layer.variance[network, 0], own.running_var)
        torch.testing.assert_close(layer(z)[network], own.eval()(z[network]))


def test_moments_survive_bfloat16_products() -> None:
    layer = OverBatch(torch.zeros(NETWORKS, 1, UNITS))
    z = numbers(NETWORKS, BATCH, UNITS).bfloat16().requires_grad_()
    y = layer(z)
    assert y.dtype == torch.float32
    torch.testing.assert_close(y.mean(1), torch.zeros(NETWORKS, UNITS), atol=1e-6, rtol=0)
    y.square().sum().backward()
    assert z.grad is not None
    assert z.grad.dtype == torch.bfloat16


def test_one_example_has_no_variance() -> None:
    with pytest.raises(ValueError, match="more than one example"):
        with_own_slopes(OverBatch)(torch.zeros(NETWORKS, 1, UNITS, dtype=torch.float64))


def test_none_leaves_the_sums_alone() -> None:
    z = numbers(NETWORKS, BATCH, UNITS)
    assert torch.equal(NORMALIZATIONS["none"](z)(z), z)


@pytest.mark.parametrize("kind", [OverUnits, OverBatch])
def test_a_second_derivative_is_refused(kind: type[Normalization]) -> None:
    """By hand there is the first alone: PyTorch would take the second of a part of it."""
    layer, z = with_own_slopes(kind), numbers(NETWORKS, BATCH, UNITS).requires_grad_()
    (first,) = torch.autograd.grad(layer(z).square().sum(), z, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.square().sum().backward()
