"""LSTM and GRU of a whole stack at once, their units soft, hard or noisy, the noise handed in.

``nn.NoisyLSTM`` and ``nn.NoisyGRU`` are those of one network, and network by network the same
function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from ..._record.options import choices
from ..batched import affine, looked_up, places_of
from ..noisy_units import GATES, Act, BatchedUnit, UnitsInTime
from ..weights import BatchedDraws
from .in_c import ThroughTimeInC, loops_at_hand
from .through_time import GRUThroughTime, LSTMThroughTime

#: A unit with its noise of one step.
_Step = Callable[[Tensor], Tensor]


def _joined(matrices: Iterable[Tensor]) -> nn.Parameter:
    """Side by side, (S, n, m) each."""
    return nn.Parameter(torch.cat([matrix.detach() for matrix in matrices], dim=-1))


def _given(act: Act, xi: Tensor | None) -> _Step:
    return lambda x: act(x, xi)


class BatchedCell(nn.Module):
    """A recurrent layer that reads symbols, with the weights of S networks.

    Where gradients are taken, the whole sequence is one operation, with derivatives that are
    written by hand: in loops in C, or in PyTorch's operations.

    Args:
        symbols: how many there are.
        hidden: units of the state.
        activation: ``tanh`` (with the sigmoid as gate) or ``hard_tanh`` (with the hard sigmoid).
        kind, level: the noise, as in ``BatchedUnit``.
        draws: the networks' initial numbers. Biases begin at zero, the LSTM's forget gate at 1.
    """

    #: The layer through a whole sequence, as an operation.
    FUNCTION: ClassVar[type[LSTMThroughTime] | type[GRUThroughTime]]
    #: What the loops in C call it.
    NAME: ClassVar[str]
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
        # Gates and candidate lie side by side, drawn apart.
        self.weight_ih = _joined(draws.matrices(symbols, width) for width in widths)
        self.weight_hh = _joined(draws.matrices(hidden, width) for width in widths)
        self.bias = draws.biases(sum(widths))
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

        Raises:
            ValueError: for a sequence of no symbols.
        """
        if not symbols.shape[-1]:
            raise ValueError("a sequence must have at least one symbol, got none")
        quiet = self.gates.quiet is not None
        if torch.is_grad_enabled() and (quiet or noise is not None):
            return self.through_time(symbols, None if quiet else noise)
        return self.step_by_step(symbols, noise)

    def through_time(self, symbols: Tensor, noise: Tensor | None) -> Tensor:
        """As ``forward``; noise is None only where the units have none."""
        units, width = UnitsInTime(self.all_units(), self.bias), self.weight_hh.shape[-1]
        # Units see u = kx + b. What shows an LSTM's state is the candidate's, with k = 1, b = 0.
        scale, intercept = units.columns.scale[:width], units.columns.intercept[:width]
        table = torch.addcmul(intercept, self.weight_ih + self.bias, scale)
        weight = self.weight_hh * scale
        if loops_at_hand(table):
            given = (table, symbols, weight, units.p(), noise, units.in_loops(), self.NAME)
            states = ThroughTimeInC.apply(*given)  # type: ignore[no-untyped-call]
        else:
            states = self.in_operations(table, symbols, weight, noise)
        # (S, time, batch, hidden) in memory.
        in_order: Tensor = states.transpose(1, 2)
        return in_order

    def in_operations(
        self, table: Tensor, symbols: Tensor, weight: Tensor, noise: Tensor | None
    ) -> Tensor:
        """The sequence in PyTorch's operations, (S, time, batch, hidden)."""
        *others, last = self.all_units()
        inner, outer = UnitsInTime(others, table), UnitsInTime([last], table)
        given: tuple[Tensor | None, Tensor | None] = (None, None)
        if noise is not None:
            parts = noise[:, : symbols.shape[-1]].tensor_split([-self.hidden], dim=-1)
            given = (inner.noise(parts[0]), outer.noise(parts[1]))
        places = places_of(table, symbols.transpose(1, 2))
        p, steps = (inner.p_by_column(), outer.p_by_column()), (inner.step(), outer.step())
        states: Tensor = self.FUNCTION.apply(table, places, weight, *p, *given, *steps)  # type: ignore[no-untyped-call]
        return states

    def all_units(self) -> list[tuple[BatchedUnit, int]]:
        """The gates and the others, each with its columns."""
        others = [(unit, self.hidden) for unit in self.others if isinstance(unit, BatchedUnit)]
        return [(self.gates, self.GATES * self.hidden), *others]

    def step_by_step(self, symbols: Tensor, noise: Tensor | None = None) -> Tensor:
        """As ``forward``, in operations that PyTorch derives, units without noise included."""
        # A symbol times a matrix is a row of it. Time before batch: a step's rows lie in one piece.
        rows = looked_up(self.weight_ih + self.bias, symbols.transpose(1, 2)).unbind(1)
        state, units = self.begin(rows[0][..., : self.hidden]), self.units()
        outputs = []
        for time, row in enumerate(rows):
            xi = [None] * len(units) if noise is None else self.apart(noise[:, time])
            acts = [_given(act, own) for act, own in zip(units, xi, strict=True)]
            state = self.advance(row, state, acts)
            outputs.append(state[0])
        # (S, time, batch, hidden) in memory.
        return torch.stack(outputs, dim=1).transpose(1, 2)

    def units(self) -> list[Act]:
        """The gates, all at once, and the others, ready for the steps of a sequence."""
        return [unit.ready(width) for unit, width in self.all_units()]

    def apart(self, noise: Tensor) -> list[Tensor | None]:
        """A step's noise (S, batch, calls·hidden) as ``units`` take it."""
        widths = [self.GATES * self.hidden, *[self.hidden] * self.OTHERS]
        return list(torch.split(noise, widths, dim=-1))

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero states, shaped like a row of the candidate."""
        raise NotImplementedError

    def advance(
        self, row: Tensor, state: tuple[Tensor, ...], acts: list[_Step]
    ) -> tuple[Tensor, ...]:
        """One step from the projected symbol, (S, batch, columns of gates and candidate)."""
        raise NotImplementedError


class BatchedLSTM(BatchedCell):
    """i, f, o = gate(…), g = candidate(…), c′ = f·c + i·g, h′ = o·candidate(c′)."""

    FUNCTION = LSTMThroughTime
    NAME = "lstm"
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
            self.bias[..., hidden : 2 * hidden] = 1.0  # the forget gate, second of i, f, o

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h and c."""
        zeros = torch.zeros_like(row)
        return zeros, zeros

    def advance(
        self, row: Tensor, state: tuple[Tensor, ...], acts: list[_Step]
    ) -> tuple[Tensor, ...]:
        """(h′, c′) from the projected symbol and (h, c)."""
        (h, c), (gate, fresh, shown) = state, acts
        nets = torch.baddbmm(row, h, self.weight_hh)
        gates, candidate = nets.tensor_split([3 * self.hidden], dim=-1)
        (i, f, o), g = gate(gates).chunk(3, dim=-1), fresh(candidate)
        c = f * c + i * g
        return o * shown(c), c


class BatchedGRU(BatchedCell):
    """r, z = gate(…), n = candidate(W_in x + b + r·W_hn h), h′ = (1 − z)·n + z·h."""

    FUNCTION = GRUThroughTime
    NAME = "gru"
    GATES = 2
    OTHERS = 1

    def begin(self, row: Tensor) -> tuple[Tensor, ...]:
        """Zero h."""
        return (torch.zeros_like(row),)

    def advance(
        self, row: Tensor, state: tuple[Tensor, ...], acts: list[_Step]
    ) -> tuple[Tensor, ...]:
        """h′ from the projected symbol and h."""
        (h,), (gate, fresh) = state, acts
        gates, candidate = row.tensor_split([2 * self.hidden], dim=-1)
        # Apart from the input's share: the reset gate multiplies W_hn h alone.
        by_gates, by_fresh = torch.bmm(h, self.weight_hh).tensor_split([2 * self.hidden], dim=-1)
        r, z = gate(gates + by_gates).chunk(2, dim=-1)
        n = fresh(torch.addcmul(candidate, r, by_fresh))
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
