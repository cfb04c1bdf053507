"""Convolutions of a whole stack at once: the networks' channels side by side.

Tensors are (batch, networks·channels, height, width), in memory channels last: a convolution in
groups, pooling, units and batch normalization treat each network as if it were alone. ``vmap``
would bring the same tensors into another order before and after each layer.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, conv2d, max_pool2d

from .normalization import EPSILON, MOMENTUM
from .weights import BatchedDraws

KERNEL = 3


def side_by_side(x: Tensor) -> Tensor:
    """(networks, batch, channels, height, width) to (batch, networks·channels, height, width)."""
    return x.transpose(0, 1).flatten(1, 2).contiguous(memory_format=torch.channels_last)


def one_by_one(h: Tensor, size: int) -> Tensor:
    """(batch, networks·channels, …) to (networks, batch, channels, …), a view."""
    return h.reshape(len(h), size, -1, *h.shape[2:]).transpose(0, 1)


class _Wrapped(torch.autograd.Function):
    """One pixel more on every side, that of the opposite edge.

    ``torch.nn.functional.pad`` does it element by element, ten times slower.
    """

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        # (batch, height, width, channels), as it lies in memory: rows of channels are copied.
        rows = x.permute(0, 2, 3, 1)
        rows = torch.cat([rows[:, -1:], rows, rows[:, :1]], 1)
        rows = torch.cat([rows[:, :, -1:], rows, rows[:, :, :1]], 2)
        return rows.permute(0, 3, 1, 2)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Nothing is kept: the function is linear."""

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        rows = gradient.permute(0, 2, 3, 1)
        # What came from an edge goes back to it: columns first, then rows.
        wide = rows[:, :, 1:-1].clone(memory_format=torch.contiguous_format)
        wide[:, :, -1] += rows[:, :, 0]
        wide[:, :, 0] += rows[:, :, -1]
        found = wide[:, 1:-1]
        found[:, -1] += wide[:, 0]
        found[:, 0] += wide[:, -1]
        return found.permute(0, 3, 1, 2)


def wrapped(x: Tensor) -> Tensor:
    """Images continued by one pixel as if they were periodic."""
    found: Tensor = _Wrapped.apply(x)  # type: ignore[no-untyped-call]
    return found


class BatchedConvolution(nn.Module):
    """y = w ∗ x + b over 3×3 pixels, the images periodic, for S networks at once.

    Args:
        inputs, outputs: channels of a network.
        draws: the networks' initial numbers; biases begin at zero.
    """

    def __init__(self, inputs: int, outputs: int, draws: BatchedDraws) -> None:
        super().__init__()
        # Fan-in is inputs·3·3. Laws give (fan_in, fan_out), convolutions keep the transpose.
        drawn = draws.matrices(inputs * KERNEL * KERNEL, outputs).detach()
        shape = (len(drawn), outputs, inputs, KERNEL, KERNEL)
        self.weight = nn.Parameter(drawn.mT.reshape(shape).contiguous())
        self.bias = nn.Parameter(drawn.new_zeros(len(drawn), outputs))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, S·inputs, height, width) to (batch, S·outputs, height, width)."""
        weight, bias = self.weight.flatten(0, 1), self.bias.flatten()
        return conv2d(wrapped(x), weight, bias, groups=len(self.weight))


class BatchedDense(nn.Module):
    """y = hW + b of each network's units, (batch, S·inputs, …) to (batch, S·outputs)."""

    def __init__(self, inputs: int, outputs: int, draws: BatchedDraws) -> None:
        super().__init__()
        self.weight = draws.matrices(inputs, outputs)
        self.bias = draws.biases(outputs)

    def forward(self, h: Tensor) -> Tensor:
        """Images are read channel by channel."""
        x = one_by_one(h, len(self.weight)).flatten(2)
        return torch.baddbmm(self.bias, x, self.weight).transpose(0, 1).flatten(1)


class ChannelNorm(nn.Module):
    """Batch normalization of each channel or unit, as ``torch.nn.BatchNorm2d`` and ``BatchNorm1d``.

    Args:
        size: S.
        channels: of a network.
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.ones(size, channels))
        self.shift = nn.Parameter(torch.zeros(size, channels))
        self.register_buffer("mean", torch.zeros(size, channels))
        self.register_buffer("variance", torch.ones(size, channels))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, S·channels, …), normalized over all but the channels."""
        # Views: the running moments are updated in place.
        mean, variance = self.mean.view(-1), self.variance.view(-1)
        slope, shift = self.slope.view(-1), self.shift.view(-1)
        return batch_norm(x, mean, variance, slope, shift, self.training, MOMENTUM, EPSILON)


def halved(x: Tensor) -> Tensor:
    """The maxima of squares of 2×2 pixels, of what is left at an odd edge too."""
    return max_pool2d(x, 2, ceil_mode=True)
