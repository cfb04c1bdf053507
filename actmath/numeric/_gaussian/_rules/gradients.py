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

import numpy as np

from ....activation import Activation
from ..array_ops import ArrayOps
from ..result import AnyArray, Columns, FourMoments

#: (ops, mean, variance, degrees) → for each degree k, T_k of f, (f − E f)², f′ and f′². Of degree
#: 0 these are the four moments; above, f may be shifted by a constant.
HermiteSums = Callable[[ArrayOps, AnyArray, AnyArray, tuple[int, ...]], list[Columns]]


def moments_with_gradients(
    rule: HermiteSums, activation: Activation, ops: ArrayOps, mean: AnyArray, variance: AnyArray
) -> FourMoments:
    """The four moments, with gradients of any order where an argument asks for them."""
    if not (ops.tracked(mean) or ops.tracked(variance)):
        return FourMoments(*rule(ops, mean, variance, (0,))[0])
    first, spread, *slopes = _function()(rule, activation, ops, 0, mean, variance)
    # T_k holds E f fixed in (f − E f)². That is right once; what it leaves out is −(E f − E f)²,
    # whose first derivative is 0 and whose second is not.
    return FourMoments(first, spread - (first - ops.value_of(first)) ** 2, *slopes)


def hermite_sums(
    rule: HermiteSums, activation: Activation, ops: ArrayOps, mean: AnyArray, variance: AnyArray
) -> tuple[Columns, Columns, Columns]:
    """T_0, T_1 and T_2 of the four integrands, with gradients where an argument asks for them.

    In (f − E f)² the E f counts as a constant, whatever is differentiated.
    """
    if not (ops.tracked(mean) or ops.tracked(variance)):
        first, second, third = rule(ops, mean, variance, (0, 1, 2))
        return first, second, third
    one, two, three = (
        _function()(rule, activation, ops, degree, mean, variance) for degree in range(3)
    )
    return one, two, three


def _from_slopes(
    activation: Activation, ops: ArrayOps, upstream: Columns, mean: AnyArray, variance: AnyArray
) -> tuple[Columns, tuple[AnyArray, AnyArray]]:
    """Of E f′ and E f′², in rows that ``small_variance`` serves, the gradients by both arguments.

    And what is left of what comes from above: nothing of those two in those rows.
    """
    # Here, since few gradients are asked for.
    from .breaks import has_infinite_square
    from .small_variance import slope_gradients, where_smooth

    nothing = 0.0 * mean, 0.0 * mean
    at = ops.detached(mean), ops.detached(variance)
    asked = (ops.detached(upstream[2]) != 0) | (ops.detached(upstream[3]) != 0)
    rows = asked & where_smooth(activation, *at) if asked.any() else asked
    if not rows.any() or has_infinite_square(activation):
        return upstream, nothing
    try:
        found = slope_gradients(activation, at[0][rows], at[1][rows])
    except (ValueError, NotImplementedError):
        return upstream, nothing
    parts = np.zeros((4, len(rows)))
    parts[:, rows] = found
    bend, turn, both, all_ = ops.constant(parts, mean)
    kept = ops.constant(np.where(rows, 0.0, 1.0), mean)
    first, spread, steep, square = upstream
    own = (steep * bend + square * both, steep * turn + square * all_)
    return (first, spread, kept * steep, kept * square), own


def _times(ops: ArrayOps, above: AnyArray, term: AnyArray) -> AnyArray:
    # An infinite moment, which nobody asked for, has no part in the others' gradients.
    unknown = (above == 0) & (term != term)
    return above * ops.where(unknown, 0.0, term)


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
            activation: Activation,
            ops: ArrayOps,
            degree: int,
            mean: torch.Tensor,
            variance: torch.Tensor,
        ) -> tuple[torch.Tensor, ...]:
            ctx.given = rule, activation, ops, degree
            ctx.save_for_backward(mean, variance)
            return rule(ops, mean, variance, (degree,))[0]

        @staticmethod
        def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
            rule, activation, ops, degree = ctx.given
            mean, variance = ctx.saved_tensors

            def weighted(degree: int) -> torch.Tensor:
                found = apply(rule, activation, ops, degree, mean, variance)
                terms = [_times(ops, u, t) for u, t in zip(upstream, found, strict=True)]
                return torch.stack(terms).sum(0)

            own: tuple[Any, Any] = (0.0, 0.0)
            # What is to be differentiated again has Hermite's form alone.
            if degree == 0 and not torch.is_grad_enabled():
                upstream, own = _from_slopes(activation, ops, upstream, mean, variance)
            by_mean = by_variance = None
            if ctx.needs_input_grad[4]:
                by_mean = weighted(degree + 1) / ops.sqrt(variance) + own[0]
            if ctx.needs_input_grad[5]:
                rest = degree * weighted(degree) if degree else 0.0
                by_variance = (weighted(degree + 2) + rest) / (2 * variance) + own[1]
            return None, None, None, None, by_mean, by_variance

    apply: Callable[..., tuple[torch.Tensor, ...]] = Hermite.apply
    return apply
