"""GLU by PyTorch's kernel, with a gradient that keeps its digits where the gate is nearly open.

y = a·σ(b) of the two halves of a dimension; ∂y/∂a = σ(b), ∂y/∂b = a·σ(b)σ(−b), where PyTorch goes
backward by 1 − σ(b), which is 0 from b = 17 on in float32.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch._jit_internal import is_scripting
from torch.nn import functional as theirs

from ...lower._autograd.apply import NARROW
from ...lower._autograd.operator import applied, is_recorded
from ...lower._autograd.plain import is_plain
from ...lower._for_torch import check_tensor_like
from .._kernels.library import is_at_hand
from .in_blocks import is_large, rows_of_a_block
from .in_c import looped
from .sloped import ValueWithSlope
from .with_slope import SLOPED


def check_halves(x: Tensor, dim: int, what: str) -> None:
    """Whether a tensor has two halves along a dimension, said with the name of who asks.

    Raises:
        ValueError: for a tensor without dimensions, or an odd number along this one.
        IndexError: if there is no such dimension.
        TypeError: for what is no tensor.
    """
    if not is_scripting():
        check_tensor_like(x)
    if x.dim() == 0:
        raise ValueError(f"{what} takes two halves of a dimension, got a tensor without one")
    if not -x.dim() <= dim < x.dim():
        raise IndexError(f"there is no dimension {dim} in shape {tuple(x.shape)}")
    if x.shape[dim] % 2:
        raise ValueError(
            f"{what} takes two halves of a dimension, got size {x.shape[dim]} in dimension {dim}"
        )


def gated(x: Tensor, dim: int) -> Tensor | None:
    """a·σ(b) of a large tensor, with nothing kept but x.

    None where three operations do as well, or where somebody looks on who must see them.
    """
    if is_recorded(x) or not is_plain(x) or torch.autograd.forward_ad._current_level >= 0:
        return None
    if not x.is_floating_point() or x.layout is not torch.strided:
        return None
    if not (is_large(x) or is_at_hand(x)):
        return None
    result: Tensor = applied(_Gated, x, dim)
    return result


class _Gated(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, dim: int) -> Tensor:
        ctx.dim = dim
        ctx.save_for_backward(x)
        return theirs.glu(x, dim)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None]:
        (x,), (gradient,), dim = ctx.saved_tensors, upstream, ctx.dim
        if torch.is_grad_enabled() or not is_plain(gradient):
            return _recorded(x, gradient, dim), None
        by_x = torch.empty_like(x)
        rows = math.prod(x.shape[: dim % x.dim()])
        half = gradient.numel() // max(1, rows)
        if looped("glu_slope", (x, gradient.contiguous()), (by_x,), half, rows):
            return by_x, None
        parts = (*x.chunk(2, dim), gradient, *by_x.chunk(2, dim))
        rows = rows_of_a_block(gradient)
        for block in zip(*(part.split(rows) for part in parts), strict=True):
            _write(*block)
        return by_x, None


def _write(
    value: Tensor, gate: Tensor, gradient: Tensor, by_value: Tensor, by_gate: Tensor
) -> None:
    """∂E/∂a and ∂E/∂b from ∂E/∂y."""
    if gate.dtype in NARROW:
        wide = [torch.empty_like(gate, dtype=torch.float32) for _ in range(2)]
        _write(value.float(), gate.float(), gradient.float(), wide[0], wide[1])
        by_value.copy_(wide[0])
        by_gate.copy_(wide[1])
        return
    torch.mul(torch.sigmoid(gate), gradient, out=by_value)
    torch.mul(torch.neg(gate).sigmoid_().mul_(value), by_value, out=by_gate)


def _recorded(x: Tensor, gradient: Tensor, dim: int) -> Tensor:
    """The same in operations that are differentiated further."""
    value, gate = x.chunk(2, dim)
    opened, closed = (_sigmoid(each) for each in (gate, -gate))
    by_value = gradient * opened
    return torch.cat([by_value, by_value * value * closed], dim)


def _sigmoid(x: Tensor) -> Tensor:
    found: Tensor = applied(ValueWithSlope, SLOPED["sigmoid"], x)[0]
    return found
