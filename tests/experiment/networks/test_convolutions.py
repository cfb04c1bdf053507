"""Channels side by side: each network's convolution, pooling and norm are PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from actmath.experiment._networks.convolutions import (
    BatchedConvolution,
    BatchedDense,
    ChannelNorm,
    halved,
    one_by_one,
    side_by_side,
    wrapped,
)
from actmath.experiment._networks.weights import BatchedDraws

SEEDS = (0, 5, 1)
DRAWS = BatchedDraws("he_normal", SEEDS)


def images(channels: int, side: int = 5) -> Tensor:
    random = torch.Generator().manual_seed(side)
    return torch.randn(len(SEEDS), 4, channels, side, side, dtype=torch.float64, generator=random)


def test_side_by_side_and_back() -> None:
    x = images(2)
    together = side_by_side(x)
    assert together.shape == (4, 6, 5, 5)
    assert torch.equal(one_by_one(together, len(SEEDS)), x)


@pytest.mark.parametrize("side", [1, 2, 5])
def test_wrapping_is_circular_padding_with_its_gradient(side: int) -> None:
    x = side_by_side(images(2, side)).requires_grad_()
    expected = functional.pad(x, (1, 1, 1, 1), mode="circular")
    found = wrapped(x)
    assert torch.equal(found, expected)
    upstream = torch.randn(found.shape, generator=torch.Generator().manual_seed(1)).double()
    slopes = [torch.autograd.grad(y, x, upstream)[0] for y in (found, expected)]
    torch.testing.assert_close(*slopes)


def test_a_convolution_of_each_network() -> None:
    layer, x = BatchedConvolution(2, 3, DRAWS).double(), images(2)
    found = one_by_one(layer(side_by_side(x)), len(SEEDS))
    for network, own in enumerate(layer.weight):
        padded = functional.pad(x[network], (1, 1, 1, 1), mode="circular")
        torch.testing.assert_close(found[network], functional.conv2d(padded, own))


def test_a_dense_layer_reads_images_channel_by_channel() -> None:
    layer, x = BatchedDense(50, 3, DRAWS), images(2)
    found = one_by_one(layer(side_by_side(x)), len(SEEDS))
    for network, own in enumerate(layer.weight):
        torch.testing.assert_close(found[network], x[network].flatten(1) @ own)


@pytest.mark.parametrize("spatial", [True, False])
def test_norms_are_pytorchs_with_their_running_moments(spatial: bool) -> None:
    x = 2 + 3 * images(2)
    x = x if spatial else x[..., 0, 0]
    together = x.transpose(0, 1).flatten(1, 2)
    layer = ChannelNorm(len(SEEDS), 2).double()
    layer.slope.data += torch.arange(6.0).reshape(3, 2)
    found = one_by_one(layer(together), len(SEEDS))
    evaluated = one_by_one(layer.eval()(together), len(SEEDS))
    for network in range(len(SEEDS)):
        own = (nn.BatchNorm2d(2) if spatial else nn.BatchNorm1d(2)).double()
        own.weight.data = layer.slope.detach()[network]
        torch.testing.assert_close(found[network], own(x[network]))
        torch.testing.assert_close(evaluated[network], own.eval()(x[network]))


def test_halving_keeps_an_odd_edge() -> None:
    x = torch.arange(9.0).reshape(1, 1, 3, 3)
    assert halved(x).flatten().tolist() == [4, 5, 7, 8]
