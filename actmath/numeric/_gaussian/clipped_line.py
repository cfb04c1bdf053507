"""Gaussian moments of a line between two plateaus: hard tanh, hard sigmoid, relu6.

Seen from the plateau nearer to the mean, f is that plateau minus slope·N with N between 0 and the
length L of the line. With u the mean's distance beyond the near end in units of σ, k = L/σ,
h_j(u) = φ(u)·G_j(u) (``half_line``), three cases keep their digits, each where the others cancel:

* beyond: E N/σ = h_1(u) − h_1(u+k), E N²/σ² = 2h_2(u) − 2h_2(u+k) − 2k·h_1(u+k);
* inside: f is the line with R and Q cut off its ends, a = −u and b = u + k from the mean, and
  Var N/σ² = 1 − 2h_0(a) − 2h_0(b) + Var R + Var Q + 2·E R·E Q;
* short: where k is small, E N = ∫ P(N > t) dt and E N² = ∫ 2t·P(N > t) dt, t from 0 to L, are
  smooth and positive, and 12 Gauss–Legendre points give all digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .array_ops import ArrayOps
from .half_line import density, far_clipped, half_line, mills
from .result import AnyArray, Columns, FourMoments, MomentRoute

# Below L = 1.5·σ the differences h(u) − h(u+k) cancel, unless e^{−uk} ≤ e^{−3} = 0.05 makes the
# second one small beside the first.
_SHORT = 1.5
_FLAT = 3.0
# 12 points are exact for polynomials of degree 23: more than φ needs over 1.5 deviations.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class ClippedLine:
    """f(x) = low + slope·(x − start) from start to stop, constant outside."""

    start: float
    stop: float
    low: float
    slope: float

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """In closed form only if every entry is."""
        some_short = bool(self.short(ops, mean, variance).any())
        return MomentRoute.QUADRATURE if some_short else MomentRoute.CLOSED_FORM

    def short(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> AnyArray:
        """Where the line is too short beside σ for the closed form."""
        length = self.stop - self.start
        beyond = self._beyond(ops, mean)
        return (length**2 < _SHORT**2 * variance) & (beyond * length < _FLAT * variance)

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """The moments at arrays of one shape, variance > 0."""
        short = self.short(ops, mean, variance)
        beyond = self._beyond(ops, mean)
        inside = ~short & (beyond < 0)
        parts = ((short, self._short), (inside, self._inside), (~short & ~inside, self._far))
        first, spread, within, _ = ops.choose(parts, beyond, variance)
        high = self.low + self.slope * (self.stop - self.start)
        line = self.low - self.slope * self.start + self.slope * mean
        above = self._above(mean)
        plateau = ops.where(inside, line, ops.where(above, high, self.low))
        return FourMoments(
            mean=plateau - self.slope * ops.where(above, first, -first),
            variance=self.slope**2 * spread,
            derivative_mean=self.slope * within,
            derivative_second=self.slope**2 * within,
        )

    def _above(self, mean: AnyArray) -> AnyArray:
        return mean >= (self.start + self.stop) / 2

    def _beyond(self, ops: ArrayOps, mean: AnyArray) -> AnyArray:
        return ops.where(self._above(mean), mean - self.stop, self.start - mean)

    def _far(self, ops: ArrayOps, beyond: AnyArray, variance: AnyArray) -> Columns:
        length = self.stop - self.start
        deviation = ops.sqrt(variance)
        k = length / deviation
        # E N/σ and E N²/ν of the case "beyond"; the share that is on the line or past it.
        near, far = (_tails(ops, at, variance) for at in (beyond, beyond + length))
        first = near[1] - far[1]
        second = 2 * (near[2] - far[2] - k * far[1])
        within = near[0] - far[0]
        return deviation * first, variance * (second - first**2), within, within

    def _inside(self, ops: ArrayOps, beyond: AnyArray, variance: AnyArray) -> Columns:
        # a and b of the case "inside".
        ends = (-beyond, beyond + (self.stop - self.start))
        near, far = (_tails(ops, at, variance) for at in ends)
        # Var R + Var Q + 2·E R·E Q, in units of ν.
        cut = sum(2 * end[2] - end[1] ** 2 for end in (near, far)) + 2 * near[1] * far[1]
        within = 1 - near[0] - far[0]
        first = ops.sqrt(variance) * (near[1] - far[1])
        return first, variance * (within - near[0] - far[0] + cut), within, within

    def _short(self, ops: ArrayOps, beyond: AnyArray, variance: AnyArray) -> Columns:
        length = self.stop - self.start
        deviation = ops.sqrt(variance)
        first, second, within = (0.0 * beyond for _ in range(3))
        for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
            # From [−1, 1] to t in [0, L].
            t = length * (1 + float(point)) / 2
            part = length * float(weight) / 2
            height = density(ops, beyond + t, variance)
            tail = height * mills(ops, far_clipped(ops, (beyond + t) / deviation))
            # P(N > t), for a mean on either side of t.
            survival = ops.where(beyond + t < 0, 1 - tail, tail)
            first = first + part * survival
            second = second + 2 * part * t * survival
            within = within + part * height / deviation
        return first, second - first**2, within, within


def _tails(ops: ArrayOps, offset: AnyArray, variance: AnyArray) -> list[AnyArray]:
    """h_0, h_1, h_2 at offset/σ ≥ 0."""
    phi = density(ops, offset, variance)
    return [phi * g for g in half_line(ops, far_clipped(ops, offset / ops.sqrt(variance)), 2)]
