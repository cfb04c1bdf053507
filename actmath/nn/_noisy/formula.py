"""φ = αh + (1 − α)u + dσε with its derivatives, for noise that is given or made in the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        # The sum turns −0.0, whose sign copysign would take, into 0.0.
        return torch.copysign(x.new_ones(()), x + 0.0)

    def quiet(self, hard: Tensor, delta: Tensor) -> Tensor:
        """αh + (1 − α)u = h − (1 − α)Δ; from u + αΔ rounding would take h away where u is huge."""
        return hard if self.mix == 1 else torch.sub(hard, delta, alpha=1 - self.mix)

    def slope(self, line: Tensor, gradient: Tensor, loud: Tensor) -> Tensor:
        """k(gradient·(αh′/k + 1 − α) − loud): the gradient by x, h′ = 0 at the thresholds."""
        if self.mix == 1:
            total = self._inner(line, gradient) - loud
        else:
            # (1 − α)·gradient − loud, then the α that h adds between the thresholds.
            leak = torch.sub(gradient * (1 - self.mix), loud)
            total = torch.add(leak, self._inner(line, gradient), alpha=self.mix)
        return total if self.line.slope == 1 else total * self.line.slope

    def _inner(self, line: Tensor, gradient: Tensor) -> Tensor:
        # The gradient strictly between bottom and top, 0 elsewhere: h′/k as declared.
        inner: Tensor = torch.ops.aten.hardtanh_backward(
            gradient, line, self.line.bottom, self.line.top
        )
        return inner


def noisy_output(x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, mixture: Mixture) -> Tensor:
    """φ(x, ε) = h − (1 − α)Δ + d·c(g(pΔ) − ½)²·ε, with Δ = h − u, for given noise.

    Args:
        x: net inputs, any shape.
        p, c: broadcast against x; their gradients are summed to their own shapes.
        epsilon: the noise, ξ or |ξ|, shaped like x; no gradient flows into it.
        mixture: the clipped line and α.
    """
    result: Tensor = _NoisyOutput.apply(  # type: ignore[no-untyped-call]
        x, p, c, epsilon, mixture
    )
    return result


class _NoisyOutput(torch.autograd.Function):
    """The formula with its derivatives: q = g(pΔ) − ½, σ = cq², n = dε, m = 2c·n·q(¼ − q²).

    ∂φ/∂x = k(1 − α − mp) where saturated, else k;  ∂φ/∂p = mΔ;  ∂φ/∂c = nq².

    ``derive.noise_gradient`` derives them. On CPUs ``sigmoid`` and ``hardtanh_backward`` are many
    times faster than ``tanh`` and ``where``.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, p: Tensor, c: Tensor, epsilon: Tensor, mixture: Mixture) -> Tensor:
        # u, h, Δ = h − u and q = g(pΔ) − ½, in this order.
        line = mixture.line.line(x)
        hard = mixture.line.clip(line)
        delta = hard - line
        q = torch.sigmoid(delta * p) - 0.5
        # d = direction·sgn(x), the constant factor put into c.
        noise = mixture.signs(x) * epsilon
        return torch.addcmul(mixture.quiet(hard, delta), noise, q * q * (c * mixture.direction))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        *tensors, ctx.mixture = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, p, c, epsilon = ctx.saved_tensors
        mixture: Mixture = ctx.mixture
        line = mixture.line.line(x)
        delta = mixture.line.clip(line) - line
        q = torch.sigmoid(delta * p) - 0.5
        square = q * q
        # The upstream gradient goes into n and m, of which each slope is one product.
        noise = gradient * mixture.signs(x) * epsilon
        # m = 2c·n·q(¼ − q²).
        m = q * (0.25 - square) * noise * (c * (2 * mixture.direction))
        by_x = by_p = by_c = None
        if ctx.needs_input_grad[0]:
            by_x = mixture.slope(line, gradient, m * p)
        if ctx.needs_input_grad[1]:
            # Σ mΔ over all elements that share p, and below Σ nq² over those that share c.
            by_p = (m * delta).sum_to_size(p.shape)
        if ctx.needs_input_grad[2]:
            by_c = (noise * square).sum_to_size(c.shape) * mixture.direction
        return by_x, by_p, by_c, None, None
