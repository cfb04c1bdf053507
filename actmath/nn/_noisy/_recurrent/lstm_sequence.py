"""A whole sequence of an LSTM with noisy units in few operations a step, and its gradient.

Nothing is recorded while the steps run: the backward pass is written out. What does not wait for
another step, such as every unit's slope, is computed for all steps at once.

Every unit is φ(u) = h + ε·q² with u = kx + b, h clipped between bottom and top, δ = h − u and
q = g(pδ) − ½. Normal noise has no direction; for half-normal noise it is ε·q|q|, whose direction
is that of pδ: the thresholds lie on either side of 0, so that sgn δ is −sgn x where δ is not 0.

All functions take

    rows: W_ih x + b, (time, batch, 4n) or packed (rows, 4n); i, f, g, o.
    weight: W_hh, (4n, n).
    h, c: first states (batch, n).
    steep: p of i, f, g, o and of the state's unit, (5n,).
    noise: level·ε of the four, shaped like the rows, times sgn p if half; empty for none.
    late: the same of the state's unit, with n columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .steps import Course, before, ended, final, joined, starts, step_order, steps_of


def lstm_forward(
    rows: Tensor,
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    course: Course,
) -> list[Tensor]:
    """h of every step, the last h and c, and what the backward pass reads: nets and cells."""
    lines, half, sizes, reverse = course
    n = h.shape[-1]
    slopes, shifts, low, high = _columns(lines, rows, n)
    nets = torch.addcmul(shifts, rows, slopes)
    cells, outputs = (rows.new_empty((*rows.shape[:-1], n)) for _ in range(2))
    # Without noise the views of the nets stand in its place, which nobody reads.
    heard = (noise, late) if noise.numel() else (nets, nets)
    views = _views([nets, cells, outputs, *heard], sizes)
    turned = (weight * slopes[:, None]).T
    loud = noise.numel() > 0
    early = _Room(steep[: 4 * n], low, high, h.shape[0], loud, half)
    low, high = (steep.new_full((n,), bound) for bound in lines[-2:])
    last = _Room(steep[4 * n :], low, high, h.shape[0], loud, half)
    i, f, g, o = early.phi.chunk(4, dim=-1)
    last_h, last_c = h, c
    for t in step_order(len(views), reverse):
        net, cell, output, epsilon, late_epsilon = views[t]
        if sizes:
            last_h, last_c = before(last_h, h, sizes[t]), before(last_c, c, sizes[t])
            early.resize(sizes[t])
            last.resize(sizes[t])
            i, f, g, o = early.phi.chunk(4, dim=-1)
        early.fill(net.addmm_(last_h, turned), epsilon)
        # c′ = f·c + i·g, then h′ = o·state(c′).
        torch.mul(f, last_c, out=cell)
        cell.addcmul_(i, g)
        last.fill(_line(cell, lines), late_epsilon)
        torch.mul(last.phi, o, out=output)
        last_h, last_c = output, cell
    ends = (ended(part, sizes, reverse) for part in (outputs, cells))
    return [outputs, *ends, nets, cells]


class _Room:
    """φ of one step, in the same room at every step, with p, ½ and room for two results."""

    def __init__(
        self, steep: Tensor, low: Tensor, high: Tensor, batch: int, loud: bool, half: bool
    ) -> None:
        self.steep, self.low, self.high = steep, low, high
        self.loud, self.half, self.middle = loud, half, torch.full_like(steep, 0.5)
        self.whole = steep.new_empty((3, batch, len(steep)))
        self.phi, self.q, self.product = self.whole

    def resize(self, batch: int) -> None:
        """Room for so many sequences."""
        self.phi, self.q, self.product = self.whole[:, :batch]

    def fill(self, net: Tensor, epsilon: Tensor) -> None:
        """φ = h + ε·q², or h + ε·q|q|."""
        torch.clamp(net, self.low, self.high, out=self.phi)
        if not self.loud:
            return
        q = torch.sub(self.phi, net, out=self.q)
        # Overwriting is the quicker call, and calls are what a step of a small layer consists of.
        q.mul_(self.steep).sigmoid_().sub_(self.middle)
        torch.mul(q.abs() if self.half else q, epsilon, out=self.product)
        self.phi.addcmul_(self.product, q)


def lstm_backward(
    upstream: Sequence[Tensor],
    kept: Sequence[Tensor],
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    course: Course,
) -> list[Tensor]:
    """∂E by rows, weight, first h, first c and steep, from that by each h, the last h and c."""
    lines, half, sizes, reverse = course
    n = h.shape[-1]
    outputs, nets, cells = kept
    slopes, _, *bounds = _columns(lines, nets, n)
    gates, slope, by_p = _again(nets, steep[: 4 * n], noise, half, *bounds)
    found = _again(_line(cells, lines), steep[4 * n :], late, half, *lines[-2:])
    values, late_slope, late_by_p = found
    i, f, g, o = gates.chunk(4, dim=-1)
    begun = [starts(part, first, sizes, reverse) for part, first in ((outputs, h), (cells, c))]
    # ∂c′ by i, f and g is g, c and i; ∂h′ by o is the state's unit, and by c′:
    through = late_slope.mul_(lines[-4]).mul_(o)
    factors = torch.stack([g, begun[1], i], dim=-2)
    slope = torch.unflatten(slope, -1, (4, n))
    # What a step multiplies by: o·∂state/∂c′, then the slopes of the four nets, and f.
    steps = (through, factors * slope[..., :3, :], values * slope[..., 3, :], f)
    by_h, by_c = upstream[1].clone(), upstream[2].clone()
    turned = weight * slopes[:, None]
    by_outputs, by_cells, by_nets = _back(upstream[0], by_h, by_c, turned, steps, course)
    by_rows = by_nets.mul_(slopes)
    by_weight = by_rows.flatten(0, -2).T @ begun[0].flatten(0, -2)
    by_steep = torch.zeros_like(steep)
    if by_p is not None and late_by_p is not None:
        by_gates = [*(factors * by_cells.unsqueeze(-2)).unbind(-2), values * by_outputs]
        by_steep[: 4 * n] = by_p.mul_(torch.cat(by_gates, dim=-1)).flatten(0, -2).sum(0)
        by_steep[4 * n :] = late_by_p.mul_(o).mul_(by_outputs).flatten(0, -2).sum(0)
    return [by_rows, by_weight, by_h, by_c, by_steep]


def _back(
    above: Tensor,
    by_h: Tensor,
    by_c: Tensor,
    weight: Tensor,
    steps: Sequence[Tensor],
    course: Course,
) -> tuple[Tensor, Tensor, Tensor]:
    """∂E by every h, c′ and net; that by the last h and c becomes that by the first."""
    _, _, sizes, reverse = course
    through = steps[0]
    by_outputs, by_cells = torch.empty_like(through), torch.empty_like(through)
    by_nets = through.new_empty((*through.shape[:-1], 4, through.shape[-1]))
    parts = [above, by_outputs, by_cells, *steps, by_nets[..., :3, :], by_nets[..., 3, :]]
    views = _views([*parts, by_nets.flatten(-2), by_cells.unsqueeze(-2)], sizes)
    now_h, now_c = by_h, by_c
    for t in reversed(step_order(len(views), reverse)):
        gradient, by_output, by_cell, into_c, factor, value, keep, three, last, net, row = views[t]
        if sizes:
            now_h, now_c = by_h[: sizes[t]], by_c[: sizes[t]]
        torch.add(gradient, now_h, out=by_output)
        torch.addcmul(now_c, by_output, into_c, out=by_cell)
        torch.mul(factor, row, out=three)
        torch.mul(value, by_output, out=last)
        torch.mul(by_cell, keep, out=now_c)
        torch.mm(net, weight, out=now_h)
    return by_outputs, by_cells, by_nets.flatten(-2)


def _again(
    net: Tensor, steep: Tensor, noise: Tensor, half: bool, low: Any, high: Any
) -> tuple[Tensor, Tensor, Tensor | None]:
    """φ, which was not kept, ∂φ/∂u and ∂φ/∂p.

    With κ = 2εq(¼ − q²) these are 1 between the thresholds and −κp beyond, and κδ.
    """
    # Comparisons as numbers: with truth values between them they take five times as long on CPUs.
    inside = torch.gt(net, low, out=torch.empty_like(net))
    phi = torch.lt(net, high, out=torch.empty_like(net))
    inside.mul_(phi)
    torch.clamp(net, low, high, out=phi)
    if not noise.numel():
        return phi, inside, None
    delta = phi - net
    q = (delta * steep).sigmoid_().sub_(0.5)
    kappa = torch.addcmul(q.new_full((), 0.5), q, q, value=-2)
    # εq, or ε|q|.
    heard = torch.mul(q.abs() if half else q, noise)
    phi.addcmul_(heard, q)
    kappa.mul_(heard)
    return phi, inside.addcmul_(kappa, steep, value=-1), delta.mul_(kappa)


def _views(parts: Sequence[Tensor], sizes: Sequence[int]) -> list[tuple[Tensor, ...]]:
    """Every step's views of all parts, made at once."""
    return list(zip(*(steps_of(part, sizes) for part in parts), strict=True))


