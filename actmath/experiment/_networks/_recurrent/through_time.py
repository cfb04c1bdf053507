"""LSTM and GRU through a whole sequence and back, with derivatives written by hand.

PyTorch's own would start some ten small operations for each unit and step, save what each of them
needs, and add up a gradient for the weights at every step. Here the slopes of the units are made
beside their values, the way back is one product and a few multiplications a step, and the weights'
gradient is a single product over all steps. Where loops in C are at hand, ``in_c`` does it instead.

Tensors are (S, time, batch, units); a step is a slice. What comes in is a table (S, symbols, units)
of each symbol's share, and the ``places_of`` the symbols in it, (S, time, batch).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn.functional import embedding

from .step_units import Results, StepUnit

#: Gradients of table, weight and each unit's p; none of places, noise and units.
Gradients = tuple[Tensor | None, ...]


def _by_weight(states: Tensor, by_products: Tensor) -> Tensor:
    """Σ over time of hᵀ∂E/∂(hW), (S, hidden, units); the first step's h is 0."""
    before, after = states[:, :-1].flatten(1, 2), by_products[:, 1:].flatten(1, 2)
    return torch.bmm(before.mT, after)


def _by_table(ctx: Any, by_rows: Tensor) -> Tensor:
    """∂E/∂table: each row's gradient added to its place, (S, symbols, units)."""
    size, count = ctx.symbols
    backward = torch.ops.aten.embedding_dense_backward
    by_all: Tensor = backward(by_rows, ctx.places, size * count, -1, False)
    return by_all.view(size, count, -1)


class _Sum:
    """∂E/∂p = Σ ∂E/∂f·∂f/∂p over batch and time, (S, 1, units)."""

    def __init__(self, share: Tensor | None) -> None:
        self.share = share
        self.total = None if share is None else torch.zeros_like(share[:, 0])

    def add(self, time: int, gradient: Tensor) -> None:
        """A step's part."""
        if self.total is not None and self.share is not None:
            self.total.addcmul_(gradient, self.share[:, time])

    def over_batch(self) -> Tensor | None:
        """All of it; None where no p is learned."""
        return None if self.total is None else self.total.sum(1, keepdim=True)


class LSTMThroughTime(torch.autograd.Function):
    """i, f, o, g = units(row + hW), c′ = f·c + i·g, h′ = o·s, s = shown(c′)."""

    @staticmethod
    def forward(
        ctx: Any,
        table: Tensor,
        places: Tensor,
        weight: Tensor,
        p: Tensor | None,
        p_shown: Tensor | None,
        noise: Tensor | None,
        noise_shown: Tensor | None,
        units: StepUnit,
        shown: StepUnit,
    ) -> Tensor:
        u = embedding(places, table.flatten(0, 1))
        inner = Results.like(u, p is not None)
        outer = Results.like(u[..., : weight.shape[1]], p_shown is not None)
        c, h = torch.empty_like(outer.value), torch.empty_like(outer.value)
        for t in range(u.shape[1]):
            if t:
                u[:, t].baddbmm_(h[:, t - 1], weight)
            units.write(u[:, t], _at(noise, t), inner.at(t))
            i, f, o, g = inner.value[:, t].chunk(4, dim=-1)
            torch.mul(i, g, out=c[:, t])
            if t:
                c[:, t].addcmul_(f, c[:, t - 1])
            shown.write(c[:, t], _at(noise_shown, t), outer.at(t))
            torch.mul(o, outer.value[:, t], out=h[:, t])
        ctx.places, ctx.symbols = places, table.shape[:2]
        saved = (weight, c, h, inner.value, inner.slope, inner.share)
        ctx.save_for_backward(*saved, outer.value, outer.slope, outer.share)
        return h

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, by_h: Tensor) -> Gradients:
        weight, c, h, value, slope, share, s, slope_shown, share_shown = ctx.saved_tensors
        by_p, by_p_shown = _Sum(share), _Sum(share_shown)
        by_u, by_f = torch.empty_like(value), torch.empty_like(value[:, 0])
        by_i, by_forget, by_o, by_g = by_f.chunk(4, dim=-1)
        by_c, across = torch.zeros_like(c[:, 0]), weight.mT
        last = value.shape[1] - 1
        for t in range(last, -1, -1):
            i, f, o, g = value[:, t].chunk(4, dim=-1)
            own = by_h[:, t]
            whole = own if t == last else torch.baddbmm(own, by_u[:, t + 1], across)
            by_s = whole * o
            by_p_shown.add(t, by_s)
            by_c.addcmul_(by_s, slope_shown[:, t])
            torch.mul(by_c, g, out=by_i)
            # c is 0 before the first step.
            torch.mul(by_c, c[:, t - 1] if t else 0, out=by_forget)
            torch.mul(whole, s[:, t], out=by_o)
            torch.mul(by_c, i, out=by_g)
            by_p.add(t, by_f)
            torch.mul(by_f, slope[:, t], out=by_u[:, t])
            by_c.mul_(f)
        sums = (by_p.over_batch(), by_p_shown.over_batch())
        by_table = _by_table(ctx, by_u)
        return by_table, None, _by_weight(h, by_u), *sums, None, None, None, None


