"""Gaussian moments of any activation by Gauss–Legendre panels, from its derivative alone.

The line is cut at the kinks, at multiples of the deviation around the mean, and on a graded grid
around 0 where activations bend. On every panel f′ is evaluated at the nodes and integrated,

    d(z) = f(z) − f(mu) = ∫_mu^z f′(x) dx,

outward from the mean, by the matrix that integrates the interpolating polynomial. Then
E f = f(mu) + E d and Var f = E(d − E d)², a sum of squares with positive weights.

Why this keeps its digits: f itself is evaluated only once, at the mean. A saturated unit, or one of
small variance, has f(z) so close to f(mu) that a difference of values has no digits left, but f′ is
small there with full relative accuracy, and so is d. Nothing is subtracted but the mean of d, and
that inside the square.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import pi, sqrt
from typing import Any

import numpy as np

from ...activation import Activation
from ...derive._formula.pieces import pieces
from ...notation import x
from .arithmetic import NUMPY, Arithmetic, Array
from .two_slopes import Raw

_NODES = 24
_STEP = 1.5
_REACH = 39.0
_FLAT, _GROWTH, _FAR = 12.0, 1.3, 4e4
_ROWS = 96


@dataclass(frozen=True)
class Break:
    """A breakpoint of the activation and the jump of its value there (0 where continuous)."""

    at: float
    jump: float


@dataclass(frozen=True)
class _Rule:
    """Nodes and weights on [0, 1]; ``from_left`` integrates up to a node, ``to_right`` from it."""

    nodes: Any
    weights: Any
    from_left: Any
    to_right: Any


@lru_cache(maxsize=256)
def breaks(activation: Activation) -> tuple[Break, ...]:
    """The breakpoints of the activation at its default parameters."""
    parts = pieces(activation.formula())
    found = []
    for left, right in pairwise(parts):
        jump = (right.expr - left.expr).subs(x, left.upper)
        found.append(Break(float(left.upper), float(jump)))
    return tuple(found)


def panel_moments(
    ops: Arithmetic, activation: Activation, mean: Array, variance: Array, resolution: float = 1.0
) -> Raw:
    """E f, Var f, E f′ and E f′² at one-dimensional arrays, variance > 0.

    Args:
        resolution: panels of the grid around 0 have this many times the usual density.

    The tails are cut where the Gaussian is below 1e-19 of what counts, for functions that grow no
    faster than e^{2|x|}.
    """
    found = [
        _rows(ops, activation, mean[i : i + _ROWS], variance[i : i + _ROWS], resolution)
        for i in range(0, len(mean), _ROWS)
    ]
    joined = [ops.zeros(mean.shape, mean) for _ in range(4)]
    for i, values in enumerate(found):
        for target, value in zip(joined, values, strict=True):
            target[i * _ROWS : i * _ROWS + len(value)] = value
    return Raw(*joined)


def _rows(
    ops: Arithmetic, activation: Activation, mean: Array, variance: Array, resolution: float
) -> tuple[Array, ...]:
    deviation = ops.sqrt(variance)
    found = breaks(activation)
    edges = _edges(ops, mean, deviation, [b.at for b in found], resolution)
    rule = _rule()
    lengths = edges[:, 1:] - edges[:, :-1]
    alive = lengths > 0
    start, length = edges[:, :-1][alive], lengths[alive]
    row = alive.nonzero()[0] if ops is NUMPY else alive.nonzero(as_tuple=True)[0]
    constants = [ops.constant(v, mean) for v in (rule.nodes, rule.weights)]
    matrices = [ops.constant(v, mean) for v in (rule.from_left, rule.to_right)]
    z = start[:, None] + length[:, None] * constants[0]
    slope = ops.lowered(activation, 1)(mean[row][:, None] + deviation[row][:, None] * z)
    weight = ops.exp(-0.5 * z * z) * (constants[1] / sqrt(2 * pi)) * length[:, None]
    stride = (length * deviation[row])[:, None]
    rightward = start >= 0
    inner = stride * ops.where(rightward[:, None], slope @ matrices[0], -(slope @ matrices[1]))

    def spread(values: Array) -> Array:
        full = ops.zeros(lengths.shape, mean)
        full[alive] = values
        return full

    totals = spread(stride[:, 0] * (slope @ constants[1]))
    offset = _outward(ops, totals, edges) + _jumps(ops, found, edges, mean, deviation)
    d = inner + offset[alive][:, None]
    centre = spread((weight * d).sum(-1)).sum(-1)
    deviate = d - centre[row][:, None]
    return (
        ops.lowered(activation, 0)(mean) + centre,
        spread((weight * deviate * deviate).sum(-1)).sum(-1),
        spread((weight * slope).sum(-1)).sum(-1),
        spread((weight * slope * slope).sum(-1)).sum(-1),
    )


def _edges(
    ops: Arithmetic, mean: Array, deviation: Array, kinks: list[float], resolution: float
) -> Array:
    """Standardized ends of the panels, sorted, with empty panels where a point is out of range.

    Only the kinks carry a gradient: where the integrand is smooth, an end may move freely.
    """
    fixed_mean, fixed_deviation = ops.value_of(mean), ops.value_of(deviation)
    left, right = _range(ops, fixed_mean, fixed_deviation, kinks, 4 * resolution**1.5)
    steps = np.arange(_STEP, _REACH, _STEP)
    bulk = ops.constant(np.concatenate([-steps, [0.0], steps]), mean)
    grid = ops.constant([at for at in _grid(resolution) if at not in kinks], mean)
    first, second = len(bulk), len(bulk) + len(grid)
    columns = ops.zeros((len(mean), second + len(kinks)), mean)
    columns[:, :first] = bulk
    columns[:, first:second] = (grid - fixed_mean[:, None]) / fixed_deviation[:, None]
    if kinks:
        columns[:, second:] = (ops.constant(kinks, mean) - mean[:, None]) / deviation[:, None]
    return ops.sort_rows(ops.clip(columns, left[:, None], right[:, None]))


def _range(
    ops: Arithmetic, mean: Array, deviation: Array, kinks: list[float], steepness: float
) -> tuple[Array, Array]:
    """How far the panels go, in deviations; d² grows at most like e^{steepness·|x|}.

    Far from 0 the integrand d²φ may peak between the mean and 0, and where f is constant around
    the mean, only beyond a kink at z: the range reaches for both, from z until φ is e⁻⁵⁰·φ(z).
    """
    distance = ops.absolute(mean) / deviation
    near = ops.minimum((steepness + 2 * ops.absolute(mean)) * deviation, distance)
    away = ops.minimum(steepness * deviation, _REACH)
    left, right = (9.5 + ops.where(side, near, away) for side in (mean > 0, mean <= 0))
    for kink in kinks:
        z = (kink - mean) / deviation
        beyond = ops.where(ops.absolute(z) < _REACH, ops.sqrt(z * z + 100.0), 0.0 * z)
        left = ops.where(z < 0, ops.maximum(left, beyond), left)
        right = ops.where(z > 0, ops.maximum(right, beyond), right)
    return -ops.minimum(left, _REACH), ops.minimum(right, _REACH)


@lru_cache(maxsize=16)
def _grid(resolution: float) -> Any:
    """Points around 0: even steps up to ±12, then growing in proportion to their distance."""
    step = 1.2 / resolution
    even = np.arange(step, _FLAT, step)
    growth = 1 + (_GROWTH - 1) / resolution
    count = int(np.log(_FAR / _FLAT) / np.log(growth)) + 1
    side = np.concatenate([even, _FLAT * growth ** np.arange(count)])
    return np.concatenate([-side[::-1], [0.0], side])


def _outward(ops: Arithmetic, totals: Array, edges: Array) -> Array:
    """What each panel starts from: the sum of the panels between it and the mean."""
    rightward = edges[:, :-1] >= 0
    right = ops.where(rightward, totals, 0.0 * totals)
    left = ops.reverse_rows(ops.where(rightward, 0.0 * totals, totals))
    return _sum_before(ops, right) - ops.reverse_rows(_sum_before(ops, left))


def _sum_before(ops: Arithmetic, values: Array) -> Array:
    """Cumulated sums without the entry itself, which may dwarf those before it."""
    shifted = ops.zeros(values.shape, values)
    shifted[:, 1:] = ops.cumulate_rows(values)[:, :-1]
    return shifted


def _jumps(
    ops: Arithmetic, found: tuple[Break, ...], edges: Array, mean: Array, deviation: Array
) -> Array:
    """The jumps of f between the mean and each panel."""
    total = 0.0 * edges[:, :-1]
    for b in found:
        if b.jump:
            at = ((b.at - mean) / deviation)[:, None]
            passed = (edges[:, :-1] >= 0) & (at >= 0) & (edges[:, :-1] >= at)
            undone = (edges[:, 1:] <= 0) & (at < 0) & (edges[:, 1:] <= at)
            total = total + b.jump * (1.0 * passed - 1.0 * undone)
    return total


@lru_cache(maxsize=1)
def _rule() -> _Rule:
    """Gauss–Legendre on [0, 1] with the matrices that integrate the Lagrange polynomials."""
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    nodes, weights = (points + 1) / 2, weights / 2
    degrees = np.arange(_NODES)
    values = np.polynomial.legendre.legvander(points, _NODES)
    # ∫_{-1}^t P_k = (P_{k+1}(t) − P_{k−1}(t))/(2k+1), and 1 + t for k = 0.
    below = np.concatenate([-np.ones((_NODES, 1)), values[:, :-2]], axis=1)
    integrals = (values[:, 1:] - below) / (2 * degrees + 1) / 2
    transform = values[:, :-1] * weights[:, None] * (2 * degrees + 1)
    from_left = transform @ integrals.T
    return _Rule(nodes, weights, from_left, weights[:, None] - from_left)