def _columns(lines: Sequence[float], like: Tensor, n: int) -> Sequence[Tensor]:
    """k, b, bottom and top of i, f, g and o for each of their n columns."""
    numbers = torch.tensor(list(lines), dtype=like.dtype).reshape(5, 4)[:4]
    return numbers.T.repeat_interleave(n, dim=1).to(like.device).unbind(0)


def _line(cells: Tensor, lines: Sequence[float]) -> Tensor:
    """u of the state's unit."""
    slope, shift = lines[-4:-2]
    return cells if (slope, shift) == (1, 0) else cells * slope + shift


def lstm_in_operations(
    rows: Tensor,
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    course: Course,
) -> tuple[Tensor, Tensor, Tensor]:
    """The first three of ``lstm_forward``, which PyTorch differentiates to any order."""
    lines, half, sizes, reverse = course
    n, starts, loud = h.shape[-1], (h, c), noise.numel() > 0
    slopes, shifts, *bounds = _columns(lines, rows, n)
    rows = rows * slopes + shifts
    views = _views([rows, noise, late] if loud else [rows, rows, rows], sizes)
    outputs: list[Any] = [None] * len(views)
    cells: list[Any] = [None] * len(views)
    last = starts

    def unit(net: Tensor, p: Tensor, epsilon: Tensor, low: Any, high: Any) -> Tensor:
        # Between the thresholds the line, beyond them constants: the slope at them is 0.
        hard = torch.where((net > low) & (net < high), net, net.detach().clamp(low, high))
        q = torch.sigmoid(p * (hard - net)) - 0.5
        return hard + epsilon * q * (q.abs() if half else q) if loud else hard

    for t in step_order(len(views), reverse):
        row, epsilon, late_epsilon = views[t]
        h, c = (before(x, first, row.shape[0]) for x, first in zip(last, starts, strict=True))
        net = row + h @ (weight * slopes[:, None]).T
        i, f, g, o = unit(net, steep[: 4 * n], epsilon, *bounds).chunk(4, dim=-1)
        c = f * c + i * g
        h = o * unit(_line(c, lines), steep[4 * n :], late_epsilon, *lines[-2:])
        outputs[t], cells[t], last = h, c, (h, c)
    return joined(outputs, sizes), final(outputs, reverse), final(cells, reverse)
