"""Three units of a GRU that go through a whole sequence at once, differentiable and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ....lower._autograd.operator import applied
from ....lower._autograd.plain import is_batched
from .alike_units import AlikeUnits, slopes_by
from .gru_sequence import gru_backward, gru_forward, gru_in_operations
from .in_c import goes_in_c
from .steps import Course


def run_gru(
    units: AlikeUnits,
    x: Tensor,
    weights: Sequence[Tensor],
    h: Tensor,
    sizes: Sequence[int],
    reverse: bool,
) -> tuple[Tensor, tuple[Tensor]]:
    """h of every step and the last h, for (time, batch, features) or packed rows.

    Args:
        weights: W_ih and W_hh, and if there are biases b_ih and b_hh; units in the order r, z, n.
    """
    n = h.shape[-1]
    rows = functional.linear(x, weights[0], weights[2] if weights[2:] else None)
    bias = weights[3] if weights[2:] else rows.new_zeros(3 * n)
    steep = units.steep(n).to(rows.dtype)
    (noise,) = units.noise(rows, n, steep.detach(), 3)
    inputs = (rows, weights[1], bias, h, steep, noise)
    course = Course(units.lines, units.half, list(sizes), reverse)
    if torch.compiler.is_compiling():
        found, last, _ = noisy_gru(*inputs, *course)
    elif goes_in_c(rows, h.shape[0]):
        found, last, _ = applied(_Sequence, *inputs, course)
    else:
        found, last = gru_in_operations(*inputs, course)
    return found, (last,)


def _keep(ctx: Any, tensors: Sequence[Tensor], course: Course, output: Sequence[Tensor]) -> None:
    ctx.course = course
    ctx.save_for_backward(*tensors, output[0], output[2])
    ctx.set_materialize_grads(False)


def _by_inputs(ctx: Any, gradients: Sequence[Tensor | None], backward: Any) -> list[Tensor | None]:
    """The gradients by rows, weight, bias, h and steep."""
    *inputs, noise, outputs, recurrent = ctx.saved_tensors
    wholes = (outputs, inputs[3])
    upstream = [
        torch.zeros_like(whole) if gradient is None else gradient
        for whole, gradient in zip(wholes, gradients, strict=False)
    ]
    if not torch.is_grad_enabled() and not any(map(is_batched, upstream)):
        return list(backward(upstream, [outputs, recurrent], *inputs, noise, ctx.course))
    # Someone takes another derivative, or many at once: of the same function in operations. By
    # views, since the first state may itself depend on the weight: PyTorch follows that path later.
    recorded = torch.is_grad_enabled()
    with torch.enable_grad():
        rows, weight, bias, h, steep = inputs = [each.view_as(each) for each in inputs]
        found = gru_in_operations(rows, weight, bias, h, steep, noise, ctx.course)
    return slopes_by(found, inputs, upstream, recorded)


class _Sequence(torch.autograd.Function):
    """``gru_forward``, of whose outputs the first two are differentiable."""

    @staticmethod
    def forward(*inputs: Any) -> tuple[Tensor, ...]:
        return tuple(gru_forward(*inputs))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        *tensors, course = inputs
        _keep(ctx, tensors, course, output)
        ctx.mark_non_differentiable(output[2])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        return (*_by_inputs(ctx, gradients, gru_backward), None, None)


# --- the same as operators, which compiled code calls and does not look into ---------------------


@torch.library.custom_op("actmath::noisy_gru", mutates_args=())
def noisy_gru(
    rows: Tensor,
    weight: Tensor,
    bias: Tensor,
    h: Tensor,
    steep: Tensor,
    noise: Tensor,
    lines: Sequence[float],
    half: bool,
    sizes: Sequence[int],
    reverse: bool,
) -> list[Tensor]:
    """``gru_forward``."""
    course = Course(lines, half, sizes, reverse)
    return gru_forward(rows, weight, bias, h, steep, noise, course)


@noisy_gru.register_fake
def _(rows: Tensor, weight: Tensor, bias: Tensor, h: Tensor, *_: Any) -> list[Tensor]:
    output = rows.new_empty((*rows.shape[:-1], h.shape[-1]))
    return [output, torch.empty_like(h), torch.empty_like(rows)]


@torch.library.custom_op("actmath::noisy_gru_backward", mutates_args=())
def noisy_gru_backward(
    upstream: Sequence[Tensor],
    kept: Sequence[Tensor],
    rows: Tensor,
    weight: Tensor,
    bias: Tensor,
    h: Tensor,
    steep: Tensor,
    noise: Tensor,
    lines: Sequence[float],
    half: bool,
    sizes: Sequence[int],
    reverse: bool,
) -> list[Tensor]:
    """``gru_backward``."""
    course = Course(lines, half, sizes, reverse)
    return gru_backward(upstream, kept, rows, weight, bias, h, steep, noise, course)


@noisy_gru_backward.register_fake
def _(
    upstream: Any,
    kept: Any,
    rows: Tensor,
    weight: Tensor,
    bias: Tensor,
    h: Tensor,
    steep: Tensor,
    *_: Any,
) -> list[Tensor]:
    return [torch.empty_like(each) for each in (rows, weight, bias, h, steep)]


def _keep_operator(ctx: Any, inputs: tuple[Any, ...], output: Sequence[Tensor]) -> None:
    _keep(ctx, inputs[:6], Course(*inputs[6:]), output)


def _operator_backward(ctx: Any, gradients: Sequence[Tensor | None]) -> tuple[Any, ...]:
    def backward(*inputs: Any) -> list[Tensor]:
        found: list[Tensor] = noisy_gru_backward(*inputs[:-1], *inputs[-1])
        return found

    by = _by_inputs(ctx, gradients, backward)
    # An empty list passes for one of tensors, whose gradients are a list too.
    return (*by, None, None, None, None if ctx.course.sizes else [], None)


noisy_gru.register_autograd(_operator_backward, setup_context=_keep_operator)
