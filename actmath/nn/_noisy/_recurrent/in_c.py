"""A whole sequence in one call of the loops of ``_kernels``, matrix products included.

The arguments are those of ``lstm_sequence`` and ``gru_sequence``, and so is what is kept for the
backward pass.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor

from ....lower._autograd.plain import in_one_piece, is_plain
from ..._kernels.library import c_loop, is_at_hand
from .steps import Course, ended, starts

#: Numbers of one step from which on PyTorch's operations, if they may use several threads, are as
#: fast: a loop has one, and takes a nanosecond for each.
_MANY = 2**17


def sequence_goes_in_c(rows: Tensor, batch: int) -> bool:
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
    nets = _new(rows)
    cells, outputs = (rows.new_empty((*rows.shape[:-1], h.shape[-1])) for _ in range(2))
    given = (rows, weight.T, h, c, noise, late, steep)
    _run("lstm_forward", given, (nets, cells, outputs), (), h, course)
    ends = (ended(part, course.sizes, course.reverse) for part in (outputs, cells))
    return [outputs, *ends, nets, cells]


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
    by_rows, by_h, by_c = _new(nets), _own(upstream[1]), _own(upstream[2])
    by_steep = torch.zeros_like(steep, dtype=torch.float64)
    given = (nets, weight, h, c, noise, late, steep)
    found = (by_rows, by_h, by_c, by_steep)
    _run("lstm_backward", given, (nets, cells, outputs), (upstream[0], *found), h, course)
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
    recurrent = _new(rows)
    outputs = rows.new_empty((*rows.shape[:-1], h.shape[-1]))
    given = (rows, weight.T, bias, h, noise, steep)
    _run("gru_forward", given, (recurrent, outputs), (), h, course)
    return [outputs, ended(outputs, course.sizes, course.reverse), recurrent]


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
    by_rows, by_recurrent = _new(recurrent), _new(recurrent)
    by_h, by_steep = _own(upstream[1]), torch.zeros_like(steep, dtype=torch.float64)
    given = (rows, weight, bias, h, noise, steep)
    found = (by_rows, by_recurrent, by_h, by_steep)
    _run("gru_backward", given, (recurrent, outputs), (upstream[0], *found), h, course)
    begun, flat = starts(outputs, h, course.sizes, course.reverse), by_recurrent.flatten(0, -2)
    by_weight = flat.T @ begun.flatten(0, -2)
    return [by_rows, by_weight, flat.sum(0), by_h, by_steep.to(steep.dtype)]


def _run(
    name: str,
    given: Sequence[Tensor],
    kept: Sequence[Tensor],
    slopes: Sequence[Tensor],
    h: Tensor,
    course: Course,
) -> None:
    """Call a loop with its struct, whose fields are the course, then these in their order.

    Args:
        given: what is read only, in any layout; an empty tensor is none.
        kept: what the forward pass writes.
        slopes: the gradient by the outputs, and what the backward pass writes.
        h: the first states.

    Raises:
        ValueError: where the loop would read beyond a tensor, or numbers of another precision.
    """
    call = c_loop(name, kept[0].dtype)
    assert call is not None
    _check(name, given, kept, h, course)
    # Held until the call is over, since the loop knows their addresses only.
    before = [in_one_piece(each) for each in given]
    after = [in_one_piece(each) for each in (*kept, *slopes)]
    steps = len(course.sizes) or kept[0].shape[0]
    sizes = (ctypes.c_int64 * steps)(*(course.sizes or [h.shape[0]] * steps))
    lines = (ctypes.c_double * len(course.lines))(*course.lines)
    head = (ctypes.addressof(sizes), steps, course.reverse, h.shape[-1], course.half)
    fields = [*head, *map(_address, before), ctypes.addressof(lines), *map(_address, after)]
    missing = [0] * (_FIELDS[name[:3]] - len(fields))
    call((ctypes.c_int64 * _FIELDS[name[:3]])(*fields, *missing))


#: Fields in each struct.
_FIELDS = {"lst": 21, "gru": 19}


def _check(
    name: str, given: Sequence[Tensor], kept: Sequence[Tensor], h: Tensor, course: Course
) -> None:
    """Does what is read have the shapes and the precision of the struct?"""
    (*time, width), (batch, n) = given[0].shape, h.shape
    weight = (n, width) if name.endswith("forward") else (width, n)
    if name.startswith("lstm"):
        shapes = [weight, (batch, n), (batch, n), (*time, width), (*time, n), (width + n,)]
    else:
        shapes = [weight, (width,), (batch, n), (*time, width), (width,)]
    silent = {-2, -3} if name.startswith("lstm") else {-2}
    for place, shape in enumerate(shapes, -len(shapes)):
        each = given[place]
        none = place in silent and not each.numel()
        if each.dtype != kept[0].dtype or not (none or each.shape == shape):
            got = f"{tuple(each.shape)} of {each.dtype}"
            raise ValueError(f"{name} expected {shape} of {kept[0].dtype}, got {got}")
    sizes = course.sizes
    if sizes and (sum(sizes) != time[0] or max(sizes) != batch or min(sizes) < 0):
        raise ValueError(f"{time[0]} rows and {batch} first states are not those of steps {sizes}")
    if not sizes and time[1:] != [batch]:
        raise ValueError(f"rows of {time[1:]} sequences were given to {batch} first states")


def _new(like: Tensor) -> Tensor:
    """Of the same shape, in one piece."""
    return torch.empty_like(like, memory_format=torch.contiguous_format)


def _address(tensor: Tensor) -> int:
    return tensor.data_ptr() if tensor.numel() else 0


def _own(gradient: Tensor) -> Tensor:
    """A copy that may be overwritten, in one piece."""
    return gradient.clone(memory_format=torch.contiguous_format)
