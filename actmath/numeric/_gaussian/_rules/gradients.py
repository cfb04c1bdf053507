"""Gradients of a Gaussian rule by a rule with the same nodes, by Hermite's polynomials.

For z ~ N(0, 1), x = mean + σz, any function h and T_k = E[h(x)·He_k(z)], Stein's identity gives

    ∂T_k/∂mean = T_{k+1}/σ,   ∂T_k/∂variance = (T_{k+2} + k·T_k)/(2·variance).

So a gradient needs no derivative of h, which may have kinks and jumps wherever they are, and none
of a rule's nodes, which may be sorted, cut and chosen: it is the same sum with other weights.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..array_ops import ArrayOps
from ..result import AnyArray, Columns, FourMoments

#: (ops, mean, variance, degrees) → for each degree k, T_k of f, (f − E f)², f′ and f′². Of degree
#: 0 these are the four moments; above, f may be shifted by a constant.
HermiteSums = Callable[[ArrayOps, AnyArray, AnyArray, tuple[int, ...]], list[Columns]]


def moments_with_gradients(
    rule: HermiteSums, ops: ArrayOps, mean: AnyArray, variance: AnyArray
) -> FourMoments:
    """The four moments, with gradients of any order where an argument asks for them."""
    if not (ops.tracked(mean) or ops.tracked(variance)):
        return FourMoments(*rule(ops, mean, variance, (0,))[0])
    first, spread, *slopes = _function()(rule, ops, 0, mean, variance)
    # T_k holds E f fixed in (f − E f)². That is right once; what it leaves out is −(E f − E f)²,
    # whose first derivative is 0 and whose second is not.
    return FourMoments(first, spread - (first - ops.value_of(first)) ** 2, *slopes)


def hermite(z: AnyArray, degree: int) -> AnyArray:
    """He_k(z), the polynomial orthogonal under N(0, 1)."""
    before, current = 0.0 * z, 1.0 + 0.0 * z
    for k in range(degree):
        # He_{k+1} = z·He_k − k·He_{k−1}.
        before, current = current, z * current - k * before
    return current


@lru_cache(maxsize=1)
def _function() -> Callable[..., Columns]:
    """The identities of this module as a function of PyTorch, which is not imported above."""
    import torch

    class Hermite(torch.autograd.Function):
        """T_k of the four integrands; differentiating it calls it again with higher degrees."""

        @staticmethod
        def forward(
            ctx: Any,
            rule: HermiteSums,
            ops: ArrayOps,
            degree: int,
            mean: torch.Tensor,
            variance: torch.Tensor,
        ) -> tuple[torch.Tensor, ...]:
            ctx.given = rule, ops, degree
            ctx.save_for_backward(mean, variance)
            return rule(ops, mean, variance, (degree,))[0]

        @staticmethod
        def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
            rule, ops, degree = ctx.given
            mean, variance = ctx.saved_tensors

            def weighted(degree: int) -> torch.Tensor:
                found = apply(rule, ops, degree, mean, variance)
                terms = [u * t for u, t in zip(upstream, found, strict=True)]
                return torch.stack(terms).sum(0)

            by_mean = by_variance = None
            if ctx.needs_input_grad[3]:
                by_mean = weighted(degree + 1) / ops.sqrt(variance)
            if ctx.needs_input_grad[4]:
                rest = degree * weighted(degree) if degree else 0.0
                by_variance = (weighted(degree + 2) + rest) / (2 * variance)
            return None, None, None, by_mean, by_variance

    apply: Callable[..., tuple[torch.Tensor, ...]] = Hermite.apply
    return apply
