"""Three units of a GRU that go through a whole sequence at once, differentiable and compiled."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from .alike_units import AlikeUnits
from .gru_sequence import gru_backward, gru_forward, gru_in_operations
from .in_c import sequence_goes_in_c
from .steps import Course
from .whole_sequence import Net


def run_gru(
    units: AlikeUnits,
    x: Tensor,
    weights: Sequence[Tensor],
    h: Tensor,
    sizes: Sequence[int],
    reverse: bool,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """h of every step and the last h, for (time, batch, features) or packed rows.

    Args:
        weights: W_ih and W_hh, and if there are biases b_ih and b_hh; units in the order r, z, n.
    """
    n = h.shape[-1]
    rows = functional.linear(x, weights[0], weights[2] if weights[2:] else None)
    bias = weights[3] if weights[2:] else rows.new_zeros(3 * n)
    steep = units.steep(n).to(rows.dtype)
    noise = units.noise(rows, n, steep.detach(), 3)
    tensors = [rows, weights[1], bias, h, steep, *noise]
    course = Course(units.lines, units.half, list(sizes), reverse)
    at_once = torch.compiler.is_compiling() or sequence_goes_in_c(rows, h.shape[0])
    found, *last = _GRU(tensors, course) if at_once else _GRU.in_operations(*tensors, course)
    return found, tuple(last)


# What is kept is W_hh h + b_hh of every step.
_GRU = Net("gru", gru_forward, gru_backward, gru_in_operations, slice(3, 4), 1, (3,))
