"""LSTM and GRU of a whole stack at once, their units soft, hard or noisy, the noise handed in.

``nn.NoisyLSTM`` and ``nn.NoisyGRU`` are those of one network, and network by network the same
function.
"""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from .._record.options import choices
from .batched import affine, looked_up
from .noisy_units import GATES, BatchedUnit
from .weights import BatchedDraws


class BatchedCell(nn.Module):
    """A recurrent layer that reads symbols, with the weights of S networks.

    Args:
        symbols: how many there are.
        hidden: units of the state.
        activation: ``tanh`` (with the sigmoid as gate) or ``hard_tanh`` (with the hard sigmoid).
        kind, level: the noise, as in ``BatchedUnit``.
        draws: the networks' initial numbers. Biases begin at zero, the LSTM's forget gate at 1.
    """

    ROLES: ClassVar[tuple[str, ...]]
    BLOCKS: ClassVar[int]

    def __init__(
        self,
        symbols: int,
        hidden: int,
        activation: str,
        kind: str,
        level: float,
        draws: BatchedDraws,
    ) -> None:
        super().__init__()
        gate = GATES[choices("activation", activation, GATES)]
        self.hidden = hidden
        self.weight_ih = draws.matrices(symbols, self.BLOCKS * hidden)
        self.weight_hh = draws.matrices(hidden, self.BLOCKS * hidden)
        self.bias = draws.biases(self.BLOCKS * hidden)
        self.units = nn.ModuleList(
            BatchedUnit(gate if role == "gate" else activation, kind, level, draws, place)
            for place, role in enumerate(self.ROLES)
        )

    @classmethod
    def calls(cls) -> int:
        """Units in a step, each with noise of its own."""
        return len(cls.ROLES)

    def forward(self, symbols: Tensor, noise: Tensor | None = None) -> Tensor:
        """The states after each symbol.

        Args:
            symbols: integers (S, batch, time).
            noise: (S, time, calls, batch, hidden), for longer sequences too; None for the
                expectation of every unit.
        """
        # A symbol times a matrix is a row of it.
        rows = (looked_up(self.weight_ih, symbols) + self.bias.unsqueeze(2)).unbind(2)
        state = self.begin(rows[0])
        outputs = []
        for time, row in enumerate(rows):
            # (S, calls, batch, hidden), taken apart by call.
            pieces = [None] * self.calls() if noise is None else noise[:, time].unbind(1)
            state = self.advance(row, state, list(pieces))
            outputs.append(state[0])
        # (S, batch, time, hidden).
        return torch.stack(outputs, dim=2)

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero states."""
        raise NotImplementedError

    def advance(
        self, row: Tensor, state: tuple[Tensor, ...], noise: list[Tensor | None]
    ) -> tuple[Tensor, ...]:
        """One step from the projected symbol."""
        raise NotImplementedError


class BatchedLSTM(BatchedCell):
    """i, f, o = gate(…), g = candidate(…), c′ = f·c + i·g, h′ = o·candidate(c′)."""

    ROLES = ("gate", "gate", "candidate", "gate", "candidate")
    BLOCKS = 4

    def __init__(
        self,
        symbols: int,
        hidden: int,
        activation: str,
        kind: str,
        level: float,
        draws: BatchedDraws,
    ) -> None:
        super().__init__(symbols, hidden, activation, kind, level, draws)
        with torch.no_grad():
            self.bias[..., hidden : 2 * hidden] = 1.0  # the forget gate, second of i, f, g, o

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h and c."""
        zeros = row.new_zeros(*row.shape[:-1], self.hidden)
        return zeros, zeros

    def advance(
        self, row: Tensor, state: tuple[Tensor, ...], noise: list[Tensor | None]
    ) -> tuple[Tensor, ...]:
        """(h′, c′) from the projected symbol and (h, c)."""
        h, c = state
        # One product for the four blocks i, f, g, o; the row is the input's share and the bias.
        gates = torch.baddbmm(row, h, self.weight_hh).chunk(4, dim=-1)
        # The fifth unit and its noise are for c′.
        i, f, g, o = (unit(x, xi) for unit, x, xi in zip(self.units, gates, noise, strict=False))
        c = f * c + i * g
        return o * self.units[4](c, noise[4]), c


class BatchedGRU(BatchedCell):
    """r, z = gate(…), n = candidate(W_in x + b + r·W_hn h), h′ = (1 − z)·n + z·h."""

    ROLES = ("gate", "gate", "candidate")
    BLOCKS = 3

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h."""
        return (row.new_zeros(*row.shape[:-1], self.hidden),)

    def advance(
        self, row: Tensor, state: tuple[Tensor, ...], noise: list[Tensor | None]
    ) -> tuple[Tensor, ...]:
        """h′ from the projected symbol and h."""
        (h,) = state
        reset, keep, fresh = self.units
        xr, xz, xn = row.chunk(3, dim=-1)
        # Apart from the input's share: the reset gate multiplies W_hn h alone.
        hr, hz, hn = torch.bmm(h, self.weight_hh).chunk(3, dim=-1)
        r, z = reset(xr + hr, noise[0]), keep(xz + hz, noise[1])
        # lerp(n, h, z) = n + z·(h − n) = (1 − z)·n + z·h.
        return (torch.lerp(fresh(xn + r * hn, noise[2]), h, z),)


class BatchedHead(nn.Module):
    """Logits from features: one layer of ReLU units where ``hidden`` is not 0, else affine."""

    def __init__(self, features: int, hidden: int, classes: int, draws: BatchedDraws) -> None:
        super().__init__()
        widths = [features, hidden, classes] if hidden else [features, classes]
        pairs = list(pairwise(widths))
        self.weights = nn.ParameterList(draws.matrices(*pair) for pair in pairs)
        self.biases = nn.ParameterList(draws.biases(units) for _, units in pairs)

    def forward(self, x: Tensor) -> Tensor:
        """(S, …, features) to (S, …, classes)."""
        *inner, last = zip(self.weights, self.biases, strict=True)
        for weight, bias in inner:
            x = torch.relu(affine(x, weight, bias))
        return affine(x, *last)
