"""Continuous units of straight pieces, such as hard tanh and relu6: their dual kernel, closed.

Seen from 0, f(x) = f(0) + f′(0+)·x + Σ w·(±x − p)₊ with p ≥ 0, a bend each. With standard
normals of correlation c, r = √(1 − c²), and L = P(u > h, v > k) by Owen's T (``elu_kernel``),

    E(u − h)₊(v − k)₊ = (c + hk)·L − k·φ(h)·Φ(−s) − h·φ(k)·Φ(−t) + r·φ(h)·φ(s),
    L = (Φ(−h) + Φ(−k))/2 − T(h, s/h) − T(k, t/k),   s = (k − ch)/r,   t = (h − ck)/r.

As c goes to 1 the numerators of s and t are taken as (k − h) + (1 − c)·h, which loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import pi, sqrt

import numpy as np
from scipy import special

from ...activation import Activation
from ...derive._formula.pieces import Piece, pieces
from ...notation import x
from .._array import Array
from .._gaussian.array_ops import NUMPY_OPS
from .._gaussian.evaluate import array_moments

# Of the square of the nearest bend: f is a line below, whose variance cancels above; of a unit that
# is 0 up to it the mean square is small beside what cancels.
_LEAST, _FLAT, _MOST = 1e-6, 1 / 9, 100.0


@dataclass(frozen=True)
class BrokenLine:
    """f(x) = start + slope·x + Σ weight·(side·x − place)₊ over the bends (side, place, weight)."""

    start: float
    slope: float
    bends: tuple[tuple[int, float, float], ...]

    def holds(self, q1: Array, q2: Array) -> Array:
        """Where the closed form keeps 13 digits, at every correlation."""
        nearest = min((place for _, place, _ in self.bends if place), default=1.0) ** 2
        least = _LEAST if self.slope else _FLAT
        small, large = np.minimum(q1, q2), np.maximum(q1, q2)
        return np.asarray((small >= least * nearest) & (large <= _MOST * nearest))

    def kernel(self, q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
        """E f(u)f(v) and E f′(u)f′(v)."""
        d1, d2 = np.sqrt(q1), np.sqrt(q2)
        value = self.start**2 + self.slope**2 * c * d1 * d2
        slope = np.full(c.shape, self.slope**2)
        for side, place, weight in self.bends:
            for deviation in (d1, d2):
                above = special.ndtr(-place / deviation)
                # E(side·v − p)₊, and E u·(side·v − p)₊ = side·k·P(side·v > p).
                mean = deviation * _density(place / deviation) - place * above
                value += weight * (self.start * mean + self.slope * side * c * d1 * d2 * above)
                slope += weight * self.slope * side * above
        for side, place, weight in self.bends:
            for other, far, factor in self.bends:
                both, area = _two_ramps(place / d1, far / d2, side * other * c)
                value += weight * factor * d1 * d2 * both
                slope += weight * factor * side * other * area
        return value, slope

    def scale_slope(self, subject: Activation, q1: Array, q2: Array, c: Array) -> Array:
        """The derivative of E f(u)f(v) by q1 with c held fixed."""
        d1, d2 = np.sqrt(q1), np.sqrt(q2)
        _, slope = self.kernel(q1, q2, c)
        bend = np.zeros(c.shape)
        for side, place, weight in self.bends:
            # E δ(u − a)f(v) = φ(a/σ₁)/σ₁·E[f(v)|u = a].
            at = side * place / d1
            inner, _ = array_moments(NUMPY_OPS, subject, c * d2 * at, q2 * (1 - c) * (1 + c))
            bend += weight * _density(at) / d1 * inner.mean
        # At fixed covariance k it is E f″(u)f(v)/2; with c fixed, k grows with √q1.
        return np.asarray((bend + c * d2 / d1 * slope) / 2)


def _two_ramps(h: Array, k: Array, c: Array) -> tuple[Array, Array]:
    """E(u − h)₊(v − k)₊ and P(u > h, v > k) for h, k ≥ 0."""
    root = np.sqrt((1 - c) * (1 + c))
    # Owen's T has a pole at 0/0: a number that small stands in for 0.
    h, k = (np.maximum(part, 1e-200) for part in (h, k))
    s, t = _standing(h, k, c, root), _standing(k, h, c, root)
    with np.errstate(over="ignore"):
        sides = special.owens_t(h, s / h) + special.owens_t(k, t / k)
    area = (special.ndtr(-h) + special.ndtr(-k)) / 2 - sides
    edges = k * _density(h) * special.ndtr(-s) + h * _density(k) * special.ndtr(-t)
    return (c + h * k) * area - edges + root * _density(h) * _density(s), area


def _standing(h: Array, k: Array, c: Array, root: Array) -> Array:
    """(k − ch)/√(1 − c²); on the line to which c = ±1 shrinks the plane 0."""
    above = np.where(c < 0, k - c * h, (k - h) + (1 - c) * h)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(above == 0, 0.0, above / root)


def _density(z: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(-z * z / 2) / sqrt(2 * pi))


@lru_cache(maxsize=256)
def broken_line(activation: Activation) -> BrokenLine | None:
    """The activation at its default parameters as such a unit, if it is one.

    >>> from actmath import catalog
    >>> broken_line(catalog.hard_tanh)
    BrokenLine(start=0.0, slope=1.0, bends=((-1, 1.0, 1.0), (1, 1.0, -1.0)))
    """
    parts = pieces(activation.formula())
    if len(parts) < 2 or not all(map(_is_line, parts)):
        return None
    joints = [(one.expr - other.expr).subs(x, one.upper) for one, other in pairwise(parts)]
    if any(gap.equals(0) is not True for gap in joints):
        return None
    places = [float(part.upper) for part in parts[:-1]]
    slopes = [float(part.expr.diff(x)) for part in parts]
    # The piece right of 0: the first that ends beyond it.
    own = sum(place <= 0 for place in places)
    bends = []
    for place, (left, right) in zip(places, pairwise(slopes), strict=True):
        side = 1 if place > 0 else -1
        # Left of a bend below 0 the line lies (right − left)·(p − x) above its continuation.
        bends.append((side, abs(place), right - left))
    return BrokenLine(float(parts[own].expr.subs(x, 0)), slopes[own], tuple(bends))


def _is_line(part: Piece) -> bool:
    expr = part.expr
    return bool(expr.is_polynomial(x) and expr.diff(x, 2) == 0 and expr.subs(x, 1).is_real)
