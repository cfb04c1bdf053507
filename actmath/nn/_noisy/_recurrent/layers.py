"""LSTM and GRU layers whose gates and candidates are modules of any kind, noisy ones by default.

With ``nn.Sigmoid`` and ``nn.Tanh`` they are PyTorch's own layers, number for number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from .alike_units import AlikeUnits, taken_whole
from .gated_layers import GatedLayers, States
from .gates import (
    GRU_PLACES,
    LSTM_PLACES,
    MakeActivation,
    gru_step,
    lstm_step,
    noisy_candidate,
    noisy_gate,
    pair_of,
)
from .gru_units import run_gru
from .lstm_units import ORDER, run_lstm


class NoisyLSTM(GatedLayers):
    """As ``torch.nn.LSTM``, with noisy gates: output, (h, c).

    >>> output, (h, c) = NoisyLSTM(3, 5, num_layers=2)(torch.zeros(7, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([7, 2, 5]), torch.Size([2, 2, 5]))
    """

    MODE = "LSTM"
    PLACES = LSTM_PLACES
    STATES = 2

    def _states_of(self, hx: Any) -> States:
        return pair_of(hx)

    def _hx_of(self, states: States) -> Any:
        return states

    def _run(
        self, ending: str, x: Tensor, states: States, sizes: Sequence[int], reverse: bool
    ) -> tuple[Tensor, States]:
        """At once where the units allow it, else step by step."""
        weights = tuple(self._weight(name, ending) for name in ("weight_ih", "weight_hh"))
        biases = tuple(self._weight(name, ending) for name in ("bias_ih", "bias_hh") if self.bias)
        units = AlikeUnits.of(self._units(ending), ORDER, self.hidden_size)
        if units is None or self.proj_size or not taken_whole((x, *states, *weights, *biases)):
            return super()._run(ending, x, states, sizes, reverse)
        return run_lstm(units, x, weights, biases, states, sizes, reverse)

    def _project(self, ending: str, x: Tensor) -> Tensor:
        bias = self._weight("bias_ih", ending)
        both = None if bias is None else bias + self._weight("bias_hh", ending)
        return functional.linear(x, self._weight("weight_ih", ending), both)

    def _advance(self, ending: str, row: Tensor, states: States) -> States:
        h, c = states
        rows = row + functional.linear(h, self._weight("weight_hh", ending))
        h, c = lstm_step(rows, c, self._units(ending))
        down = self._weight("weight_hr", ending)
        return (h if down is None else functional.linear(h, down)), c


class NoisyGRU(GatedLayers):
    """As ``torch.nn.GRU``, with noisy gates: output, h.

    >>> output, h = NoisyGRU(3, 5)(torch.zeros(7, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([7, 2, 5]), torch.Size([1, 2, 5]))
    """

    MODE = "GRU"
    PLACES = GRU_PLACES
    STATES = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        gate: MakeActivation = noisy_gate,
        candidate: MakeActivation = noisy_candidate,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
            gate=gate,
            candidate=candidate,
        )

    def _states_of(self, hx: Any) -> States:
        if not isinstance(hx, Tensor):
            raise TypeError(f"expected one tensor of states, got {type(hx).__name__}")
        return (hx,)

    def _hx_of(self, states: States) -> Any:
        return states[0]

    def _run(
        self, ending: str, x: Tensor, states: States, sizes: Sequence[int], reverse: bool
    ) -> tuple[Tensor, States]:
        """At once where the units allow it, else step by step."""
        names = ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if self.bias else ()))
        weights = tuple(self._weight(name, ending) for name in names)
        units = AlikeUnits.of(self._units(ending), tuple(self.PLACES), self.hidden_size)
        if units is None or not taken_whole((x, *states, *weights)):
            return super()._run(ending, x, states, sizes, reverse)
        return run_gru(units, x, weights, states[0], sizes, reverse)

    def _project(self, ending: str, x: Tensor) -> Tensor:
        weight, bias = (self._weight(name, ending) for name in ("weight_ih", "bias_ih"))
        return functional.linear(x, weight, bias)

    def _advance(self, ending: str, row: Tensor, states: States) -> States:
        weight, bias = (self._weight(name, ending) for name in ("weight_hh", "bias_hh"))
        recurrent = functional.linear(states[0], weight, bias)
        return (gru_step(row, recurrent, states[0], self._units(ending)),)
