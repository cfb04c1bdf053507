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

import numpy as np

from ....activation import Activation
from ..._array import Array
from ..array_ops import ArrayOps
from ..result import AnyArray, Columns, FourMoments, MomentRoute
from .bends import BendGrid, doublings_for, grid_of
from .breaks import breaks
from .faint_panels import ends_that_count
from .gradients import moments_with_gradients
from .panel_sums import FARTHEST, panel_sums

# In deviations: φ is 1e-20 of its peak at 9.5.
_BULK = 9.5
# d² ≤ e^{4|x|} for f ≤ e^{2|x|}: such growth is allowed for at first, more if that falls short.
_STEEP = 4.0
# Rows at once: 96, or fewer where there are more than 133 panels: 24 nodes each make 2.5 MB.
_ROWS = 96
_PANELS = 133
_INFINITE = (
    "the moments of {} {} are infinite, or what they are made of is beyond float64: "
    "actmath.moments says which"
)
_LOSES = (
    "{} loses its digits in float64 where it counts {}; write it without cancellation, or take "
    "actmath.moments, which computes single points to any digits"
)


@dataclass(frozen=True)
class Panels:
    """The rule of this module for one activation.

    The tails are cut where the Gaussian is below 1e-19 of what counts. Where the integrand still
    counts at the ends, the range is all that float64 knows of a Gaussian, 39 deviations.
    """

    activation: Activation

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """By quadrature, everywhere."""
        return MomentRoute.QUADRATURE

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """The moments at one-dimensional arrays, variance > 0.

        Raises:
            ArithmeticError: where moments are infinite or beyond float64, where the activation is
                too fine, and where its float64 values have lost their digits.
        """
        return moments_with_gradients(self.expectations, self.activation, ops, mean, variance)

    def expectations(
        self, ops: ArrayOps, mean: AnyArray, variance: AnyArray, degrees: tuple[int, ...]
    ) -> list[Columns]:
        """The columns that ``gradients`` asks for, in blocks of rows."""
        joined = [tuple(ops.zeros(mean.shape, mean) for _ in range(4)) for _ in degrees]
        for start in range(0, len(mean), _ROWS):
            some = slice(start, start + _ROWS)
            with np.errstate(all="ignore"):
                found = self._block(ops, mean[some], variance[some], degrees)
            for targets, values in zip(joined, found, strict=True):
                for target, value in zip(targets, values, strict=True):
                    target[some] = value
        return joined

    def _block(
        self, ops: ArrayOps, mean: AnyArray, variance: AnyArray, degrees: tuple[int, ...]
    ) -> list[Columns]:
        """Rows over the usual range; over all that there is where that does not end in nothing."""
        kinks = [b.at for b in breaks(self.activation)]
        usual = _range(ops, mean, ops.sqrt(variance), kinks)
        found, ended, lost = self._over(ops, mean, variance, usual, degrees)
        (longer,) = np.nonzero(~ended)
        if len(longer):
            whole = ops.constant(np.full(len(longer), FARTHEST), mean)
            some = mean[longer], variance[longer]
            wide, ended[longer], lost[longer] = self._over(ops, *some, (-whole, whole), degrees)
            for targets, values in zip(found, wide, strict=True):
                for target, value in zip(targets, values, strict=True):
                    target[longer] = value
        self._refuse(~ended, _INFINITE, ops, mean, variance)
        self._refuse(lost, _LOSES, ops, mean, variance)
        return found

    def _refuse(
        self, rows: Array, said: str, ops: ArrayOps, mean: AnyArray, variance: AnyArray
    ) -> None:
        if rows.any():
            at = int(np.argmax(rows))
            m, v = (float(ops.detached(column)[at]) for column in (mean, variance))
            raise ArithmeticError(said.format(self.activation.name, f"at N({m:g}, {v:g})"))

    def _over(
        self,
        ops: ArrayOps,
        mean: AnyArray,
        variance: AnyArray,
        ends: tuple[AnyArray, AnyArray],
        degrees: tuple[int, ...],
    ) -> tuple[list[Columns], Array, Array]:
        """The sums over a range of deviations; which rows end in nothing, which lost digits."""
        deviation = ops.sqrt(variance)
        low, high = (ops.detached(mean + deviation * end) for end in ends)
        grid = self._grid(float(np.max(np.maximum(-low, high))))
        inside = ends_that_count(
            self.activation, grid, low.min(), high.max(), *map(ops.detached, (mean, deviation))
        )
        at_once = max(1, _ROWS * _PANELS // max(len(inside), _PANELS))
        parts = []
        for start in range(0, len(mean), at_once):
            rows = slice(start, start + at_once)
            given = mean[rows], deviation[rows], (ends[0][rows], ends[1][rows])
            parts.append(panel_sums(ops, self.activation, grid, inside, *given, degrees))
        sums, ended, lost = zip(*parts, strict=True)
        by_degree = zip(*sums, strict=True)
        joined = [tuple(map(ops.join, zip(*found, strict=True))) for found in by_degree]
        return joined, np.concatenate(ended), np.concatenate(lost)

    def _grid(self, reach: float) -> BendGrid:
        grid = grid_of(self.activation, doublings_for(reach))
        if not grid.complete:
            raise ArithmeticError(
                f"{self.activation.name} bends too finely between −{grid.reach:g} and "
                f"{grid.reach:g} for float64 panels; declare its sharp bends as breakpoints of "
                f"a Piecewise, or take a smaller variance"
            )
        return grid


def _range(
    ops: ArrayOps, mean: AnyArray, deviation: AnyArray, kinks: list[float]
) -> tuple[AnyArray, AnyArray]:
    """How far the panels go, in deviations, where d² grows at most like e^{4|x|}.

    Far from 0 the integrand d²φ may peak between the mean and 0, and where f is constant around
    the mean, only beyond a kink at z: the range reaches for both, from z until φ is e⁻⁵⁰·φ(z).
    """
    distance = ops.absolute(mean) / deviation
    near = ops.minimum((_STEEP + 2 * ops.absolute(mean)) * deviation, distance)
    # e^{cσz}·φ(z) peaks at z = cσ.
    away = ops.minimum(_STEEP * deviation, FARTHEST)
    left, right = (_BULK + ops.where(side, near, away) for side in (mean > 0, mean <= 0))
    for kink in kinks:
        z = (kink - mean) / deviation
        # φ(√(z² + 100)) = e^{−50}·φ(z).
        beyond = ops.where(ops.absolute(z) < FARTHEST, ops.sqrt(z * z + 100.0), 0.0 * z)
        left = ops.where(z < 0, ops.maximum(left, beyond), left)
        right = ops.where(z > 0, ops.maximum(right, beyond), right)
    return -ops.minimum(left, FARTHEST), ops.minimum(right, FARTHEST)
