"""A recurrent net's whole sequence as one function: differentiable to any order, and compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ....lower._autograd.operator import applied, is_differentiated
from ....lower._autograd.plain import is_batched
from ..own_operators import define
from .steps import Course

Tensors = Sequence[Tensor]


@dataclass(frozen=True)
class Net:
    """What there is to know of an LSTM, or of a GRU.

    Its tensors are rows (time, batch, …) or packed (rows, …), weights, first states (batch, n) and
    p, by which gradients are taken, and then noise.

    Args:
        forward: of tensors and course: h of every step, each state's last, and what the backward
            pass reads besides.
        backward: of the gradients by h and the last states, what was kept (h of every step in front
            of it), tensors and course: the gradients by the tensors.
        in_operations: the results without what is kept, which PyTorch differentiates to any order.
        states: where the first states are among the tensors. noises: how many they end with.
        widths: columns of what is kept, in units of n.
    """

    name: str
    forward: Callable[..., list[Tensor]]
    backward: Callable[..., list[Tensor]]
    in_operations: Callable[..., tuple[Tensor, ...]]
    states: slice
    noises: int
    widths: tuple[int, ...]

    def __post_init__(self) -> None:
        _NETS[self.name] = self

    def __call__(self, tensors: Tensors, course: Course) -> tuple[Tensor, ...]:
        """H of every step, and each state's last."""
        if torch.compiler.is_compiling():
            found = _forward_operator(self.name, list(tensors), *course)
        else:
            found = applied(_Sequence, self, course, False, *tensors)
        ends = len(tensors[self.states])
        return tuple(found[: 1 + ends])


#: By the names that operators know.
_NETS: dict[str, Net] = {}


class _Sequence(torch.autograd.Function):
    """``Net.forward``, by itself or as the operator that a compiler sees."""

    @staticmethod
    def forward(net: Net, course: Course, seen: bool, *tensors: Tensor) -> tuple[Tensor, ...]:
        if not seen:
            return tuple(net.forward(*tensors, course))
        with torch._C._AutoDispatchBelowAutograd():
            return tuple(_forward_operator(net.name, list(tensors), *course))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.net, ctx.course, ctx.seen, *tensors = inputs
        kept = output[1 + len(tensors[ctx.net.states]) :]
        ctx.save_for_backward(*tensors, output[0], *kept)
        ctx.mark_non_differentiable(*kept)
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        net, course = ctx.net, ctx.course
        count = len(ctx.saved_tensors) - 1 - len(net.widths)
        tensors, kept = ctx.saved_tensors[:count], ctx.saved_tensors[count:]
        upstream = [
            torch.zeros_like(whole) if gradient is None else gradient
            for whole, gradient in zip((kept[0], *tensors[net.states]), gradients, strict=False)
        ]
        silent = (None,) * net.noises
        if torch.is_grad_enabled() or any(map(is_batched, upstream)):
            return None, None, None, *_recorded(net, course, tensors, upstream), *silent
        if ctx.seen:
            found = _backward_operator(net.name, upstream, list(kept), list(tensors), *course)
        else:
            found = net.backward(upstream, kept, *tensors, course)
        return None, None, None, *found, *silent


def _recorded(net: Net, course: Course, tensors: Tensors, upstream: Tensors) -> list[Tensor | None]:
    """The gradients, where someone takes another derivative, or many at once."""
    # By views, since the first state may itself depend on the weight: PyTorch follows that later.
    recorded, split = torch.is_grad_enabled(), len(tensors) - net.noises
    with torch.enable_grad():
        inputs = [each.view_as(each) for each in tensors[:split]]
        found = net.in_operations(*inputs, *tensors[split:], course)
    wanted = [each for each in inputs if each.requires_grad]
    slopes = iter(
        torch.autograd.grad(found, wanted, upstream, create_graph=recorded, allow_unused=True)
    )
    return [next(slopes) if each.requires_grad else None for each in inputs]


def _forward(name: str, tensors: Tensors, *course: Any) -> list[Tensor]:
    return _NETS[name].forward(*tensors, Course(*course))


def _forward_shapes(name: str, tensors: Tensors, *_: Any) -> list[Tensor]:
    net, rows = _NETS[name], tensors[0]
    first = tensors[net.states]
    outputs, *kept = (
        rows.new_empty((*rows.shape[:-1], width * first[0].shape[-1])) for width in (1, *net.widths)
    )
    return [outputs, *map(torch.empty_like, first), *kept]


def _derived(name: str, tensors: Tensors, *course: Any) -> list[Tensor]:
    if is_differentiated(*tensors):
        return list(applied(_Sequence, _NETS[name], Course(*course), True, *tensors))
    with torch._C._AutoDispatchBelowAutograd():
        found: list[Tensor] = _forward_operator(name, tensors, *course)
        return found


def _backward(
    name: str, upstream: Tensors, kept: Tensors, tensors: Tensors, *course: Any
) -> list[Tensor]:
    return _NETS[name].backward(upstream, kept, *tensors, Course(*course))


def _backward_shapes(
    name: str, upstream: Tensors, kept: Tensors, tensors: Tensors, *_: Any
) -> list[Tensor]:
    return [torch.empty_like(each) for each in tensors[: len(tensors) - _NETS[name].noises]]


_COURSE = "float[] lines, bool half, SymInt[] sizes, bool reverse"
_forward_operator = define(
    f"noisy_sequence(str name, Tensor[] tensors, {_COURSE}) -> Tensor[]",
    _forward,
    _forward_shapes,
    _derived,
)
_backward_operator = define(
    "noisy_sequence_backward(str name, Tensor[] upstream, Tensor[] kept, Tensor[] tensors, "
    f"{_COURSE}) -> Tensor[]",
    _backward,
    _backward_shapes,
)
