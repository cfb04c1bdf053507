"""What LSTM and GRU layers share: arguments, checks, layers, directions, packed sequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import PackedSequence

from ...._arrays import whole_number
from ..._mirrored.mirrored import as_number
from .gates import (
    MakeActivation,
    keep_units,
    make_units,
    noisy_candidate,
    noisy_gate,
    reset_units,
)
from .steps import before, final, joined, step_order, steps_of

#: h and c of an LSTM, h of a GRU.
States = tuple[Tensor, ...]


class GatedLayers(nn.RNNBase):
    """What both kinds share: arguments, weights, names, checks and ``repr`` are PyTorch's.

    The state_dict has the units' beside the weights; one without units, such as that of PyTorch's
    layers, leaves them as they are.

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size,
            device, dtype: as of ``torch.nn.LSTM``; no proj_size for a GRU.
        gate, candidate: make the units, for every layer and direction one for each place.

    Raises:
        ValueError: as ``torch.nn.LSTM``, and for a gate that leaves [0, 1] without noise.
    """

    activations: nn.ModuleDict
    MODE: ClassVar[str]
    PLACES: ClassVar[Mapping[str, str]]
    STATES: ClassVar[int]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        gate: MakeActivation = noisy_gate,
        candidate: MakeActivation = noisy_candidate,
    ) -> None:
        super().__init__(
            self.MODE,
            whole_number(input_size, "input_size", 0),
            whole_number(hidden_size, "hidden_size"),
            whole_number(num_layers, "num_layers"),
            bias,
            batch_first,
            float(as_number(dropout, "dropout")),
            bidirectional,
            whole_number(proj_size, "proj_size", 0),
            device=device,
            dtype=dtype,
        )
        self.activations = nn.ModuleDict(
            {
                ending: make_units(self.PLACES, gate, candidate, device, dtype)
                for ending in self._endings()
            }
        )

    def _endings(self) -> list[str]:
        """How the names of the weights of each layer and direction end: l0, l0_reverse, l1."""
        directions = ("", "_reverse") if self.bidirectional else ("",)
        return [f"l{layer}{way}" for layer in range(self.num_layers) for way in directions]

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly within ±1/√hidden_size, and reset the units."""
        super().reset_parameters()
        reset_units(self)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *others: Any) -> None:
        keep_units(self, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *others)

    @torch.no_grad()
    def copy_from(self, layers: nn.RNNBase) -> None:
        """Take the weights of PyTorch's layers of the same sizes; all of them or, refused, none.

        Raises:
            TypeError: for what is no recurrent layer of the same kind.
            ValueError: if a weight has another shape, is there on one side only, or has no data.
        """
        if not isinstance(layers, nn.RNNBase) or layers.mode != self.mode:
            raise TypeError(f"cannot take the weights of {layers!r} into {type(self).__name__}")
        own, theirs = (
            {name: getattr(each, name) for name in each._flat_weights_names}
            for each in (self, layers)
        )
        shapes = [{name: tuple(w.shape) for name, w in each.items()} for each in (own, theirs)]
        if shapes[0] != shapes[1] or any(weight.is_meta for weight in theirs.values()):
            raise ValueError(f"cannot take weights {shapes[1]} where they are {shapes[0]}")
        for name, weight in own.items():
            weight.copy_(theirs[name])

    def forward(
        self,
        input: Any,  # noqa: A002 (PyTorch's name for it)
        hx: Any = None,
    ) -> tuple[Any, Any]:
        """The top layer's states at every step, and every layer's last state.

        Args:
            input: (time, batch, features), (batch, time, features) if ``batch_first``, (time,
                features), or a ``PackedSequence``.
            hx: the first states, zeros if None.

        Raises:
            ValueError, RuntimeError: for other shapes and dtypes, as PyTorch's layers.
        """
        given = None if hx is None else self._states_of(hx)
        if isinstance(input, PackedSequence):
            return self._packed(input, given)
        if input.dim() not in (2, 3):
            raise ValueError(f"expected an input of 2 or 3 dimensions, got {tuple(input.shape)}")
        if given is not None and any(state.dim() != input.dim() for state in given):
            raise RuntimeError(f"an input of {input.dim()} dimensions needs states of as many")
        if input.dim() == 2:
            given = given and tuple(state.unsqueeze(1) for state in given)
            out, last = self._through(input.unsqueeze(1), given, [])
            return out.squeeze(1), self._hx_of(tuple(state.squeeze(1) for state in last))
        out, last = self._through(input.transpose(0, 1) if self.batch_first else input, given, [])
        return out.transpose(0, 1) if self.batch_first else out, self._hx_of(last)

    def _packed(self, packed: PackedSequence, given: States | None) -> tuple[PackedSequence, Any]:
        x, sizes, order, back = packed
        if given is not None and order is not None:
            given = tuple(state.index_select(1, order) for state in given)
        out, last = self._through(x, given, sizes.tolist())
        if back is not None:
            last = tuple(state.index_select(1, back) for state in last)
        return PackedSequence(out, sizes, order, back), self._hx_of(last)

    def _begin(self, x: Tensor, given: States | None, sizes: Sequence[int]) -> States:
        """First states, zeros where none are given, of shapes that are checked."""
        # ``check_input`` knows a packed input by its sizes, of which it asks nothing else.
        self.check_input(x, x if sizes else None)
        if x.shape[0] == 0:
            raise RuntimeError("expected a sequence of at least one step")
        batch = sizes[0] if sizes else x.shape[1]
        rows = self.num_layers * (2 if self.bidirectional else 1)
        widths = (self.proj_size or self.hidden_size, self.hidden_size)
        if given is None:
            return tuple(x.new_zeros(rows, batch, width) for width in widths[: self.STATES])
        for state, width in zip(given, widths, strict=False):
            self.check_hidden_size(state, (rows, batch, width))
            if state.dtype != x.dtype and not torch._C._is_any_autocast_enabled():
                raise ValueError(f"expected states of {x.dtype} as the input, got {state.dtype}")
        return given

    def _through(
        self, x: Tensor, given: States | None, sizes: Sequence[int]
    ) -> tuple[Tensor, States]:
        """All layers, each of which goes through the whole sequence."""
        begin = self._begin(x, given, sizes)
        last: list[States] = []
        directions = (False, True) if self.bidirectional else (False,)
        endings = iter(self._endings())
        for layer in range(self.num_layers):
            if layer:
                x = functional.dropout(x, self.dropout, self.training)
            outputs = []
            for reverse in directions:
                states = tuple(state[len(last)] for state in begin)
                out, ends = self._run(next(endings), x, states, sizes, reverse)
                outputs.append(out)
                last.append(ends)
            x = torch.cat(outputs, dim=-1) if self.bidirectional else outputs[0]
        return x, tuple(torch.stack(parts) for parts in zip(*last, strict=True))

    def _units(self, ending: str) -> nn.ModuleDict:
        units = self.activations[ending]
        assert isinstance(units, nn.ModuleDict)
        return units

    def _weight(self, name: str, ending: str) -> Any:
        return getattr(self, f"{name}_{ending}", None)

    def _run(
        self, ending: str, x: Tensor, states: States, sizes: Sequence[int], reverse: bool
    ) -> tuple[Tensor, States]:
        """One direction of one layer."""
        rows = steps_of(self._project(ending, x), sizes)
        found: list[Any] = [None] * len(rows)
        last = states = tuple(state.to(rows[0].dtype) for state in states)
        for t in step_order(len(rows), reverse):
            pairs = zip(last, states, strict=True)
            now = tuple(before(each, first, rows[t].shape[0]) for each, first in pairs)
            found[t] = last = self._advance(ending, rows[t], now)
        parts = list(zip(*found, strict=True))
        return joined(parts[0], sizes), tuple(final(part, reverse) for part in parts)

    def _states_of(self, hx: Any) -> States:
        raise NotImplementedError

    def _hx_of(self, states: States) -> Any:
        raise NotImplementedError

    def _project(self, ending: str, x: Tensor) -> Tensor:
        """What the input gives to every step."""
        raise NotImplementedError

    def _advance(self, ending: str, row: Tensor, states: States) -> States:
        """One step."""
        raise NotImplementedError
