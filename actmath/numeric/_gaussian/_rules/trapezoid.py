"""Gaussian moments of an analytic activation by the trapezoidal rule.

Where f is analytic in the strip |Im x| < d, the rule with step h in units of σ errs by about
e^{−2πδ/h + δ²/2} with δ = min(d/σ, 2π/h): for an integrand that decays like a Gaussian no rule
needs fewer nodes. The nodes are the same for all rows of one step, so that a moment is one product
of a matrix with a vector. Rows are grouped by their number of nodes, a function of σ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ....activation import Activation
from ..array_ops import ArrayOps
from ..result import AnyArray, Columns, FourMoments, MomentRoute
from .bends import digits_are_lost, doublings_for, grid_of
from .gradients import hermite, moments_with_gradients

if TYPE_CHECKING:
    from .panels import Panels

# In deviations: e^{−9.25²/2} = 3e-19.
_REACH = 9.25
# The rule's error is e^{−42} = 6e-19, as small as what is cut off.
_WANTED = 42.0
# Nodes on one side. σ → 0 needs 14; in steps of 3 a row gets at most 2 more than it needs.
_SIZES = tuple(range(16, 260, 3))
# Numbers in an array of nodes: 256 kB, so that intermediate ones stay in cache.
_BLOCK = 2**15
#: The probes of ``calibration`` have |mean| ≤ 4; means far from there are not trusted.
CENTRAL = 4.0
# Var f ≥ E f²/676: |E f| is at most 26 deviations of f, whose rounding costs 26 ulps at a node.
_MOST_OFFSET = 676.0


@dataclass(frozen=True)
class Trapezoid:
    """The rule of this module where it may be trusted, panels elsewhere.

    ``strip`` is the d for which the rule is trusted with ``panels.activation``.
    """

    strip: float
    panels: Panels

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """By quadrature, everywhere."""
        return MomentRoute.QUADRATURE

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """The moments at one-dimensional arrays, variance > 0."""
        return moments_with_gradients(
            self.expectations, self.panels.activation, ops, mean, variance
        )

    def expectations(
        self, ops: ArrayOps, mean: AnyArray, variance: AnyArray, degrees: tuple[int, ...]
    ) -> list[Columns]:
        """The columns that ``gradients`` asks for: by this rule, or by panels."""
        found, trusted = self._by_rule(ops, mean, variance, degrees)
        rest = ops.rows(~trusted)
        if len(rest):
            by_panels = self.panels.expectations(ops, mean[rest], variance[rest], degrees)
            for targets, values in zip(found, by_panels, strict=True):
                for target, value in zip(targets, values, strict=True):
                    target[rest] = value
        return found

    def trusted_moments(
        self, ops: ArrayOps, mean: AnyArray, variance: AnyArray
    ) -> tuple[FourMoments, AnyArray]:
        """The moments by the rule alone, and a mask of the rows to be trusted.

        A row is trusted if |mean| ≤ 4, if the deviation is not so large that the step would need
        more nodes than the largest rule has, if Var f ≥ E f²/676 (so that values of f have digits
        enough), if float64 has not lost those of f or f′ (``bends``), if what stands at the two
        outermost nodes is below 1e-15 of the variance, and if f has no fine bend as far as they
        reach that ``calibration`` may not have seen.
        """
        found, trusted = self._by_rule(ops, mean, variance, (0,))
        return FourMoments(*found[0]), trusted

    def _by_rule(
        self, ops: ArrayOps, mean: AnyArray, variance: AnyArray, degrees: tuple[int, ...]
    ) -> tuple[list[Columns], AnyArray]:
        deviation = ops.sqrt(variance)
        half = half_nodes(ops.detached(deviation), self.strip)
        found = [tuple(ops.zeros(mean.shape, mean) for _ in range(4)) for _ in degrees]
        trusted = mean != mean
        for below, size in pairwise((-1, *_SIZES)):
            (rows,) = np.nonzero((half > below) & (half <= size))
            at_once = max(1, _BLOCK // (2 * size + 1))
            for i in range(0, len(rows), at_once):
                some = rows[i : i + at_once]
                x = mean[some][:, None], deviation[some][:, None]
                columns, fine = _block(ops, self.panels.activation, *x, size, degrees)
                for targets, values in zip(found, columns, strict=True):
                    for target, value in zip(targets, values, strict=True):
                        target[some] = value
                trusted[some] = fine & (ops.absolute(mean[some]) <= CENTRAL)
        return found, trusted


def half_nodes(deviation: Any, strip: float) -> Any:
    """How many nodes each side needs: the step solves 2πδ/h − δ²/2 = 42 (or h = 2π/√84)."""
    # A deviation of 0 too has the longest step, that of every δ beyond √84.
    delta = strip / np.maximum(deviation, strip / 100)
    # δ may not pass 2π/h, where the error is least: there δ²/2 = 42.
    step = np.where(
        delta >= sqrt(2 * _WANTED),
        2 * pi / sqrt(2 * _WANTED),
        2 * pi * delta / (_WANTED + delta**2 / 2),
    )
    return np.ceil(_REACH / step)


@lru_cache(maxsize=64)
def trapezoid_rule(size: int) -> tuple[Any, Any]:
    """2·size + 1 nodes in units of the deviation, and weights whose sum is 1."""
    nodes = np.arange(-size, size + 1) * (_REACH / size)
    weights = np.exp(-(nodes**2) / 2)
    return nodes, weights / weights.sum()


def _block(
    ops: ArrayOps,
    activation: Activation,
    mean: AnyArray,
    deviation: AnyArray,
    size: int,
    degrees: tuple[int, ...],
) -> tuple[list[Columns], AnyArray]:
    nodes, weights = (ops.constant(v, mean) for v in trapezoid_rule(size))
    x = mean + deviation * nodes
    value = ops.lowered(activation, 0)(x)
    slope = ops.lowered(activation, 1)(x)
    centre = value @ weights
    deviate = value - centre[:, None]
    square = deviate**2
    spread = square @ weights
    ends = square[:, 0] * weights[0] + square[:, -1] * weights[-1]
    trusted = (centre * centre < _MOST_OFFSET * spread) & (ends < 1e-15 * spread)
    plain = centre, spread, slope @ weights, (slope * slope) @ weights
    farthest = ops.absolute(mean) + _REACH * deviation
    grid = grid_of(activation, doublings_for(float(ops.detached(farthest).max())))
    trusted = trusted & (x[:, 0] > grid.low) & (x[:, -1] < grid.high)
    if grid.lossy:
        points, shares = ops.detached(x), ops.detached(weights)
        errors = (grid.lost_at(points, order) ** 2 @ shares for order in (0, 1))
        lost = digits_are_lost(*errors, *map(ops.detached, (deviation[:, 0], *plain)))
        trusted = trusted & ~(ops.constant(lost, mean) > 0)
    columns = []
    for degree in degrees:
        share = weights * hermite(nodes, degree) if degree else None
        hs = (deviate, square, slope, slope * slope)
        columns.append(plain if share is None else tuple(h @ share for h in hs))
    return columns, trusted