class GRUThroughTime(torch.autograd.Function):
    """r, z = gates(row + hW), n = fresh(row + r·hW), h′ = (1 − z)·n + z·h."""

    @staticmethod
    def forward(
        ctx: Any,
        table: Tensor,
        places: Tensor,
        weight: Tensor,
        p: Tensor | None,
        p_fresh: Tensor | None,
        noise: Tensor | None,
        noise_fresh: Tensor | None,
        gates: StepUnit,
        fresh: StepUnit,
    ) -> Tensor:
        two = 2 * weight.shape[1]
        # The candidate's row stays apart: the reset gate multiplies the product alone.
        u = embedding(places, table.flatten(0, 1))
        own = u[..., two:].clone()
        u[..., two:] = 0
        inner, outer = Results.like(u[..., :two], p is not None), Results.like(own, p is not None)
        h = torch.empty_like(outer.value)
        before, inputs = torch.zeros_like(h[:, 0]), torch.empty_like(h[:, 0])
        for t in range(u.shape[1]):
            if t:
                before = h[:, t - 1]
                u[:, t].baddbmm_(before, weight)
            gates.write(u[:, t, :, :two], _at(noise, t), inner.at(t))
            r, z = inner.value[:, t].chunk(2, dim=-1)
            torch.addcmul(own[:, t], r, u[:, t, :, two:], out=inputs)
            fresh.write(inputs, _at(noise_fresh, t), outer.at(t))
            # lerp(n, h, z) = n + z·(h − n) = (1 − z)·n + z·h.
            torch.lerp(outer.value[:, t], before, z, out=h[:, t])
        ctx.places, ctx.symbols = places, table.shape[:2]
        saved = (weight, u[..., two:], h, inner.value, inner.slope, inner.share)
        ctx.save_for_backward(*saved, outer.value, outer.slope, outer.share)
        return h

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, by_h: Tensor) -> Gradients:
        weight, v, h, value, slope, share, n, slope_fresh, share_fresh = ctx.saved_tensors
        by_p, by_p_fresh = _Sum(share), _Sum(share_fresh)
        by_u = value.new_empty(*value.shape[:-1], weight.shape[2])
        by_candidate, by_f = torch.empty_like(n), torch.empty_like(value[:, 0])
        by_r, by_z = by_f.chunk(2, dim=-1)
        two, last, across = value.shape[-1], value.shape[1] - 1, weight.mT
        whole = by_h[:, last]
        for t in range(last, -1, -1):
            r, z = value[:, t].chunk(2, dim=-1)
            carried = whole * z
            by_n = whole - carried
            by_p_fresh.add(t, by_n)
            by_input = torch.mul(by_n, slope_fresh[:, t], out=by_candidate[:, t])
            torch.mul(by_input, v[:, t], out=by_r)
            # h − n, with h = 0 before the first step.
            gap = h[:, t - 1] - n[:, t] if t else -n[:, t]
            torch.mul(whole, gap, out=by_z)
            by_p.add(t, by_f)
            torch.mul(by_f, slope[:, t], out=by_u[:, t, :, :two])
            torch.mul(by_input, r, out=by_u[:, t, :, two:])
            if t:
                carried += by_h[:, t - 1]
                whole = torch.baddbmm(carried, by_u[:, t], across)
        by_rows = torch.cat([by_u[..., :two], by_candidate], dim=-1)
        sums = (by_p.over_batch(), by_p_fresh.over_batch())
        by_table = _by_table(ctx, by_rows)
        return by_table, None, _by_weight(h, by_u), *sums, None, None, None, None


def _at(noise: Tensor | None, time: int) -> Tensor | None:
    return None if noise is None else noise[:, time]
