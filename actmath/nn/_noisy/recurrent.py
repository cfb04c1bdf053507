"""LSTM and GRU whose gates and candidates are modules of any kind, noisy ones by default.

With ``nn.Sigmoid`` and ``nn.Tanh`` they are PyTorch's own cells and layers, number for number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ... import catalog
from .units import NAN

MakeActivation = Callable[[], nn.Module]


def noisy_gate() -> nn.Module:
    """Build a hard sigmoid with normal noise."""
    return NAN(catalog.sigmoid)


def noisy_candidate() -> nn.Module:
    """Build a hard tanh with normal noise."""
    return NAN(catalog.tanh)


class GatedCell(nn.Module):
    """The weights of a cell with ``gates`` blocks of rows, named and drawn as in PyTorch.

    Args:
        input_size, hidden_size: features of the input and of the state.
        bias: whether both affine maps have one.
        gate, candidate: make the activations, one for each place where one is used.
    """

    gates: int

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        gate: MakeActivation = noisy_gate,
        candidate: MakeActivation = noisy_candidate,
    ) -> None:
        super().__init__()
        if input_size < 1 or hidden_size < 1:
            raise ValueError(f"sizes must be at least 1, got {input_size} and {hidden_size}")
        self.input_size, self.hidden_size = input_size, hidden_size
        # PyTorch stacks the blocks: i, f, g, o in an LSTM, r, z, n in a GRU.
        rows = self.gates * hidden_size
        self.weight_ih = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(rows)) if bias else None
        self.bias_hh = nn.Parameter(torch.empty(rows)) if bias else None
        self.activations = nn.ModuleDict(self._activations(gate, candidate))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly within ±1/√hidden_size."""
        # The rule of torch.nn.LSTM and torch.nn.GRU.
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh):
            if parameter is not None:
                nn.init.uniform_(parameter, -bound, bound)

    def project(self, x: Tensor) -> Tensor:
        """W_ih x + b_ih, for one step or for a whole sequence at once."""
        return functional.linear(x, self.weight_ih, self.bias_ih)

    def _activations(self, gate: MakeActivation, candidate: MakeActivation) -> dict[str, nn.Module]:
        raise NotImplementedError


