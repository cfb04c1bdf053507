"""LSTM and GRU of a whole stack at once, their units soft, hard or noisy, the noise handed in.

``nn.NoisyLSTM`` and ``nn.NoisyGRU`` are those of one network, and network by network the same
function.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from .._record.options import choices
from .batched import affine, looked_up
from .noisy_units import GATES, Act, BatchedUnit
from .weights import BatchedDraws

#: A unit with its noise of one step.
Step = Callable[[Tensor], Tensor]


def _given(act: Act, xi: Tensor | None) -> Step:
    return lambda x: act(x, xi)


class BatchedCell(nn.Module):
    """A recurrent layer that reads symbols, with the weights of S networks.

    A step is two products, one for all gates and one for the candidate, and as many calls of
    units: what the units see lies in one piece.

    Args:
        symbols: how many there are.
        hidden: units of the state.
        activation: ``tanh`` (with the sigmoid as gate) or ``hard_tanh`` (with the hard sigmoid).
        kind, level: the noise, as in ``BatchedUnit``.
        draws: the networks' initial numbers. Biases begin at zero, the LSTM's forget gate at 1.
    """

    GATES: ClassVar[int]
    #: Units beside the gates, each called once a step.
    OTHERS: ClassVar[int]

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
        widths = (self.GATES * hidden, hidden)
        self.weights_ih = nn.ParameterList(draws.matrices(symbols, width) for width in widths)
        self.weights_hh = nn.ParameterList(draws.matrices(hidden, width) for width in widths)
        self.biases = nn.ParameterList(draws.biases(width) for width in widths)
        self.gates = BatchedUnit(gate, kind, level, draws, *range(self.GATES))
        self.others = nn.ModuleList(
            BatchedUnit(activation, kind, level, draws, self.GATES + place)
            for place in range(self.OTHERS)
        )

    @classmethod
    def calls(cls) -> int:
        """Units in a step, each with noise of its own: the gates, then the others."""
        return cls.GATES + cls.OTHERS

    def forward(self, symbols: Tensor, noise: Tensor | None = None) -> Tensor:
        """The states after each symbol.

        Args:
            symbols: integers (S, batch, time).
            noise: (S, time, batch, calls·hidden), for longer sequences too; None for the
                expectation of every unit.
        """
        # A symbol times a matrix is a row of it. Time before batch: a step's rows lie in one piece.
        by_time = symbols.transpose(1, 2)
        pairs = zip(self.weights_ih, self.biases, strict=True)
        rows = [looked_up(weight + bias, by_time).unbind(1) for weight, bias in pairs]
        state, units = self.begin(rows[1][0]), self.units()
        outputs = []
        for time, (gates, candidate) in enumerate(zip(*rows, strict=True)):
            xi = [None] * len(units) if noise is None else self.apart(noise[:, time])
            acts = [_given(act, own) for act, own in zip(units, xi, strict=True)]
            state = self.advance(gates, candidate, state, acts)
            outputs.append(state[0])
        # (S, time, batch, hidden) in memory.
        return torch.stack(outputs, dim=1).transpose(1, 2)

    def units(self) -> list[Act]:
        """The gates, all at once, and the others, ready for the steps of a sequence."""
        others = [unit.ready(self.hidden) for unit in self.others if isinstance(unit, BatchedUnit)]
        return [self.gates.ready(self.GATES * self.hidden), *others]

    def apart(self, noise: Tensor) -> list[Tensor | None]:
        """A step's noise (S, batch, calls·hidden) as ``units`` take it."""
        widths = [self.GATES * self.hidden, *[self.hidden] * self.OTHERS]
        return list(torch.split(noise, widths, dim=-1))

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero states, of the shape of a candidate's row."""
        raise NotImplementedError

    def advance(
        self, gates: Tensor, candidate: Tensor, state: tuple[Tensor, ...], acts: list[Step]
    ) -> tuple[Tensor, ...]:
        """One step from the projected symbol, whose shares for gates and candidate are given."""
        raise NotImplementedError


class BatchedLSTM(BatchedCell):
    """i, f, o = gate(…), g = candidate(…), c′ = f·c + i·g, h′ = o·candidate(c′)."""

    GATES = 3
    OTHERS = 2

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
            self.biases[0][..., hidden : 2 * hidden] = 1.0  # the forget gate, second of i, f, o

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h and c."""
        zeros = torch.zeros_like(row)
        return zeros, zeros

    def advance(
        self, gates: Tensor, candidate: Tensor, state: tuple[Tensor, ...], acts: list[Step]
    ) -> tuple[Tensor, ...]:
        """(h′, c′) from the projected symbol and (h, c)."""
        (h, c), (gate, fresh, shown) = state, acts
        i, f, o = gate(torch.baddbmm(gates, h, self.weights_hh[0])).chunk(3, dim=-1)
        g = fresh(torch.baddbmm(candidate, h, self.weights_hh[1]))
        c = torch.addcmul(f * c, i, g)
        return o * shown(c), c


class BatchedGRU(BatchedCell):
    """r, z = gate(…), n = candidate(W_in x + b + r·W_hn h), h′ = (1 − z)·n + z·h."""

    GATES = 2
    OTHERS = 1

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h."""
        return (torch.zeros_like(row),)

    def advance(
        self, gates: Tensor, candidate: Tensor, state: tuple[Tensor, ...], acts: list[Step]
    ) -> tuple[Tensor, ...]:
        """h′ from the projected symbol and h."""
        (h,), (gate, fresh) = state, acts
        r, z = gate(torch.baddbmm(gates, h, self.weights_hh[0])).chunk(2, dim=-1)
        # Apart from the input's share: the reset gate multiplies W_hn h alone.
        n = fresh(torch.addcmul(candidate, r, torch.bmm(h, self.weights_hh[1])))
        # lerp(n, h, z) = n + z·(h − n) = (1 − z)·n + z·h.
        return (torch.lerp(n, h, z),)


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
