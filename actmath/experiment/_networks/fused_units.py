"""Units in one kernel each way, where PyTorch has one for the very same function."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from ...activation import Activation
from ...lower._autograd.plain import is_plain
from ...nn._elementwise.in_c import looped
from ...nn._kernels.library import is_at_hand

#: By activation, from its parameters by name to PyTorch's function of the same value and the same
#: slope, at kinks too. Those whose slope loses its digits where it is small are left out, such as
#: ``torch.tanh``, which takes 1 − tanh²: the derived formula keeps them.
KERNELS: Mapping[str, Callable[..., Callable[[Tensor], Tensor]]] = MappingProxyType(
    {
        "relu": lambda: torch.relu,
        "shifted_relu": lambda: lambda x: functional.threshold(x, -1.0, -1.0),
        "leaky_relu": lambda a: lambda x: functional.leaky_relu(x, a),
        # The last two numbers: the slope above 0, and what multiplies x in the exponential.
        "elu": lambda alpha: lambda x: torch.ops.aten.elu(x, alpha, 1.0, 1.0),
        "selu": lambda alpha, lam: lambda x: torch.ops.aten.elu(x, alpha, lam, 1.0),
        "hard_tanh": lambda: functional.hardtanh,
    }
)


class FusedUnit(nn.Module):
    """An activation by PyTorch's own kernels for its value and its gradient.

    Args:
        activation: one of ``KERNELS``.
    """

    def __init__(self, activation: Activation) -> None:
        super().__init__()
        numbers = {symbol.name: float(value) for symbol, value in activation.defaults.items()}
        self.apply_kernel = KERNELS[activation.name](**numbers)

    def forward(self, x: Tensor) -> Tensor:
        """The activation of every element."""
        return self.apply_kernel(x)


class BatchedPReLU(nn.Module):
    """y = max(0, x) + a·min(0, x) with learned slopes a, of networks whose channels lie in a row.

    Args:
        size: networks.
        slopes: 1 for a slope a network, or the number of its channels.
    """

    #: He et al. 2015 begin with this slope.
    START = 0.25

    def __init__(self, size: int, slopes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((size, slopes), self.START))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, size·channels, …), element by element."""
        size, channels = len(self.weight), x.shape[1] // len(self.weight)
        # The gradient of what is expanded is the sum: over channels, where they share a slope.
        slopes = self.weight.expand(size, channels).reshape(-1)
        if not is_at_hand(x) or not is_plain(x):
            return functional.prelu(x, slopes)
        found: Tensor = _PReLU.apply(x, slopes)  # type: ignore[no-untyped-call]
        return found


class _PReLU(torch.autograd.Function):
    """``prelu``, its way back a loop in C: PyTorch's own takes a branch for every element."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, slopes: Tensor) -> Tensor:
        ctx.save_for_backward(x, slopes)
        return functional.prelu(x, slopes)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        x, slopes = ctx.saved_tensors
        # As a convolution of many channels leaves it, channels are the last axis in memory.
        last = x.dim() == 4 and x.is_contiguous(memory_format=torch.channels_last)
        layout = torch.channels_last if last else torch.contiguous_format
        found = torch.empty_like(x), torch.zeros_like(slopes)
        flat = [_in_memory(each, last) for each in (x, gradient.contiguous(memory_format=layout))]
        batch, channels, *others = x.shape
        count = math.prod(others)
        sizes = (batch * count, channels, 1) if last else (batch, channels, count)
        given, written = (flat[0], slopes, flat[1]), (_in_memory(found[0], last), found[1])
        if not looped("prelu_slope", given, written, *sizes):
            # A slope a channel, which is the second axis.
            a = slopes.view(-1, *[1] * (x.dim() - 2))
            by_x, by_each = torch.ops.aten._prelu_kernel_backward(gradient, x, a)
            found = by_x, by_each.sum([axis for axis in range(x.dim()) if axis != 1])
        return found


def _in_memory(x: Tensor, last: bool) -> Tensor:
    """The axes in the order in which memory has them."""
    return x.permute(0, 2, 3, 1) if last else x


def unit_of(activation: Activation) -> nn.Module:
    """The fastest module of an activation's function: PyTorch's kernel, else the derived one."""
    if activation.name in KERNELS:
        return FusedUnit(activation)
    # Only a unit without a kernel needs the floors that derive and lower its formula.
    from ...nn._elementwise.elementwise import Elementwise

    return Elementwise(activation)
