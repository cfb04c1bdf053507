"""Units with f(λx) = λᵖf(x) for λ > 0: their dual kernel scales; for p = 0 and 1 it is closed.

For f(x) = right·xᵖ on x > 0 and left·|x|ᵖ on x < 0, with σ = √q, E f(u)f(v) = (σ₁σ₂)ᵖ·K(c). The
arc-cosine kernels A_p(c) = E[uᵖvᵖ; u > 0, v > 0] (Cho & Saul 2009, Eqs. 4 to 6) and
θ′ = π − θ = arccos(−c) give

    A_0 = θ′/2π,   A_1 = (sin θ′ − θ′ cos θ′)/2π,   A_1′ = A_0,
    K = (right − left)²·A_0 + left·right   for a step (p = 0),
    K = (right + left)²·A_1 − left·right·c   for two slopes (p = 1),

sums whose terms are as small as the answer, but where the answer changes its sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi

import numpy as np
from sympy import Expr, simplify

from ...activation import Activation
from ...derive._formula.pieces import Piece, pieces
from ...notation import x
from .._array import Array

# Below this θ′ the difference sin θ′ − θ′ cos θ′ is summed as a series, whose 9th term is 3e-21.
_FLAT = 0.5
_TERMS = 8


@dataclass(frozen=True)
class Homogeneous:
    """f(x) = right·x^degree for x > 0 and left·|x|^degree for x < 0."""

    degree: float
    left: float
    right: float

    @property
    def closed(self) -> bool:
        """Is there a closed form: for steps and for two slopes?"""
        return self.degree in (0, 1)

    def kernel(self, c: Array) -> tuple[Array, Array]:
        """E f(u)f(v) and its derivative by c at variances 1, where it is closed."""
        theta = np.arccos(-c)
        area = theta / (2 * pi)
        if self.degree == 0:
            jump = (self.right - self.left) ** 2
            with np.errstate(divide="ignore"):
                # A_0′ = 1/(2π sin θ′): at c = ±1 it is infinite.
                steep = 1 / (2 * pi * np.sqrt((1 - c) * (1 + c)))
            slope = jump * steep if jump else 0 * c
            # Where f changes its sign at 0 so does K, and then by θ′ = π/2 + asin c.
            turns = jump * np.arcsin(c) / (2 * pi) + (self.right + self.left) ** 2 / 4
            stays = jump * area + self.left * self.right
            return np.where(self.left * self.right < 0, turns, stays), slope
        bend = (self.right + self.left) ** 2
        product = self.left * self.right
        return bend * _first(theta, c) - product * c, bend * area - product


def _first(theta: Array, c: Array) -> Array:
    """A_1 = (sin θ′ − θ′ cos θ′)/2π."""
    direct = np.sqrt((1 - c) * (1 + c)) + theta * c
    # Σ (−1)^{k+1}·2k/(2k + 1)!·θ^{2k+1}, by Horner's rule from the last term on; the factor from
    # one coefficient to the next is −(k + 1)/k/((2k + 2)(2k + 3)).
    small, square = np.ones_like(theta), theta * theta
    for k in range(_TERMS, 0, -1):
        small = 1 - small * square * (k + 1) / (k * (2 * k + 2) * (2 * k + 3))
    return np.asarray(np.where(theta < _FLAT, small * theta**3 / 3, direct) / (2 * pi))


@lru_cache(maxsize=256)
def homogeneous(activation: Activation) -> Homogeneous | None:
    """The activation at its default parameters as such a unit, if it is one.

    >>> from actmath import catalog
    >>> homogeneous(catalog.relu), homogeneous(catalog.selu)
    (Homogeneous(degree=1.0, left=0.0, right=1.0), None)
    """
    parts = pieces(activation.formula())
    if any(part.upper != 0 for part in parts[:-1]):
        return None
    degrees = {_degree(part) for part in parts} - {None}
    if len(degrees) > 1 or float("nan") in degrees:
        return None
    # The unit that is 0 everywhere has every degree.
    degree = degrees.pop() if degrees else 1.0
    left, right = (parts[0].expr.subs(x, -1), parts[-1].expr.subs(x, 1))
    if degree is None or degree != degree or not (left.is_real and right.is_real):
        return None
    return Homogeneous(degree, float(left), float(right))


def _degree(part: Piece) -> float | None:
    """p where x·f′ = p·f, None for the piece 0, nan for others."""
    if part.expr == 0:
        return None
    found: Expr = simplify(x * part.expr.diff(x) / part.expr)
    # Of degree below 0 f is infinite at 0.
    return float(found) if found.is_number and found.is_real and found >= 0 else float("nan")
