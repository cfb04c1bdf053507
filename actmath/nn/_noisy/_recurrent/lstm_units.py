"""Five units of an LSTM that go through a whole sequence at once, differentiable and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ....lower._autograd.operator import applied
from ....lower._autograd.plain import is_batched, is_plain
from .alike_units import AlikeUnits, slopes_by
from .in_c import goes_in_c, lstm_backward_in_c, lstm_forward_in_c
from .lstm_sequence import lstm_backward, lstm_forward, lstm_in_operations
from .steps import Course

#: The order of the rows in PyTorch's weights, and the state's unit.
ORDER = ("input", "forget", "cell", "output", "state")


def run_lstm(
    units: AlikeUnits,
    x: Tensor,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    states: Sequence[Tensor],
    sizes: Sequence[int],
    reverse: bool,
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """h of every step, and the last h and c, for (time, batch, features) or packed rows."""
    h, c = states
    n = h.shape[-1]
    rows = functional.linear(x, weights[0], biases[0] + biases[1] if biases else None)
    steep = units.steep(n).to(rows.dtype)
    noise, late = units.noise(rows, n, steep.detach(), 4, 1)
    inputs = (rows, weights[1], h, c, steep, noise, late)
    course = Course(units.lines, units.half, list(sizes), reverse)
    if torch.compiler.is_compiling():
        h, last_h, last_c, *_ = noisy_lstm(*inputs, *course)
    else:
        h, last_h, last_c, *_ = applied(_Sequence, *inputs, course)
    return h, (last_h, last_c)


def _forward(*inputs: Any) -> list[Tensor]:
    rows, _, h, *_ = inputs
    return (lstm_forward_in_c if goes_in_c(rows, h.shape[0]) else lstm_forward)(*inputs)


def _backward(upstream: Sequence[Tensor], kept: Sequence[Tensor], *inputs: Any) -> list[Tensor]:
    in_c = goes_in_c(kept[1], inputs[1].shape[0]) and is_plain(upstream[0])
    return (lstm_backward_in_c if in_c else lstm_backward)(upstream, kept, *inputs)


def _keep(ctx: Any, tensors: Sequence[Tensor], course: Course, output: Sequence[Tensor]) -> None:
    ctx.course = course
    ctx.save_for_backward(*tensors, output[0], *output[3:])
    ctx.set_materialize_grads(False)


def _by_inputs(ctx: Any, gradients: Sequence[Tensor | None], backward: Any) -> list[Tensor | None]:
    """The gradients by rows, weight, h, c and steep."""
    rows, weight, h, c, steep, noise, late, *kept = ctx.saved_tensors
    outputs = kept[0]
    wholes, inputs = (outputs, h, c), (rows, weight, h, c, steep)
    upstream = [
        torch.zeros_like(whole) if gradient is None else gradient
        for whole, gradient in zip(wholes, gradients, strict=False)
    ]
    if not torch.is_grad_enabled() and not any(map(is_batched, upstream)):
        return list(backward(upstream, kept, *inputs[1:], noise, late, ctx.course))
    # Someone takes another derivative, or many at once: of the same function in operations. By
    # views, since the first state may itself depend on the weight: PyTorch follows that path later.
    recorded = torch.is_grad_enabled()
    with torch.enable_grad():
        inputs = tuple(each.view_as(each) for each in inputs)
        found = lstm_in_operations(*inputs, noise, late, ctx.course)
    return slopes_by(found, inputs, upstream, recorded)


class _Sequence(torch.autograd.Function):
    """``lstm_forward``, of whose outputs the first three are differentiable."""

    @staticmethod
    def forward(*inputs: Any) -> tuple[Tensor, ...]:
        return tuple(_forward(*inputs))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        *tensors, course = inputs
        _keep(ctx, tensors, course, output)
        ctx.mark_non_differentiable(*output[3:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        return (*_by_inputs(ctx, gradients, _backward), None, None, None)


# --- the same as operators, which compiled code calls and does not look into ---------------------


@torch.library.custom_op("actmath::noisy_lstm", mutates_args=())
def noisy_lstm(
    rows: Tensor,
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    lines: Sequence[float],
    half: bool,
    sizes: Sequence[int],
    reverse: bool,
) -> list[Tensor]:
    """``lstm_forward``."""
    course = Course(lines, half, sizes, reverse)
    return _forward(rows, weight, h, c, steep, noise, late, course)


@noisy_lstm.register_fake
def _(rows: Tensor, weight: Tensor, h: Tensor, c: Tensor, *_: Any) -> list[Tensor]:
    output, cells = (rows.new_empty((*rows.shape[:-1], h.shape[-1])) for _ in range(2))
    return [output, torch.empty_like(h), torch.empty_like(c), torch.empty_like(rows), cells]


@torch.library.custom_op("actmath::noisy_lstm_backward", mutates_args=())
def noisy_lstm_backward(
    upstream: Sequence[Tensor],
    kept: Sequence[Tensor],
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    lines: Sequence[float],
    half: bool,
    sizes: Sequence[int],
    reverse: bool,
) -> list[Tensor]:
    """``lstm_backward``."""
    course = Course(lines, half, sizes, reverse)
    return _backward(upstream, kept, weight, h, c, steep, noise, late, course)


@noisy_lstm_backward.register_fake
def _(
    upstream: Any, kept: Any, weight: Tensor, h: Tensor, c: Tensor, steep: Tensor, *_: Any
) -> list[Tensor]:
    return [torch.empty_like(each) for each in (kept[1], weight, h, c, steep)]


def _keep_operator(ctx: Any, inputs: tuple[Any, ...], output: Sequence[Tensor]) -> None:
    _keep(ctx, inputs[:7], Course(*inputs[7:]), output)


def _operator_backward(ctx: Any, gradients: Sequence[Tensor | None]) -> tuple[Any, ...]:
    def backward(*inputs: Any) -> list[Tensor]:
        found: list[Tensor] = noisy_lstm_backward(*inputs[:-1], *inputs[-1])
        return found

    by = _by_inputs(ctx, gradients, backward)
    # An empty list passes for one of tensors, whose gradients are a list too.
    return (*by, None, None, None, None, None if ctx.course.sizes else [], None)


noisy_lstm.register_autograd(_operator_backward, setup_context=_keep_operator)
