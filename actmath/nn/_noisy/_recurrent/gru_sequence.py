"""A whole sequence of a GRU with noisy units, whose noise is given, in operations.

All functions take

    rows: W_ih x + b_ih, (time, batch, 3n) or packed (rows, 3n); r, z, n.
    weight, bias: W_hh, (3n, n), and b_hh, (3n,).
    h: first states (batch, n).
    steep: p of r, z and n, (3n,).
    noise: level·ε shaped like the rows, times sgn p if half; empty for none.

and units as ``lstm_sequence`` has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ....lower._autograd.plain import is_plain
from .in_c import gru_backward_in_c, gru_forward_in_c, sequence_goes_in_c
from .steps import Course, before, final, joined, starts, step_order, steps_of


def gru_in_operations(
    rows: Tensor,
    weight: Tensor,
    bias: Tensor,
    h: Tensor,
    steep: Tensor,
    noise: Tensor,
    course: Course,
) -> tuple[Tensor, Tensor]:
    """h of every step and the last h, which PyTorch differentiates to any order."""
    lines, half, sizes, reverse = course
    n, first, loud = h.shape[-1], h, noise.numel() > 0
    views = list(zip(*(steps_of(x, sizes) for x in (rows, noise if loud else rows)), strict=True))
    outputs: list[Any] = [None] * len(views)

    def unit(x: Tensor, place: int, epsilon: Tensor) -> Tensor:
        slope, shift, low, high = lines[4 * place : 4 * place + 4]
        net = slope * x + shift
        # Between the thresholds the line, beyond them constants: the slope at them is 0.
        hard = functional.hardtanh(net, low, high)
        if not loud:
            return hard
        part = slice(place * n, (place + 1) * n)
        q = torch.sigmoid(steep[part] * (hard - net)) - 0.5
        return hard + epsilon[..., part] * q * (q.abs() if half else q)

    for t in step_order(len(views), reverse):
        row, epsilon = views[t]
        h = before(h, first, row.shape[0])
        xr, xz, xn = row.chunk(3, dim=-1)
        hr, hz, hn = functional.linear(h, weight, bias).chunk(3, dim=-1)
        fresh = unit(xn + unit(xr + hr, 0, epsilon) * hn, 2, epsilon)
        h = fresh + unit(xz + hz, 1, epsilon) * (h - fresh)
        outputs[t] = h
    return joined(outputs, sizes), final(outputs, reverse)


def gru_forward(*inputs: Any) -> list[Tensor]:
    """The same two, and what the backward pass reads: W_hh h + b_hh of every step."""
    rows, weight, bias, h, *_, course = inputs
    if sequence_goes_in_c(rows, h.shape[0]):
        return gru_forward_in_c(*inputs)
    outputs, last = gru_in_operations(*inputs)
    begun = starts(outputs, h, course.sizes, course.reverse)
    return [outputs, last, functional.linear(begun, weight, bias)]


def gru_backward(upstream: Sequence[Tensor], kept: Sequence[Tensor], *inputs: Any) -> list[Tensor]:
    """∂E by rows, weight, bias, first h and steep, from that by each h and the last h."""
    if sequence_goes_in_c(inputs[0], inputs[3].shape[0]) and is_plain(upstream[0]):
        return gru_backward_in_c(upstream, kept, *inputs)
    tensors = [each.detach().requires_grad_() for each in inputs[:5]]
    with torch.enable_grad():
        found = gru_in_operations(*tensors, *inputs[5:])
    slopes = torch.autograd.grad(found, tensors, upstream, allow_unused=True)
    pairs = zip(slopes, tensors, strict=True)
    return [torch.zeros_like(each) if slope is None else slope for slope, each in pairs]
