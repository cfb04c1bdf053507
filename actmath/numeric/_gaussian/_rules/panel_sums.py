"""Sums over Gauss–Legendre panels for some rows: the columns, and whether they may be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, nextafter, pi, sqrt
from typing import Any

import numpy as np

from ....activation import Activation
from ..._array import Array
from ..array_ops import ArrayOps
from ..result import AnyArray, Columns
from .bends import NODES, BendGrid, digits_are_lost
from .breaks import Break, breaks, has_infinite_square
from .gradients import hermite

#: In deviations: φ is 0 in float64 from 39 on.
FARTHEST = 39.0
# Of panels around the mean, in deviations. Where φ·d² has its peak at z, d grows outward like
# e^{zw/2} over a width w, and what rounding d loses on a panel, up to e⁶ ulps, is lost at the peak.
_STEP = 1.5
_GROWTH = 12.0
# Beside the mean: below a σ so small the ends of panels have no digits apart.
_NARROW = 2.0**-40
# Beside the whole: what may stand at the ends of the range.
_NOTHING = 1e-15


def panel_sums(
    ops: ArrayOps,
    activation: Activation,
    grid: BendGrid,
    inside: Array,
    mean: AnyArray,
    deviation: AnyArray,
    ends: tuple[AnyArray, AnyArray],
    degrees: tuple[int, ...],
) -> tuple[list[Columns], Array, Array]:
    """The columns, and which rows end in nothing, and which have lost their digits."""
    found = breaks(activation)
    edges, standard, steps = _edges(ops, mean, deviation, [b.at for b in found], inside, ends)
    panels = _Nodes.of(ops, edges, standard, steps, deviation)
    if bool(_are_narrow(ops, mean, deviation).any()):
        panels = panels.apart_from(found, mean, deviation)
    slope = ops.lowered(activation, 1)(panels.at)
    inner, totals = panels.integrals(slope)
    offset = _outward(ops, totals, standard) + _jumps(ops, found, standard, mean, deviation)
    d = inner + offset[panels.alive][:, None]
    centre = panels.expectation(d)
    deviate = d - centre[panels.row][:, None]
    integrands = (deviate, deviate * deviate, slope, slope * slope)
    # Of degree 0 all are needed to judge by, whether they were asked for or not.
    columns = [
        tuple(panels.expectation(h, degree) for h in integrands)
        for degree in dict.fromkeys((0, *degrees))
    ]
    columns[0] = _at_the_mean(ops, activation, mean) + centre, *columns[0][1:]
    _, square, _, steep = columns[0]
    counted = [(integrands[1], square), (integrands[3], steep)]
    if has_infinite_square(activation):
        columns = [_with_infinite_square(each, k == 0) for k, each in enumerate(columns)]
        counted = counted[:1]
    ended = panels.end_in_nothing(ends, *counted)
    lost = np.zeros(len(ended), bool)
    if grid.lossy:
        errors = grid.lost_at(ops.detached(panels.at), 1) ** 2
        slopes = ops.detached(panels.expectation(ops.constant(errors, mean)))
        values = grid.lost_at(ops.detached(mean), 0) ** 2
        lost = digits_are_lost(values, slopes, *map(ops.detached, (deviation, *columns[0])))
    return columns if 0 in degrees else columns[1:], ended, lost


@dataclass(frozen=True)
class _Nodes:
    """The panels of all rows that are not empty, one below the other, and their nodes.

    ``alive`` (rows, panels) says which, ``row`` whose each is; ``at`` and ``z`` (alive, nodes) are
    the nodes in x and in deviations, ``height`` is φ there, and ``weight`` makes expectations.
    """

    ops: ArrayOps
    alive: AnyArray
    row: AnyArray
    step: AnyArray
    at: AnyArray
    z: AnyArray
    height: AnyArray
    weight: AnyArray

    @classmethod
    def of(
        cls,
        ops: ArrayOps,
        edges: AnyArray,
        standard: AnyArray,
        steps: AnyArray,
        deviation: AnyArray,
    ) -> _Nodes:
        """From ends in x and in deviations, and the lengths between those in x."""
        alive = steps > 0
        row = ops.rows(alive)
        step = steps[alive]
        length = (step / deviation[row])[:, None]
        nodes, weights, *_ = (ops.constant(v, deviation) for v in _rule())
        # From the panel's own end in either: far from the mean an x has digits beyond the mean's.
        at = edges[:, :-1][alive][:, None] + step[:, None] * nodes
        z = standard[:, :-1][alive][:, None] + length * nodes
        height = ops.exp(-0.5 * z * z) / sqrt(2 * pi)
        return cls(ops, alive, row, step, at, z, height, height * weights * length)

    def apart_from(self, found: tuple[Break, ...], mean: AnyArray, deviation: AnyArray) -> _Nodes:
        """The nodes on that side of each break on which their z is, where σ has no digits in x."""
        at, where = self.at, self.ops.where
        for b in found:
            z = ((b.at - mean) / deviation)[self.row][:, None]
            at = where((self.z > z) & (at <= b.at), nextafter(b.at, inf), at)
            at = where((self.z < z) & (at >= b.at), nextafter(b.at, -inf), at)
        return replace(self, at=at)

    def expectation(self, values: AnyArray, degree: int = 0) -> AnyArray:
        """E[values·He_degree] of every row."""
        share = self.weight * hermite(self.z, degree) if degree else self.weight
        return self._spread((share * values).sum(-1)).sum(-1)

    def integrals(self, slope: AnyArray) -> tuple[AnyArray, AnyArray]:
        """∫f′ from each panel's end on the mean's side to the nodes; and over whole panels."""
        _, weights, from_left, to_right = (self.ops.constant(v, slope) for v in _rule())
        # dx = step·dt on a panel, t from 0 to 1; left of the mean d is minus what is to the right.
        rightward = self.z[:, :1] >= 0
        inner = self.ops.where(rightward, slope @ from_left, -(slope @ to_right))
        return self.step[:, None] * inner, self._spread(self.step * (slope @ weights))

    def end_in_nothing(
        self, ends: tuple[AnyArray, AnyArray], *pairs: tuple[AnyArray, AnyArray]
    ) -> Array:
        """Is what stands at the first and the last node of each row nothing beside the whole?

        Short of the farthest ``ends`` it must also fall outward, and the whole be more than 0: what
        f is around its mean may be nothing beside a peak still farther out.
        """
        rows = self.ops.detached(self.row)
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        last = np.flatnonzero(np.diff(rows, append=-1))
        ended = np.ones(len(first), bool)
        for integrand, whole in pairs:
            total = self.ops.detached(whole)
            for panel, node, end in ((first, 0, ends[0]), (last, -1, ends[1])):
                stands = self.ops.detached(self.height[panel] * integrand[panel])
                outer, inner = stands[:, node], stands[:, -1 - node]
                settled = (total > 0) & (outer <= inner)
                # In this order what overflowed to nan does not pass.
                ended &= (outer <= _NOTHING * total) & np.isfinite(total)
                ended &= settled | (np.abs(self.ops.detached(end)) >= FARTHEST)
        return ended

    def _spread(self, values: AnyArray) -> AnyArray:
        full = self.ops.zeros(self.alive.shape, values)
        full[self.alive] = values
        return full


def _with_infinite_square(columns: Columns, itself: bool) -> Columns:
    """E f′² is inf, and what it changes by is nan."""
    return *columns[:3], 0.0 * columns[0] + (np.inf if itself else np.nan)


def _at_the_mean(ops: ArrayOps, activation: Activation, mean: AnyArray) -> AnyArray:
    """f(mean), or its limit from above where the mean is on a jump."""
    value = ops.lowered(activation, 0)(mean)
    for b in breaks(activation):
        if b.jump:
            value = ops.where(mean == b.at, b.above, value)
    return value


def _edges(
    ops: ArrayOps,
    mean: AnyArray,
    deviation: AnyArray,
    kinks: list[float],
    inside: Array,
    ends: tuple[AnyArray, AnyArray],
) -> Columns:
    """Ends of the panels in x and in deviations, sorted, and their lengths in x.

    In x an end keeps the digits that it has far from the mean, near 0 above all. Where σ is a few
    ulps of the mean, only in deviations are the ends apart. What is out of range has length 0.
    """
    # With the farthest: where no other end lies beyond the range, it would stop before its own.
    steps = _steps()
    bulk = ops.constant(np.concatenate([-steps, [0.0], steps]), mean)
    points = ops.constant([*(at for at in inside if at not in kinks), *kinks], mean)
    middle, scale, count = mean[:, None], deviation[:, None], len(bulk)
    columns = ops.zeros((len(mean), count + len(points)), mean)
    columns[:, :count] = middle + scale * bulk
    columns[:, count:] = points
    low, high = (middle + scale * end[:, None] for end in ends)
    edges = ops.sort_rows(ops.clip(columns, low, high))
    standard = (edges - middle) / scale
    lengths = edges[:, 1:] - edges[:, :-1]
    narrow = _are_narrow(ops, middle, scale)
    if bool(narrow.any()):
        columns[:, :count] = bulk + 0.0 * middle
        columns[:, count:] = (points - middle) / scale
        apart = ops.sort_rows(ops.clip(columns, ends[0][:, None], ends[1][:, None]))
        standard = ops.where(narrow, apart, standard)
        edges = ops.where(narrow, middle + scale * apart, edges)
        lengths = ops.where(narrow, scale * (apart[:, 1:] - apart[:, :-1]), lengths)
    return edges, standard, lengths


def _are_narrow(ops: ArrayOps, mean: AnyArray, deviation: AnyArray) -> AnyArray:
    return deviation < _NARROW * ops.absolute(mean)


def _outward(ops: ArrayOps, totals: AnyArray, standard: AnyArray) -> AnyArray:
    """What each panel starts from: the sum of the panels between it and the mean."""
    ahead = standard[:, :-1] >= 0
    right = ops.where(ahead, totals, 0.0 * totals)
    left = ops.reverse_rows(ops.where(ahead, 0.0 * totals, totals))
    return _sum_before(ops, right) - ops.reverse_rows(_sum_before(ops, left))


def _sum_before(ops: ArrayOps, values: AnyArray) -> AnyArray:
    """Cumulated sums without the entry itself, which may dwarf those before it."""
    shifted = ops.zeros(values.shape, values)
    shifted[:, 1:] = ops.cumulate_rows(values)[:, :-1]
    return shifted


def _jumps(
    ops: ArrayOps, found: tuple[Break, ...], standard: AnyArray, mean: AnyArray, deviation: AnyArray
) -> AnyArray:
    """The jumps of f between the mean and each panel; one at the mean is to its left."""
    total = 0.0 * standard[:, :-1]
    for b in found:
        if b.jump:
            at = ((b.at - mean) / deviation)[:, None]
            ahead = (mean < b.at)[:, None]
            passed = ahead & (standard[:, :-1] >= at)
            undone = ~ahead & (standard[:, 1:] <= at)
            total = total + ops.where(passed, b.jump, ops.where(undone, -b.jump, 0.0))
    return total


@lru_cache(maxsize=1)
def _steps() -> Array:
    """Where panels right of the mean end, in deviations."""
    ends = [_STEP]
    while ends[-1] < FARTHEST:
        ends.append(ends[-1] + min(_STEP, _GROWTH / ends[-1]))
    return np.array([*ends[:-1], FARTHEST])


@lru_cache(maxsize=1)
def _rule() -> tuple[Any, Any, Any, Any]:
    """Gauss–Legendre on [0, 1]: nodes, weights, and two matrices.

    The first integrates the Lagrange polynomials up to each node, the second from each node.
    """
    points, weights = np.polynomial.legendre.leggauss(NODES)
    nodes, weights = (points + 1) / 2, weights / 2
    degrees = np.arange(NODES)
    values = np.polynomial.legendre.legvander(points, NODES)
    # ∫_{-1}^t P_k = (P_{k+1}(t) − P_{k−1}(t))/(2k+1), and 1 + t for k = 0.
    below = np.concatenate([-np.ones((NODES, 1)), values[:, :-2]], axis=1)
    integrals = (values[:, 1:] - below) / (2 * degrees + 1) / 2
    # The coefficient of P_k is (2k+1)·Σ w·P_k·f, for weights that sum to 1.
    transform = values[:, :-1] * weights[:, None] * (2 * degrees + 1)
    from_left = transform @ integrals.T
    return nodes, weights, from_left, weights[:, None] - from_left
