"""As ``through_time``, where loops in C do all that is between the products of a step.

PyTorch's operations go through the memory some fifteen times for every element of a step. A loop
does it once, a row after the other, and on the way back computes the units again, which takes less
time than to keep their slopes. ``stacked_lstm.h`` and ``stacked_gru.h`` of ``nn._kernels`` have the
formulas.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from ....lower._autograd.plain import in_one_piece, is_batched, is_plain
from ....nn._kernels.library import c_loop, is_at_hand
from .through_time import Gradients


class LoopKind(IntEnum):
    """The units as ``stacked_units.h`` numbers them."""

    SOFT = 0
    CLIPPED = 1
    MOVED = 2
    AFTER = 3
    BEFORE = 4


def loops_at_hand(table: Tensor) -> bool:
    """Can the loops take a sequence: on a CPU, in a precision they know, with a library built?"""
    return is_plain(table) and is_at_hand(table)


@dataclass(frozen=True, eq=False)
class LoopUnits:
    """A cell's units as the loops know them.

    Attributes:
        kind: what the units do.
        half, always: ``AFTER`` takes |ξ|; ``MOVED`` does so between the thresholds, too.
        low, high, loud: by column of all units, the thresholds and what multiplies the noise.
    """

    kind: LoopKind
    half: bool
    always: bool
    low: Tensor
    high: Tensor
    loud: Tensor


class _Plan(ctypes.Structure):
    """The struct of ``stacked_units.h``: addresses, then numbers."""

    _fields_ = [
        (name, ctypes.c_int64)
        for name in (
            *("table", "symbols", "product", "u", "c", "h", "p", "noise"),
            *("low", "high", "loud", "zeros", "room", "above"),
            *("by_u", "by_h", "by_c", "by_table", "by_p"),
            *("kind", "half", "always", "columns", "gates", "count"),
            *("networks", "time", "batch", "n"),
            *("symbols_network", "symbols_time", "symbols_row"),
            *("noise_network", "noise_time", "noise_row"),
            *("above_network", "above_time", "above_row"),
        )
    ]


class _Loop:
    """A loop over the rows of a step, one way.

    Args:
        name: ``lstm_forward`` and its like.
        units: the cell's.
        count: how many symbols there are.
        given: tensors by their names in the plan; what is None is not read.
    """

    def __init__(
        self, name: str, units: LoopUnits, count: int, given: Mapping[str, Tensor | None]
    ) -> None:
        h = given["h"]
        assert h is not None
        n, columns = h.shape[-1], units.low.numel()
        own = {"low": units.low, "high": units.high, "loud": units.loud}
        own |= {"zeros": h.new_zeros(n), "room": h.new_empty(3, columns)}
        # Held, since the loop knows their addresses only.
        self.tensors = own | {key: tensor for key, tensor in given.items() if tensor is not None}
        numbers = {
            "kind": units.kind,
            "half": units.half,
            "always": units.always,
            "columns": columns,
            # All but the candidate, and in an LSTM but what shows the state.
            "gates": columns - (2 if name.startswith("lstm") else 1) * n,
            "count": count,
            **dict(zip(("networks", "time", "batch", "n"), h.shape, strict=True)),
        }
        for key in ("symbols", "noise", "above"):
            if key in self.tensors:
                strides = self.tensors[key].stride()
                numbers |= zip((f"{key}_network", f"{key}_time", f"{key}_row"), strides)  # noqa: B905
        addresses = {key: tensor.data_ptr() for key, tensor in self.tensors.items()}
        self.plan = _Plan(**addresses, **numbers)
        self.address = ctypes.addressof(self.plan)
        found = c_loop(f"stacked_{name}", h.dtype)
        assert found is not None
        self.call = found

    def __call__(self, time: int) -> None:
        """All rows of a step."""
        self.call(self.address, time)


class ThroughTimeInC(torch.autograd.Function):
    """``LSTMThroughTime`` or ``GRUThroughTime``, with p of every unit and the noise as drawn."""

    @staticmethod
    def forward(
        ctx: Any,
        table: Tensor,
        symbols: Tensor,
        weight: Tensor,
        p: Tensor | None,
        noise: Tensor | None,
        units: LoopUnits,
        cell: str,
    ) -> Tensor:
        (networks, n, width), (_, batch, time) = weight.shape, symbols.shape
        u = table.new_empty(networks, time, batch, width)
        c, h = (table.new_empty(networks, time, batch, n) for _ in range(2))
        # The first step's state is 0, and so is its product.
        product = table.new_zeros(networks, batch, width)
        kept: dict[str, Tensor | None] = {
            "symbols": _known(symbols, table),
            "u": u,
            "c": c,
            "h": h,
        }
        # One number of p a column, so that the loops read neighbours.
        kept["p"] = None if p is None else p.repeat_interleave(n, dim=-1)
        kept["noise"] = _long_enough(noise, (networks, time, batch, units.low.numel()), table)
        given = {**kept, "table": table.contiguous(), "product": product}
        loop = _Loop(f"{cell}_forward", units, table.shape[1], given)
        states = h.unbind(1)
        for t in range(time):
            if t:
                torch.bmm(states[t - 1], weight, out=product)
            loop(t)
        ctx.units, ctx.cell, ctx.symbols, ctx.names = units, cell, table.shape, list(kept)
        ctx.save_for_backward(weight, *kept.values())
        return h

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, above: Tensor) -> Gradients:
        weight, *saved = ctx.saved_tensors
        if is_batched(above):
            raise NotImplementedError(
                "gradients of a recurrent stack are taken one after the other"
            )
        kept = dict(zip(ctx.names, saved, strict=True))
        h, p = kept["h"], kept["p"]
        by_table, by_weight = h.new_zeros(ctx.symbols), torch.zeros_like(weight)
        by_p = None if p is None else torch.zeros_like(p)
        by_h, by_c = h.new_zeros(2, *h[:, 0].shape).unbind(0)
        by_u = torch.empty_like(kept["u"][:, 0])
        neighbours = is_plain(above) and above.stride(-1) == 1
        given = {**kept, "above": above if neighbours else in_one_piece(above)}
        given |= {"by_u": by_u, "by_h": by_h, "by_c": by_c, "by_table": by_table, "by_p": by_p}
        loop = _Loop(f"{ctx.cell}_backward", ctx.units, ctx.symbols[1], given)
        across, states = weight.mT, h.mT.unbind(1)
        for t in reversed(range(len(states))):
            loop(t)
            # Step by step, as long as what the loop wrote is near: over all steps it would be one
            # product, of numbers that had been to the memory and back.
            if t:
                by_h.baddbmm_(by_u, across)
                by_weight.baddbmm_(states[t - 1], by_u)
        # Each unit's own, out of those of its columns.
        by_units = None if by_p is None else by_p.view(*by_p.shape[:-1], -1, h.shape[-1]).sum(-1)
        return by_table, None, by_weight, by_units, None, None, None


def _known(symbols: Tensor, table: Tensor) -> Tensor:
    """The symbols (S, time, batch); IndexError where a loop would read beyond the table."""
    networks, count, _ = table.shape
    if symbols.is_floating_point():
        raise TypeError(f"symbols must be integers, got {symbols.dtype}")
    if symbols.shape[0] not in (1, networks):
        raise ValueError(f"symbols of {symbols.shape[0]} networks were given to {networks}")
    if symbols.numel():
        least, most = map(int, symbols.aminmax())
        if least < 0 or most >= count:
            raise IndexError(f"symbols must be from 0 to {count - 1}, got {least} to {most}")
    return symbols.to(table.device, torch.int64).expand(networks, -1, -1).transpose(1, 2)


def _long_enough(noise: Tensor | None, shape: tuple[int, ...], like: Tensor) -> Tensor | None:
    """The noise in one piece; ValueError where a loop would read beyond it."""
    if noise is None:
        return None
    networks, least, *row = shape
    fits = noise.dim() == 4 and noise.shape[1] >= least
    if not fits or (noise.shape[0], *noise.shape[2:]) != (networks, *row):
        raise ValueError(f"noise must be of shape {shape}, or longer in time, got {noise.shape}")
    return in_one_piece(noise.to(like))
