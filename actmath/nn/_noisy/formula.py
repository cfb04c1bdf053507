"""φ = αh + (1 − α)u + dσε for noise that is given, in operations that PyTorch differentiates."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .hard_unit import HardUnit


@dataclass(frozen=True)
class Mixture:
    """What does not change while a unit is trained: the clipped line and α."""

    line: HardUnit
    mix: float

    @property
    def direction(self) -> float:
        """−sgn(1 − α) with sgn(0) = +1; times sgn(x) it is d."""
        return -1.0 if self.mix <= 1 else 1.0

    def signs(self, x: Tensor) -> Tensor:
        """sgn(x) with sgn(0) = +1."""
        if torch.compiler.is_exporting():
            # ONNX knows no sign of a zero; elsewhere this takes several times as long.
            return torch.where(x < 0, -x.new_ones(()), x.new_ones(()))
        # The sum turns −0.0, whose sign copysign would take, into 0.0.
        return torch.copysign(x.new_ones(()), x + 0.0)

    def quiet(self, hard: Tensor, delta: Tensor) -> Tensor:
        """αh + (1 − α)u = h − (1 − α)Δ; from u + αΔ rounding would take h away where u is huge."""
        return hard if self.mix == 1 else torch.sub(hard, delta, alpha=1 - self.mix)


def noisy_output(x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, mixture: Mixture) -> Tensor:
    """φ(x, ε) = h − (1 − α)Δ + d·c(g(pΔ) − ½)²·ε, with Δ = h − u, for given noise.

    Every operation has derivatives of both modes and any order; at the thresholds h′ = 0.

    Args:
        x: net inputs, any shape.
        p, c: broadcast against x; their gradients are summed to their own shapes.
        epsilon: the noise, ξ or |ξ|, shaped like x.
        mixture: the clipped line and α.
    """
    line = mixture.line.line(x)
    hard = mixture.line.clip(line)
    delta = hard - line
    # q = g(pΔ) − ½; on CPUs ``sigmoid`` is many times faster than ``tanh``.
    q = torch.sigmoid(delta * p) - 0.5
    # d = direction·sgn(x), the constant factor put into c.
    noise = mixture.signs(x.detach()) * epsilon
    return torch.addcmul(mixture.quiet(hard, delta), noise, q * q * (c * mixture.direction))