class NoisyLSTMCell(GatedCell):
    """i, f, o = gate(…), g = candidate(…), c′ = f·c + i·g, h′ = o·candidate(c′).

    >>> cell = NoisyLSTMCell(3, 5)
    >>> h, c = cell(torch.zeros(2, 3))
    >>> h.shape, sorted(cell.activations)
    (torch.Size([2, 5]), ['cell', 'forget', 'input', 'output', 'state'])
    """

    gates = 4

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor] | None = None) -> Any:
        """(h′, c′) from inputs (batch, input_size) and (h, c); zeros where no state is given."""
        zeros = x.new_zeros(*x.shape[:-1], self.hidden_size)
        return self.advance(self.project(x), state or (zeros, zeros))

    def advance(self, projected: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """One step from the projected input."""
        h, c = state
        act = self.activations
        # (batch, 4·hidden_size): W_ih x + b_ih + W_hh h + b_hh.
        rows = projected + functional.linear(h, self.weight_hh, self.bias_hh)
        i, f, g, o = rows.chunk(4, dim=-1)
        # c′ = f·c + i·g, then h′ = o·state(c′).
        c = act["forget"](f) * c + act["input"](i) * act["cell"](g)
        return act["output"](o) * act["state"](c), c

    def _activations(self, gate: MakeActivation, candidate: MakeActivation) -> dict[str, nn.Module]:
        gates = {name: gate() for name in ("input", "forget", "output")}
        return gates | {name: candidate() for name in ("cell", "state")}


class NoisyGRUCell(GatedCell):
    """r, z = gate(…), n = candidate(W_in x + b_in + r·(W_hn h + b_hn)), h′ = (1 − z)·n + z·h.

    >>> NoisyGRUCell(3, 5)(torch.zeros(2, 3)).shape
    torch.Size([2, 5])
    """

    gates = 3

    def forward(self, x: Tensor, state: Tensor | None = None) -> Tensor:
        """h′ from inputs (batch, input_size) and h; zeros where no state is given."""
        zeros = x.new_zeros(*x.shape[:-1], self.hidden_size)
        return self.advance(self.project(x), zeros if state is None else state)

    def advance(self, projected: Tensor, h: Tensor) -> Tensor:
        """One step from the projected input."""
        act = self.activations
        # Kept apart, since r multiplies W_hn h + b_hn alone.
        xr, xz, xn = projected.chunk(3, dim=-1)
        hr, hz, hn = functional.linear(h, self.weight_hh, self.bias_hh).chunk(3, dim=-1)
        keep = act["keep"](xz + hz)
        fresh = act["new"](xn + act["reset"](xr + hr) * hn)
        # (1 − z)·n + z·h
        return torch.lerp(fresh, h, keep)

    def _activations(self, gate: MakeActivation, candidate: MakeActivation) -> dict[str, nn.Module]:
        return {"reset": gate(), "keep": gate(), "new": candidate()}


class GatedLayers(nn.Module):
    """A stack of cells run over a sequence, with the interface of PyTorch's recurrent layers.

    Args:
        num_layers: cells above one another.
        batch_first: inputs are (batch, time, features) rather than (time, batch, features).
        dropout: between the layers, in training mode.
        gate, candidate: make the activations of every cell.
    """

    cell_type: type[GatedCell]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        gate: MakeActivation = noisy_gate,
        candidate: MakeActivation = noisy_candidate,
    ) -> None:
        super().__init__()
        if num_layers < 1 or not 0 <= dropout < 1:
            raise ValueError(f"need num_layers >= 1 and 0 <= dropout < 1: {num_layers}, {dropout}")
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.batch_first, self.dropout = batch_first, dropout
        # The first layer reads the input, each other one the states below it.
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.cells = nn.ModuleList(
            self.cell_type(size, hidden_size, bias, gate, candidate) for size in sizes
        )

    def forward(self, x: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """The top layer's states at every step, and every layer's last state."""
        if x.dim() != 3:
            raise ValueError(f"expected (time, batch, features), got shape {tuple(x.shape)}")
        # (time, batch, features), as ``_run`` goes through it.
        sequence = x.transpose(0, 1) if self.batch_first else x
        last = []
        for layer, cell in enumerate(self.cells):
            if layer:
                sequence = functional.dropout(sequence, self.dropout, self.training)
            sequence, final = self._run(cell, sequence, self._begin(sequence, state, layer))
            last.append(final)
        return sequence.transpose(0, 1) if self.batch_first else sequence, self._joined(last)

    def copy_from(self, layers: nn.RNNBase) -> None:
        """Take the weights of PyTorch's layers of the same sizes.

        Raises:
            ValueError: if the layers have other sizes, or are bidirectional.
        """
        if layers.bidirectional or layers.num_layers != self.num_layers:
            raise ValueError(f"cannot take weights of {layers}")
        with torch.no_grad():
            for i, cell in enumerate(self.cells):
                # PyTorch's names end in the layer, weight_ih_l0; the rows' order is the same.
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                    if getattr(cell, name) is not None:
                        getattr(cell, name).copy_(getattr(layers, f"{name}_l{i}"))

    def _run(self, cell: Any, sequence: Tensor, state: Any) -> tuple[Tensor, Any]:
        outputs = []
        # W_ih x for the whole sequence in one product; only the recurrence goes step by step.
        for projected in cell.project(sequence):
            state = cell.advance(projected, state)
            outputs.append(self._output(state))
        return torch.stack(outputs), state

    def _begin(self, sequence: Tensor, state: Any, layer: int) -> Any:
        raise NotImplementedError

    def _output(self, state: Any) -> Tensor:
        raise NotImplementedError

    def _joined(self, last: list[Any]) -> Any:
        raise NotImplementedError


class NoisyLSTM(GatedLayers):
    """As ``torch.nn.LSTM``, with noisy gates: output, (h, c).

    >>> output, (h, c) = NoisyLSTM(3, 5, num_layers=2)(torch.zeros(7, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([7, 2, 5]), torch.Size([2, 2, 5]))
    """

    cell_type = NoisyLSTMCell

    def _begin(self, sequence: Tensor, state: Any, layer: int) -> Any:
        if state is not None:
            return state[0][layer], state[1][layer]
        zeros = sequence.new_zeros(sequence.shape[1], self.hidden_size)
        return zeros, zeros

    def _output(self, state: Any) -> Tensor:
        output: Tensor = state[0]
        return output

    def _joined(self, last: list[Any]) -> Any:
        # h and c, each (layers, batch, hidden_size).
        return tuple(torch.stack(parts) for parts in zip(*last, strict=True))


class NoisyGRU(GatedLayers):
    """As ``torch.nn.GRU``, with noisy gates: output, h.

    >>> output, h = NoisyGRU(3, 5)(torch.zeros(7, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([7, 2, 5]), torch.Size([1, 2, 5]))
    """

    cell_type = NoisyGRUCell

    def _begin(self, sequence: Tensor, state: Any, layer: int) -> Any:
        if state is not None:
            return state[layer]
        return sequence.new_zeros(sequence.shape[1], self.hidden_size)

    def _output(self, state: Any) -> Tensor:
        output: Tensor = state
        return output

    def _joined(self, last: list[Any]) -> Any:
        return torch.stack(last)
