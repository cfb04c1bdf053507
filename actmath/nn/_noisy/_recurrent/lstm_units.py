"""Five units of an LSTM that go through a whole sequence at once, differentiable and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torch.nn import functional

from ....lower._autograd.plain import is_plain
from .alike_units import AlikeUnits
from .in_c import lstm_backward_in_c, lstm_forward_in_c, sequence_goes_in_c
from .lstm_sequence import lstm_backward, lstm_forward, lstm_in_operations
from .steps import Course
from .whole_sequence import Net

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
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """h of every step, and the last h and c, for (time, batch, features) or packed rows."""
    h, c = states
    n = h.shape[-1]
    rows = functional.linear(x, weights[0], biases[0] + biases[1] if biases else None)
    steep = units.steep(n).to(rows.dtype)
    noise = units.noise(rows, n, steep.detach(), 4, 1)
    course = Course(units.lines, units.half, list(sizes), reverse)
    found, *last = _LSTM((rows, weights[1], h, c, steep, *noise), course)
    return found, tuple(last)


def _forward(*inputs: Any) -> list[Tensor]:
    rows, _, h, *_ = inputs
    return (lstm_forward_in_c if sequence_goes_in_c(rows, h.shape[0]) else lstm_forward)(*inputs)


def _backward(
    upstream: Sequence[Tensor], kept: Sequence[Tensor], _: Tensor, *inputs: Any
) -> list[Tensor]:
    in_c = sequence_goes_in_c(kept[1], inputs[1].shape[0]) and is_plain(upstream[0])
    return (lstm_backward_in_c if in_c else lstm_backward)(upstream, kept, *inputs)


# What is kept are the nets, which take the rows' place, and c of every step.
_LSTM = Net("lstm", _forward, _backward, lstm_in_operations, slice(2, 4), 2, (4, 1))
