"""The units with learned noise, in as few passes as a training step can do with.

σ(x) = c·q², q = g(pΔ) − ½, Δ = h − u is NAN's and NANIL's deviation (Gulcehre et al. 2016, Eq. 9),
u = kx + b the line, h the line clipped. The derivatives are written by hand, because PyTorch's own
would go through the memory three times as often. p enters by its size alone: σ is even in it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from ...nn._noisy.hard_unit import HardUnit


class _NoiseAfter(torch.autograd.Function):
    """y = h + dσε with d = −sgn x (α = 1).

    Where σ is not 0, x lies beyond a threshold, and sgn x is −sgn Δ = −sgn q for p ≥ 0. So
    y = h + c·q|q|·ε, and with m = y′·ε·|q|·g(1 − g), where g(1 − g) = ¼ − q²:
    ∂E/∂x = k(h′/k·y′ − 2cp·m) and ∂E/∂p = 2c·Σ mΔ.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, line: HardUnit
    ) -> Tensor:
        u = line.line(x)
        hard = line.clip(u)
        delta = hard - u
        g = torch.mul(delta, p).sigmoid_()
        q = g - 0.5
        size = q.abs()
        ctx.line = line
        ctx.save_for_backward(p, c, epsilon, u, delta, g, size)
        return torch.addcmul(hard, q.mul_(size).mul_(c), epsilon)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        p, c, epsilon, u, delta, g, size = ctx.saved_tensors
        line: HardUnit = ctx.line
        m = torch.ops.aten.sigmoid_backward((gradient * epsilon).mul_(size), g)
        inner = torch.ops.aten.hardtanh_backward(gradient, u, line.bottom, line.top)
        by_x = torch.addcmul(inner, m, p * c, value=-2)
        return _times(by_x, line.slope), _summed(m, delta, p, c), None, None, None


class _NoiseBefore(torch.autograd.Function):
    """y = h(x + σε).

    With G the gradient by the sum and m = G·ε·q·g(1 − g):
    ∂E/∂x = G − 2ckp·m and ∂E/∂p = 2c·Σ mΔ.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, line: HardUnit
    ) -> Tensor:
        u = line.line(x)
        delta = line.clip(u).sub_(u)
        g = torch.mul(delta, p).sigmoid_()
        q = g - 0.5
        moved = line.line(torch.addcmul(x, (q * q).mul_(c), epsilon))
        ctx.line = line
        ctx.save_for_backward(p, c, epsilon, moved, delta, g, q)
        return line.clip(moved)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        p, c, epsilon, moved, delta, g, q = ctx.saved_tensors
        line: HardUnit = ctx.line
        inner = torch.ops.aten.hardtanh_backward(gradient, moved, line.bottom, line.top)
        inner = _times(inner, line.slope)
        m = torch.ops.aten.sigmoid_backward((inner * epsilon).mul_(q), g)
        by_x = torch.addcmul(inner, m, p * c, value=-2 * line.slope)
        return by_x, _summed(m, delta, p, c), None, None, None


def _times(tensor: Tensor, factor: float) -> Tensor:
    return tensor if factor == 1 else tensor.mul_(factor)


def _summed(m: Tensor, delta: Tensor, p: Tensor, c: Tensor) -> Tensor:
    """2c·Σ mΔ over all that share a p."""
    return m.mul_(delta).sum_to_size(p.shape).mul_(c).mul_(2)


def noise_after(x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, line: HardUnit) -> Tensor:
    """NAN and NAH at α = 1: the clipped line, and noise where it is saturated.

    Args:
        x: net inputs, any shape.
        p, c: broadcast against x, p ≥ 0; c has no gradient.
        epsilon: the noise, ξ or |ξ|, shaped like x; no gradient flows into it.
        line: the clipped line, with 0 between its thresholds.
    """
    y: Tensor = _NoiseAfter.apply(x, p, c, epsilon, line)  # type: ignore[no-untyped-call]
    return y


def noise_before(x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, line: HardUnit) -> Tensor:
    """NANIL: the clipped line of x with noise added where x is saturated; as ``noise_after``."""
    y: Tensor = _NoiseBefore.apply(x, p, c, epsilon, line)  # type: ignore[no-untyped-call]
    return y
