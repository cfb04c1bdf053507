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

from ..._record.options import choices
from ..batched import affine, looked_up, places_of
from ..noisy_units import GATES, Act, BatchedUnit, UnitsInTime
from ..weights import BatchedDraws
from .through_time import GRUThroughTime, LSTMThroughTime

#: A unit with its noise of one step.
_Step = Callable[[Tensor], Tensor]


def _given(act: Act, xi: Tensor | None) -> _Step:
    return lambda x: act(x, xi)


class BatchedCell(nn.Module):
    """A recurrent layer that reads symbols, with the weights of S networks.

    Where gradients are taken, the whole sequence is one operation, with derivatives that are
    written by hand. Step by step it is two products, one for all gates and one for the candidate.

    Args:
        symbols: how many there are.
        hidden: units of the state.
        activation: ``tanh`` (with the sigmoid as gate) or ``hard_tanh`` (with the hard sigmoid).
        kind, level: the noise, as in ``BatchedUnit``.
        draws: the networks' initial numbers. Biases begin at zero, the LSTM's forget gate at 1.
    """

    #: The layer through a whole sequence, as an operation.
    FUNCTION: ClassVar[type[LSTMThroughTime] | type[GRUThroughTime]]
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
        quiet = self.gates.quiet is not None
        if torch.is_grad_enabled() and (quiet or noise is not None):
            return self.through_time(symbols, None if quiet else noise)
        return self.step_by_step(symbols, noise)

    def through_time(self, symbols: Tensor, noise: Tensor | None) -> Tensor:
        """As ``forward``; noise is None only where the units have none."""
        inner, outer = self.in_time()
        columns = inner.columns
        pairs = zip(self.weights_ih, self.biases, strict=True)
        table = torch.cat([weight + bias for weight, bias in pairs], dim=-1)
        weight = torch.cat(list(self.weights_hh), dim=-1)
        # Units see u = kx + b. What shows an LSTM's state is the candidate's, with k = 1, b = 0.
        scale, intercept = (
            torch.cat(parts)[: weight.shape[-1]]
            for parts in ((inner.scale, outer.scale), (inner.intercept, outer.intercept))
        )
        table, places = table * scale + intercept, places_of(table, symbols.transpose(1, 2))
        given: tuple[Tensor | None, Tensor | None] = (None, None)
        if noise is not None:
            first, second = noise[:, : symbols.shape[-1]].tensor_split([columns], dim=-1)
            given = (inner.noise(first), outer.noise(second))
        states: Tensor = self.FUNCTION.apply(  # type: ignore[no-untyped-call]
            table, places, weight * scale, inner.p, outer.p, *given, inner.step, outer.step
        )
        # (S, time, batch, hidden) in memory.
        return states.transpose(1, 2)

    def in_time(self) -> tuple[UnitsInTime, UnitsInTime]:
        """The gates and all other units but the last, and the last."""
        others = [unit for unit in self.others if isinstance(unit, BatchedUnit)]
        units = [(self.gates, self.GATES * self.hidden), *((u, self.hidden) for u in others)]
        like = self.biases[0]
        return UnitsInTime(units[:-1], like), UnitsInTime(units[-1:], like)

    def step_by_step(self, symbols: Tensor, noise: Tensor | None = None) -> Tensor:
        """As ``forward``, in operations that PyTorch derives, units without noise included."""
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
        self, gates: Tensor, candidate: Tensor, state: tuple[Tensor, ...], acts: list[_Step]
    ) -> tuple[Tensor, ...]:
        """One step from the projected symbol, whose shares for gates and candidate are given."""
        raise NotImplementedError


class BatchedLSTM(BatchedCell):
    """i, f, o = gate(…), g = candidate(…), c′ = f·c + i·g, h′ = o·candidate(c′)."""

    FUNCTION = LSTMThroughTime
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
        self, gates: Tensor, candidate: Tensor, state: tuple[Tensor, ...], acts: list[_Step]
    ) -> tuple[Tensor, ...]:
        """(h′, c′) from the projected symbol and (h, c)."""
        (h, c), (gate, fresh, shown) = state, acts
        i, f, o = gate(torch.baddbmm(gates, h, self.weights_hh[0])).chunk(3, dim=-1)
        g = fresh(torch.baddbmm(candidate, h, self.weights_hh[1]))
        c = f * c + i * g
        return o * shown(c), c


class BatchedGRU(BatchedCell):
    """r, z = gate(…), n = candidate(W_in x + b + r·W_hn h), h′ = (1 − z)·n + z·h."""

    FUNCTION = GRUThroughTime
    GATES = 2
    OTHERS = 1

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h."""
        return (torch.zeros_like(row),)

    def advance(
        self, gates: Tensor, candidate: Tensor, state: tuple[Tensor, ...], acts: list[_Step]
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
