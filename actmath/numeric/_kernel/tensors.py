"""The dual kernel of PyTorch tensors, with exact gradients by both variances and the correlation.

With k = c·σ₁σ₂, ∂/∂c = σ₁σ₂·∂/∂k; ∂/∂q₁ at fixed c is that of ``plane``. The derivative by k of a
unit without jumps is the dual kernel of f′, whose own jumps are the kinks of f: so are its
gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from ...activation import Activation
from ...derive._formula.derivative import derivative
from .._array import Array
from .._gaussian._rules.breaks import breaks
from .._gaussian.result import MomentRoute
from .columns import kernel, scale_slope


def with_gradients(
    subject: Activation, q1: Tensor, q2: Tensor, c: Tensor
) -> tuple[Tensor, Tensor, MomentRoute]:
    """The columns of ``kernel`` as tensors on the device of the arguments."""
    routes: list[MomentRoute] = []
    apply: Callable[..., tuple[Tensor, Tensor]] = _Kernel.apply
    value, slope = apply(subject, routes, q1, q2, c)
    return value, slope, routes[0]


@lru_cache(maxsize=64)
def slope_of(subject: Activation) -> Activation:
    """f′ as an activation, for a unit without jumps.

    Raises:
        NotImplementedError: where f jumps, so that f′ is no function.
    """
    if any(b.jump for b in breaks(subject)):
        raise NotImplementedError(
            f"{subject.name} jumps: its dual kernel's derivative has no gradients here, only its "
            f"value has"
        )
    bare = Activation(subject.name, subject.formula())
    return Activation(f"{subject.name}_slope", derivative(bare).expr)


class _Kernel(torch.autograd.Function):
    """(subject, a list for the route, q1, q2, c) → value and derivative."""

    @staticmethod
    def forward(
        ctx: Any, subject: Activation, routes: list[MomentRoute], *given: Tensor
    ) -> tuple[Tensor, Tensor]:
        ctx.subject = subject
        ctx.save_for_backward(*given)
        # So that what has no gradient from above comes as None, not as zeros to be carried down.
        ctx.set_materialize_grads(False)
        value, slope, route = kernel(subject, *map(_numbers, given))
        routes.append(route)
        return _tensor(value, given[0]), _tensor(slope, given[0])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *above: Tensor | None) -> tuple[Tensor | None, ...]:
        given: tuple[Tensor, ...] = ctx.saved_tensors
        units = (ctx.subject, slope_of(ctx.subject) if above[1] is not None else None)
        total = [np.zeros(given[0].shape) for _ in given]
        for unit, weight in zip(units, above, strict=True):
            if unit is not None and weight is not None:
                parts = _gradients(unit, ctx.needs_input_grad[2:], *map(_numbers, given))
                for target, part in zip(total, parts, strict=True):
                    # Where nothing comes from above, an infinite slope is nothing too.
                    pulled = _numbers(weight)
                    target += pulled * np.where(pulled == 0, 0.0, part)
        wanted = zip(total, ctx.needs_input_grad[2:], strict=True)
        return None, None, *(_tensor(t, given[0]) if need else None for t, need in wanted)


def _gradients(
    unit: Activation, needed: tuple[bool, ...], q1: Array, q2: Array, c: Array
) -> tuple[Array, ...]:
    """By q1, q2 and c, zeros for those that are not needed.

    Raises:
        ValueError: by a variance of 0, at which the kernel grows like a root.
    """
    found = [np.zeros(c.shape) for _ in range(3)]
    for at, one, other in ((0, q1, q2), (1, q2, q1)):
        if needed[at]:
            if not ((q1 > 0) & (q2 > 0)).all():
                raise ValueError("at a variance of 0 the dual kernel has no gradient by variances")
            found[at] = scale_slope(unit, one, other, c)
    if needed[2]:
        found[2] = np.sqrt(q1) * np.sqrt(q2) * kernel(unit, q1, q2, c)[1]
    return tuple(found)


def _numbers(tensor: Tensor) -> Array:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float64)


def _tensor(array: Array, like: Tensor) -> Tensor:
    return torch.as_tensor(array, dtype=torch.float64, device=like.device)
