"""A whole sequence where the loops of ``_kernels`` do what is between the matrix products.

Of each step two calls remain: a product, and a loop over the rows of that step. The arguments are
those of ``lstm_sequence`` and ``gru_sequence``, and so is what is kept for the backward pass.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ....lower._autograd.plain import is_plain
from ..._kernels.library import c_loop, is_at_hand
from .steps import Course, before, begun_with, final, starts, step_order, steps_of

#: Numbers of one step from which on PyTorch's operations, if they may use several threads, are as
#: fast: a loop has one, and takes a nanosecond for each.
_MANY = 2**17


def goes_in_c(rows: Tensor, batch: int) -> bool:
    """Can the loops take these rows, and are they the faster way?"""
    if not (is_plain(rows) and is_at_hand(rows)):
        return False
    return torch.get_num_threads() == 1 or batch * rows.shape[-1] < _MANY


def lstm_forward_in_c(
    rows: Tensor,
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    course: Course,
) -> list[Tensor]:
    """``lstm_forward``."""
    n, (h, c) = h.shape[-1], (h.contiguous(), c.contiguous())
    slopes, shifts = _line_columns(course, steep, n, 4)
    nets = torch.addcmul(shifts, rows, slopes).contiguous()
    cells, outputs = (nets.new_empty((*rows.shape[:-1], n)) for _ in range(2))
    given = [nets, cells, outputs, noise, late, steep, steep.new_tensor(course.lines)]
    views, turned = steps_of(nets, course.sizes), (weight * slopes[:, None]).T
    states, steps = steps_of(cells, course.sizes), steps_of(outputs, course.sizes)

    def product(t: int, last: Tensor) -> None:
        views[t].addmm_(last, turned)

    _go_forward("lstm_forward", given, (states, c), (steps, h), product, course)
    return [outputs, final(steps, course.reverse), final(states, course.reverse), nets, cells]


def lstm_backward_in_c(
    upstream: Sequence[Tensor],
    kept: Sequence[Tensor],
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    course: Course,
) -> list[Tensor]:
    """``lstm_backward``."""
    outputs, nets, cells = kept
    by_rows, by_h, by_c = torch.empty_like(nets), _own(upstream[1]), _own(upstream[2])
    by_steep = torch.zeros_like(steep, dtype=torch.float64)
    lines = steep.new_tensor(course.lines)
    given = [nets, cells, outputs, noise, late, steep, lines, upstream[0], by_rows]
    views, sizes = steps_of(by_rows, course.sizes), course.sizes

    def product(t: int) -> None:
        torch.mm(views[t], weight, out=by_h[: sizes[t]] if sizes else by_h)

    _go_back("lstm_backward", [*given, by_h, by_c, by_steep], (cells, c), product, course)
    begun = starts(outputs, h, course.sizes, course.reverse)
    by_weight = by_rows.flatten(0, -2).T @ begun.flatten(0, -2)
    return [by_rows, by_weight, by_h, by_c, by_steep.to(steep.dtype)]


def gru_forward_in_c(
    rows: Tensor,
    weight: Tensor,
    bias: Tensor,
    h: Tensor,
    steep: Tensor,
    noise: Tensor,
    course: Course,
) -> list[Tensor]:
    """``gru_forward``."""
    n, rows, h = h.shape[-1], rows.contiguous(), h.contiguous()
    recurrent, outputs = torch.empty_like(rows), rows.new_empty((*rows.shape[:-1], n))
    given = [rows, recurrent, outputs, noise, steep, steep.new_tensor(course.lines)]
    views, turned = steps_of(recurrent, course.sizes), weight.T
    steps = steps_of(outputs, course.sizes)

    def product(t: int, last: Tensor) -> None:
        torch.addmm(bias, last, turned, out=views[t])

    _go_forward("gru_forward", given, (steps, h), (steps, h), product, course)
    return [outputs, final(steps, course.reverse), recurrent]


def gru_backward_in_c(
    upstream: Sequence[Tensor],
    kept: Sequence[Tensor],
    rows: Tensor,
    weight: Tensor,
    bias: Tensor,
    h: Tensor,
    steep: Tensor,
    noise: Tensor,
    course: Course,
) -> list[Tensor]:
    """``gru_backward``."""
    outputs, recurrent = kept
    by_rows, by_recurrent = torch.empty_like(recurrent), torch.empty_like(recurrent)
    by_h, by_steep = _own(upstream[1]), torch.zeros_like(steep, dtype=torch.float64)
    lines = steep.new_tensor(course.lines)
    given = [rows, recurrent, outputs, noise, steep, lines, upstream[0], by_rows, by_recurrent]
    views, sizes = steps_of(by_recurrent, course.sizes), course.sizes

    def product(t: int) -> None:
        (by_h[: sizes[t]] if sizes else by_h).addmm_(views[t], weight)

    _go_back("gru_backward", [*given, by_h, by_steep], (outputs, h), product, course)
    begun, flat = starts(outputs, h, course.sizes, course.reverse), by_recurrent.flatten(0, -2)
    by_weight = flat.T @ begun.flatten(0, -2)
    return [by_rows, by_weight, flat.sum(0), by_h, by_steep.to(steep.dtype)]


def _go_forward(
    name: str,
    given: Sequence[Tensor],
    state: tuple[Sequence[Tensor], Tensor],
    h: tuple[Sequence[Tensor], Tensor],
    product: Callable[[int, Tensor], object],
    course: Course,
) -> None:
    """Fill the states of every step, which are among the tensors that the loop is given.

    Args:
        given: in the order of the loop's struct.
        state, h: of every step and the first, read by the loop and by the product.
        product: of a step and the last h, written where the loop finds it.
    """
    loop = _Loop(name, given, state[1].shape[-1], course.half)
    (states, last_state), (outputs, last_h) = state, h
    rows, batches = _rows_of(outputs, course.sizes)
    for t in step_order(len(outputs), course.reverse):
        if course.sizes:
            last_state = before(last_state, state[1], batches[t])
            last_h = before(last_h, h[1], batches[t])
        product(t, last_h)
        loop(rows[t], batches[t], last_state)
        last_state, last_h = states[t], outputs[t]


def _go_back(
    name: str,
    given: Sequence[Tensor],
    state: tuple[Tensor, Tensor],
    product: Callable[[int], object],
    course: Course,
) -> None:
    """The same from the last step to the first; the product comes after the loop."""
    loop = _Loop(name, given, state[1].shape[-1], course.half)
    states = steps_of(state[0], course.sizes)
    begun = begun_with(states, state[1].contiguous(), course.sizes, course.reverse)
    rows, batches = _rows_of(states, course.sizes)
    for t in reversed(step_order(len(states), course.reverse)):
        loop(rows[t], batches[t], begun[t])
        product(t)


class _Loop:
    """A loop with its struct: addresses, 0 for what is empty or not there, then n and half."""

    def __init__(self, name: str, given: Sequence[Tensor], n: int, half: bool) -> None:
        call = c_loop(name, given[0].dtype)
        assert call is not None
        # Held, since the loop knows their addresses only.
        self.call, self.given = call, [each.contiguous() for each in given]
        addresses = [each.data_ptr() if each.numel() else 0 for each in self.given]
        missing = [0] * (_FIELDS[name] - len(addresses))
        self.plan = (ctypes.c_int64 * (_FIELDS[name] + 2))(*addresses, *missing, n, half)

    def __call__(self, row: int, batch: int, begun: Tensor) -> None:
        self.call(self.plan, row, batch, begun.data_ptr())


#: Addresses in each struct.
_FIELDS = {"lstm_forward": 12, "lstm_backward": 12, "gru_forward": 11, "gru_backward": 11}


def _own(gradient: Tensor) -> Tensor:
    """A copy that may be overwritten, in one piece."""
    return gradient.clone(memory_format=torch.contiguous_format)


def _line_columns(course: Course, like: Tensor, n: int, units: int) -> Sequence[Tensor]:
    """k and b for each of the columns of the first units."""
    numbers = like.new_tensor(course.lines).reshape(-1, 4)[:units, :2]
    return numbers.T.repeat_interleave(n, dim=1).unbind(0)


def _rows_of(steps: Sequence[Tensor], sizes: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """At which row each step begins, and how many it has."""
    batches = sizes or [steps[0].shape[0]] * len(steps)
    return [0, *itertools.accumulate(batches)], batches
