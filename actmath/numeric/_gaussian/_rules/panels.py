"""Gaussian moments of any activation by Gauss–Legendre panels, from its derivative alone.

The line is cut at the kinks, at multiples of the deviation around the mean, and on a graded grid
around 0 where activations bend. On every panel f′ is evaluated at the nodes and integrated,

    d(z) = f(z) − f(mu) = ∫_mu^z f′(x) dx,

outward from the mean, by the matrix that integrates the interpolating polynomial. Then
E f = f(mu) + E d and Var f = E(d − E d)², a sum of squares with positive weights.

Why this keeps its digits: f itself is evaluated only once, at the mean. A saturated unit, or one of
small variance, has f(z) so close to f(mu) that a difference of values has no digits left, but f′ is
small there with full relative accuracy, and so is d. Nothing is subtracted but the mean of d, and
that inside the square. Where the mean is on a jump, d counts from the right of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import pi, sqrt
from typing import Any

import numpy as np
from sympy import Expr

from ....activation import Activation
from ....derive._formula.pieces import pieces
from ....notation import x
from ..array_ops import ArrayOps
from ..result import AnyArray, Columns, FourMoments, MomentRoute
from .gradients import hermite, moments_with_gradients

# Nodes of a panel.
_NODES = 24
# Panels around the mean end at multiples of 1.5 deviations.
_STEP = 1.5
# In deviations: φ is 0 in float64 from 39 on, and 1e-20 of its peak at 9.5.
_REACH = 39.0
_BULK = 9.5
# The grid around 0, where activations bend: even steps of 1.2 up to 12, then by a factor 1.3 up to
# 30 + 39·1000, the end of the range for |mean| ≤ 30 and variance ≤ 10⁶.
_GRID_STEP = 1.2
_FLAT = 12.0
_GROWTH = 1.3
_FAR = 4e4
# Rows at once: an array of 96 rows, at most 133 panels and 24 nodes has 2.5 MB.
_ROWS = 96


@dataclass(frozen=True)
class Break:
    """A breakpoint, the jump of the activation there (0 where continuous), its limit from above."""

    at: float
    jump: float
    above: float


@lru_cache(maxsize=256)
def breaks(activation: Activation) -> tuple[Break, ...]:
    """The breakpoints of the activation at its default parameters."""
    found = []
    for left, right in pairwise(pieces(activation.formula())):
        below, above = (
            _limit(side.expr, left.upper, to) for side, to in ((left, "-"), (right, "+"))
        )
        found.append(Break(float(left.upper), float(above - below), float(above)))
    return tuple(found)


def _limit(expr: Expr, at: Expr, side: str) -> Expr:
    """The value at a point or, where the formula has none as 1/x at 0, its limit from that side."""
    value = expr.subs(x, at)
    return value if value.is_finite else expr.limit(x, at, side)


@dataclass(frozen=True)
class Panels:
    """The rule of this module for one activation; ``resolution`` times the usual grid around 0.

    The tails are cut where the Gaussian is below 1e-19 of what counts, for functions that grow like
    a power; away from 0, on the mean's own side, for those that grow no faster than e^{2|x|}.
    """

    activation: Activation
    resolution: float = 1.0

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """By quadrature, everywhere."""
        return MomentRoute.QUADRATURE

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """The moments at one-dimensional arrays, variance > 0."""
        return moments_with_gradients(self.expectations, ops, mean, variance)

    def expectations(
        self, ops: ArrayOps, mean: AnyArray, variance: AnyArray, degrees: tuple[int, ...]
    ) -> list[Columns]:
        """The columns that ``gradients`` asks for, in blocks of rows."""
        joined = [tuple(ops.zeros(mean.shape, mean) for _ in range(4)) for _ in degrees]
        for i in range(0, len(mean), _ROWS):
            some = slice(i, i + _ROWS)
            found = _rows(ops, self, mean[some], variance[some], degrees)
            for targets, values in zip(joined, found, strict=True):
                for target, value in zip(targets, values, strict=True):
                    target[some] = value
        return joined


def _rows(
    ops: ArrayOps, rule: Panels, mean: AnyArray, variance: AnyArray, degrees: tuple[int, ...]
) -> list[Columns]:
    deviation = ops.sqrt(variance)
    found = breaks(rule.activation)
    edges = _edges(ops, mean, deviation, [b.at for b in found], rule.resolution)
    lengths = edges[:, 1:] - edges[:, :-1]
    alive = lengths > 0
    start = edges[:, :-1][alive]
    length = lengths[alive]
    row = ops.rows(alive)
    nodes, weights, from_left, to_right = (ops.constant(v, mean) for v in _rule())

    def spread(values: AnyArray) -> AnyArray:
        full = ops.zeros(lengths.shape, mean)
        full[alive] = values
        return full

    z = start[:, None] + length[:, None] * nodes
    slope = ops.lowered(rule.activation, 1)(mean[row][:, None] + deviation[row][:, None] * z)
    weight = ops.exp(-0.5 * z * z) * (weights / sqrt(2 * pi)) * length[:, None]
    # dx = σ·length·dt on a panel, t from 0 to 1; left of the mean d is minus what is to the right.
    stride = (length * deviation[row])[:, None]
    rightward = (start >= 0)[:, None]
    inner = stride * ops.where(rightward, slope @ from_left, -(slope @ to_right))
    totals = spread(stride[:, 0] * (slope @ weights))
    offset = _outward(ops, totals, edges) + _jumps(ops, found, edges, mean, deviation)
    d = inner + offset[alive][:, None]
    centre = spread((weight * d).sum(-1)).sum(-1)
    deviate = d - centre[row][:, None]
    integrands = (deviate, deviate * deviate, slope, slope * slope)
    columns = []
    for degree in degrees:
        share = weight * hermite(z, degree) if degree else weight
        sums = [spread((share * integrand).sum(-1)).sum(-1) for integrand in integrands]
        if not degree:
            sums[0] = _at_the_mean(ops, rule.activation, mean) + centre
        columns.append(tuple(sums))
    return columns


def _at_the_mean(ops: ArrayOps, activation: Activation, mean: AnyArray) -> AnyArray:
    """f(mean), or its limit from above where the mean is on a jump."""
    value = ops.lowered(activation, 0)(mean)
    for b in breaks(activation):
        if b.jump:
            value = ops.where(mean == b.at, b.above, value)
    return value


def _edges(
    ops: ArrayOps, mean: AnyArray, deviation: AnyArray, kinks: list[float], resolution: float
) -> AnyArray:
    """Standardized ends of the panels, sorted, with empty panels where a point is out of range."""
    # d² ≤ e^{4|x|} for f ≤ e^{2|x|}; a unit that needs finer panels is allowed to be steeper.
    left, right = _range(ops, mean, deviation, kinks, 4 * resolution**1.5)
    steps = np.arange(_STEP, _REACH, _STEP)
    bulk = ops.constant(np.concatenate([-steps, [0.0], steps]), mean)
    grid = ops.constant([at for at in _grid(resolution) if at not in kinks], mean)
    first, second = len(bulk), len(bulk) + len(grid)
    columns = ops.zeros((len(mean), second + len(kinks)), mean)
    columns[:, :first] = bulk
    columns[:, first:second] = (grid - mean[:, None]) / deviation[:, None]
    if kinks:
        columns[:, second:] = (ops.constant(kinks, mean) - mean[:, None]) / deviation[:, None]
    return ops.sort_rows(ops.clip(columns, left[:, None], right[:, None]))


def _range(
    ops: ArrayOps, mean: AnyArray, deviation: AnyArray, kinks: list[float], steepness: float
) -> tuple[AnyArray, AnyArray]:
    """How far the panels go, in deviations; d² grows at most like e^{steepness·|x|}.

    Far from 0 the integrand d²φ may peak between the mean and 0, and where f is constant around
    the mean, only beyond a kink at z: the range reaches for both, from z until φ is e⁻⁵⁰·φ(z).
    """
    distance = ops.absolute(mean) / deviation
    near = ops.minimum((steepness + 2 * ops.absolute(mean)) * deviation, distance)
    # e^{cσz}·φ(z) peaks at z = cσ.
    away = ops.minimum(steepness * deviation, _REACH)
    left, right = (_BULK + ops.where(side, near, away) for side in (mean > 0, mean <= 0))
    for kink in kinks:
        z = (kink - mean) / deviation
        # φ(√(z² + 100)) = e^{−50}·φ(z).
        beyond = ops.where(ops.absolute(z) < _REACH, ops.sqrt(z * z + 100.0), 0.0 * z)
        left = ops.where(z < 0, ops.maximum(left, beyond), left)
        right = ops.where(z > 0, ops.maximum(right, beyond), right)
    return -ops.minimum(left, _REACH), ops.minimum(right, _REACH)


@lru_cache(maxsize=16)
def _grid(resolution: float) -> Any:
    """Points around 0: even steps up to ±12, then growing in proportion to their distance."""
    step = _GRID_STEP / resolution
    even = np.arange(step, _FLAT, step)
    growth = 1 + (_GROWTH - 1) / resolution
    count = int(np.log(_FAR / _FLAT) / np.log(growth)) + 1
    side = np.concatenate([even, _FLAT * growth ** np.arange(count)])
    return np.concatenate([-side[::-1], [0.0], side])


def _outward(ops: ArrayOps, totals: AnyArray, edges: AnyArray) -> AnyArray:
    """What each panel starts from: the sum of the panels between it and the mean."""
    rightward = edges[:, :-1] >= 0
    right = ops.where(rightward, totals, 0.0 * totals)
    left = ops.reverse_rows(ops.where(rightward, 0.0 * totals, totals))
    return _sum_before(ops, right) - ops.reverse_rows(_sum_before(ops, left))


def _sum_before(ops: ArrayOps, values: AnyArray) -> AnyArray:
    """Cumulated sums without the entry itself, which may dwarf those before it."""
    shifted = ops.zeros(values.shape, values)
    shifted[:, 1:] = ops.cumulate_rows(values)[:, :-1]
    return shifted


def _jumps(
    ops: ArrayOps, found: tuple[Break, ...], edges: AnyArray, mean: AnyArray, deviation: AnyArray
) -> AnyArray:
    """The jumps of f between the mean and each panel; one at the mean is to its left."""
    total = 0.0 * edges[:, :-1]
    for b in found:
        if b.jump:
            at = ((b.at - mean) / deviation)[:, None]
            ahead = (b.at > mean)[:, None]
            passed = (edges[:, :-1] >= 0) & ahead & (edges[:, :-1] >= at)
            undone = (edges[:, 1:] <= 0) & ~ahead & (edges[:, 1:] <= at)
            total = total + ops.where(passed, b.jump, ops.where(undone, -b.jump, 0.0))
    return total


@lru_cache(maxsize=1)
def _rule() -> tuple[Any, Any, Any, Any]:
    """Gauss–Legendre on [0, 1]: nodes, weights, and two matrices.

    The first integrates the Lagrange polynomials up to each node, the second from each node.
    """
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    nodes, weights = (points + 1) / 2, weights / 2
    degrees = np.arange(_NODES)
    values = np.polynomial.legendre.legvander(points, _NODES)
    # ∫_{-1}^t P_k = (P_{k+1}(t) − P_{k−1}(t))/(2k+1), and 1 + t for k = 0.
    below = np.concatenate([-np.ones((_NODES, 1)), values[:, :-2]], axis=1)
    integrals = (values[:, 1:] - below) / (2 * degrees + 1) / 2
    # The coefficient of P_k is (2k+1)·Σ w·P_k·f, for weights that sum to 1.
    transform = values[:, :-1] * weights[:, None] * (2 * degrees + 1)
    from_left = transform @ integrals.T
    return nodes, weights, from_left, weights[:, None] - from_left
