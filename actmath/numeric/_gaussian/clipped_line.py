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

from .arithmetic import Arithmetic, Array, Columns
from .half_line import density, far_clipped, half_line, mills
from .two_slopes import Raw

# In units of σ, and of the decay over the line, up to which the differences would cancel.
_SHORT = 1.5
_FLAT = 3.0
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class ClippedLine:
    """f(x) = low + slope·(x − start) from start to stop, constant outside."""

    start: float
    stop: float
    low: float
    slope: float

    def short(self, ops: Arithmetic, mean: Array, variance: Array) -> Array:
        """Where the line is too short beside σ for the closed form."""
        length = self.stop - self.start
        beyond = self._beyond(ops, mean)
        return (length**2 < _SHORT**2 * variance) & (beyond * length < _FLAT * variance)

    def moments(self, ops: Arithmetic, mean: Array, variance: Array) -> Raw:
        """The moments at arrays of one shape, variance > 0."""
        short, beyond = self.short(ops, mean, variance), self._beyond(ops, mean)
        inside = ~short & (beyond < 0)
        parts = ((short, self._short), (inside, self._inside), (~short & ~inside, self._far))
        first, spread, within, _ = ops.choose(parts, beyond, variance)
        high = self.low + self.slope * (self.stop - self.start)
        line = self.low - self.slope * self.start + self.slope * mean
        above = self._above(mean)
        plateau = ops.where(inside, line, ops.where(above, high, self.low))
        return Raw(
            mean=plateau - self.slope * ops.where(above, first, -first),
            variance=self.slope**2 * spread,
            derivative_mean=self.slope * within,
            derivative_second=self.slope**2 * within,
        )

    def _above(self, mean: Array) -> Array:
        return mean >= (self.start + self.stop) / 2

    def _beyond(self, ops: Arithmetic, mean: Array) -> Array:
        return ops.where(self._above(mean), mean - self.stop, self.start - mean)

    def _far(self, ops: Arithmetic, beyond: Array, variance: Array) -> Columns:
        length = self.stop - self.start
        deviation = ops.sqrt(variance)
        k = length / deviation
        near, far = (_tails(ops, at, variance) for at in (beyond, beyond + length))
        first = near[1] - far[1]
        second = 2 * (near[2] - far[2] - k * far[1])
        within = near[0] - far[0]
        return deviation * first, variance * (second - first**2), within, within

    def _inside(self, ops: Arithmetic, beyond: Array, variance: Array) -> Columns:
        ends = (-beyond, beyond + (self.stop - self.start))
        near, far = (_tails(ops, at, variance) for at in ends)
        cut = sum(2 * end[2] - end[1] ** 2 for end in (near, far)) + 2 * near[1] * far[1]
        within = 1 - near[0] - far[0]
        first = ops.sqrt(variance) * (near[1] - far[1])
        return first, variance * (within - near[0] - far[0] + cut), within, within

    def _short(self, ops: Arithmetic, beyond: Array, variance: Array) -> Columns:
        length = self.stop - self.start
        deviation = ops.sqrt(variance)
        first, second, within = (0.0 * beyond for _ in range(3))
        for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
            t, part = length * (1 + float(point)) / 2, length * float(weight) / 2
            height = density(ops, beyond + t, variance)
            tail = height * mills(ops, far_clipped(ops, (beyond + t) / deviation))
            survival = ops.where(beyond + t < 0, 1 - tail, tail)
            first = first + part * survival
            second = second + 2 * part * t * survival
            within = within + part * height / deviation
        return first, second - first**2, within, within


def _tails(ops: Arithmetic, offset: Array, variance: Array) -> list[Array]:
    """h_0, h_1, h_2 at offset/σ ≥ 0."""
    phi = density(ops, offset, variance)
    return [phi * g for g in half_line(ops, far_clipped(ops, offset / ops.sqrt(variance)), 2)]
