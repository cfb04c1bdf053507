"""One step of an LSTM and of a GRU, whose units are modules of any kind, noisy by default."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...._arrays import whole_number
from .gates import (
    GRU_PLACES,
    LSTM_PLACES,
    MakeActivation,
    gru_step,
    keep_units,
    lstm_step,
    make_units,
    noisy_candidate,
    noisy_gate,
    pair_of,
    reset_units,
)


class NoisyLSTMCell(nn.LSTMCell):
    """i, f, o = gate(…), g = candidate(…), c′ = f·c + i·g, h′ = o·candidate(c′).

    ``torch.nn.LSTMCell`` with other units: arguments, shapes, refusals and weights are its own. The
    state_dict has the units' beside them; one without units, such as its, leaves them as they are.

    Args:
        gate, candidate: make the units, one for each place where one is used.

    Raises:
        ValueError: for a gate that leaves [0, 1] without noise.

    >>> cell = NoisyLSTMCell(3, 5)
    >>> h, c = cell(torch.zeros(2, 3))
    >>> h.shape, sorted(cell.activations)
    (torch.Size([2, 5]), ['cell', 'forget', 'input', 'output', 'state'])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        gate: MakeActivation = noisy_gate,
        candidate: MakeActivation = noisy_candidate,
    ) -> None:
        sizes = _sizes(input_size, hidden_size)
        super().__init__(*sizes, bias, device=device, dtype=dtype)
        self.activations = make_units(LSTM_PLACES, gate, candidate, device, dtype)

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly within ±1/√hidden_size, and reset the units."""
        super().reset_parameters()
        reset_units(self)

    def forward(
        self,
        input: Tensor,  # noqa: A002 (PyTorch's name for it)
        hx: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """(h′, c′) from inputs (batch, input_size) and (h, c); zeros where no state is given."""
        rows = _project(self, input)
        h, c = _states(self, input, rows, (None, None) if hx is None else pair_of(hx))
        rows = rows + functional.linear(h, self.weight_hh, self.bias_hh)
        return lstm_step(rows, c, self.activations)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *others: Any) -> None:
        keep_units(self, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *others)


class NoisyGRUCell(nn.GRUCell):
    """r, z = gate(…), n = candidate(W_in x + b_in + r·(W_hn h + b_hn)), h′ = (1 − z)·n + z·h.

    ``torch.nn.GRUCell`` with other units, as ``NoisyLSTMCell`` is ``torch.nn.LSTMCell``.

    >>> NoisyGRUCell(3, 5)(torch.zeros(2, 3)).shape
    torch.Size([2, 5])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        gate: MakeActivation = noisy_gate,
        candidate: MakeActivation = noisy_candidate,
    ) -> None:
        sizes = _sizes(input_size, hidden_size)
        super().__init__(*sizes, bias, device=device, dtype=dtype)
        self.activations = make_units(GRU_PLACES, gate, candidate, device, dtype)

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly within ±1/√hidden_size, and reset the units."""
        super().reset_parameters()
        reset_units(self)

    def forward(
        self,
        input: Tensor,  # noqa: A002 (PyTorch's name for it)
        hx: Tensor | None = None,
    ) -> Tensor:
        """h′ from inputs (batch, input_size) and h; zeros where no state is given."""
        rows = _project(self, input)
        (h,) = _states(self, input, rows, (hx,))
        return gru_step(
            rows, functional.linear(h, self.weight_hh, self.bias_hh), h, self.activations
        )

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *others: Any) -> None:
        keep_units(self, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *others)


def _sizes(input_size: int, hidden_size: int) -> tuple[int, int]:
    return whole_number(input_size, "input_size"), whole_number(hidden_size, "hidden_size")


def _project(cell: nn.RNNCellBase, x: Tensor) -> Tensor:
    """W_ih x + b_ih.

    Raises:
        ValueError: for an input that is neither (features) nor (batch, features).
        RuntimeError: for another number of features, or another dtype than the weights'.
    """
    if x.dim() not in (1, 2):
        raise ValueError(f"expected (features) or (batch, features), got shape {tuple(x.shape)}")
    if x.shape[-1] != cell.input_size:
        raise RuntimeError(f"expected {cell.input_size} features, got shape {tuple(x.shape)}")
    return functional.linear(x, cell.weight_ih, cell.bias_ih)


def _states(
    cell: nn.RNNCellBase, x: Tensor, rows: Tensor, given: tuple[Tensor | None, ...]
) -> list[Tensor]:
    """The states, zeros for None; RuntimeError where a shape is not the input's with n features."""
    wanted = (*x.shape[:-1], cell.hidden_size)
    for state in given:
        if state is not None and state.shape != wanted:
            raise RuntimeError(f"expected a state of shape {wanted}, got {tuple(state.shape)}")
    return [rows.new_zeros(wanted) if s is None else s.to(rows.dtype) for s in given]
