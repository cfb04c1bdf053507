"""A unit whose forward pass finds its slope, and the rule by which it goes backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from ...lower._autograd.apply import NARROW
from ...lower._autograd.forward_mode import outer_tangents
from ...lower._autograd.operator import applied
from ...lower._autograd.passes import has_saving_hooks, is_last_pass
from ...lower._autograd.plain import is_plain
from .in_blocks import in_blocks
from .in_c import goes_in_c, looped

#: Elements below which a new tensor takes less time than to find out whether an old one will do.
_LARGE = 2**14


@dataclass(frozen=True, eq=False)
class Sloped:
    """A unit with what its slope is made of, which the forward pass finds.

    Args:
        name: by which graphs know it, and the loop in C.
        values: f(x).
        both: f(x) and another function h(x).
        slope: f′ from f and h. bend: h′ from f and h, by operations that can be differentiated on.
        slope_into: f′ from h alone, in its place.
        keeps_value: do ``slope`` and ``bend`` read f? Then it may not be overwritten.
    """

    name: str
    values: Callable[[Tensor], Tensor]
    both: Callable[[Tensor], tuple[Tensor, Tensor]]
    slope: Callable[[Tensor, Tensor], Tensor]
    bend: Callable[[Tensor, Tensor], Tensor]
    slope_into: Callable[[Tensor], Tensor]
    keeps_value: bool = True
    again: ClassVar[None] = None

    @property
    def rule(self) -> type[torch.autograd.Function]:
        """What goes backward."""
        return ValueWithSlope

    def __call__(self, x: Tensor, *_: Tensor) -> Tensor:
        """The value alone; half precisions by way of float32."""
        return self._value(x)[0] if goes_in_c(x) else in_blocks(self._value, 1, x)[0]

    def pair(self, x: Tensor) -> Sequence[Tensor]:
        """f and h, by the loop or in operations; half precisions by way of float32."""
        return self._pair(x) if goes_in_c(x) else in_blocks(self._pair, 2, x)

    def _value(self, part: Tensor) -> Sequence[Tensor]:
        part = wide(part)
        y = torch.empty_like(part)
        return (y,) if looped(self.name, (part,), (y, None)) else (self.values(part),)

    def _pair(self, part: Tensor) -> Sequence[Tensor]:
        part = wide(part)
        y, h = torch.empty_like(part), torch.empty_like(part)
        return (y, h) if looped(self.name, (part,), (y, h)) else self.both(part)


class ValueWithSlope(torch.autograd.Function):
    """x ↦ (f(x), h(x)), whose derivatives are made of these two, so that there are all orders."""

    @staticmethod
    def forward(unit: Sloped, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both, half precisions by way of float32."""
        value, other = unit.pair(x)
        return value, other

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        """Keep the results, not the argument."""
        ctx.unit = inputs[0]
        # No zeros for the gradient of h, which only a second derivative has.
        ctx.set_materialize_grads(False)
        # Somebody who takes what is saved into his own hands may hold it longer.
        ctx.own = not has_saving_hooks()
        kept = output if ctx.unit.keeps_value else output[1:]
        ctx.save_for_backward(*kept)
        ctx.save_for_forward(*kept)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor | None) -> tuple[None, Tensor | None]:
        """∂E/∂x = ∂E/∂f·f′ + ∂E/∂h·h′."""
        by_value, by_other = upstream
        kept = _first_and_last(ctx.saved_tensors)
        if by_other is None and by_value is not None and _may_overwrite(ctx, by_value, kept[1]):
            return None, ctx.unit.slope_into(kept[1].detach()).mul_(by_value)
        total = None if by_value is None else by_value * ctx.unit.slope(*kept)
        if by_other is not None:
            more = by_other * ctx.unit.bend(*kept)
            total = more if total is None else total + more
        return None, total

    @staticmethod
    def jvp(ctx: Any, _: None, tangent: Tensor) -> tuple[Tensor, Tensor]:
        """The same two factors forward."""
        with outer_tangents(ctx.saved_tensors) as saved:
            kept = _first_and_last(saved)
            return tangent * ctx.unit.slope(*kept), tangent * ctx.unit.bend(*kept)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], unit: Sloped, x: Tensor) -> Any:
        """Element by element: the stack goes through."""
        return applied(ValueWithSlope, unit, x), (in_dims[1], in_dims[1])


def _may_overwrite(ctx: Any, gradient: Tensor, h: Tensor) -> bool:
    """Is this the last pass that reads h, which is then the room for the gradient?

    Then forward and backward together need no more room than PyTorch's, which keeps f alone.
    """
    return (
        h.numel() >= _LARGE
        and ctx.own
        and is_last_pass()
        and is_plain(h)
        and is_plain(gradient)
        and gradient.dtype == h.dtype
    )


def _first_and_last(kept: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """f and h; without f, h stands in its place, which nothing reads."""
    return kept[0], kept[-1]


def wide(x: Tensor) -> Tensor:
    """Half precisions as float32."""
    return x.float() if x.dtype in NARROW else x
