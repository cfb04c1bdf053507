"""Units with f(λx) = λᵖf(x) for λ > 0: their dual kernel scales; for p = 0, 1, 2 it is closed.

For f(x) = right·xᵖ on x > 0 and left·|x|ᵖ on x < 0, with σ = √q, E f(u)f(v) = (σ₁σ₂)ᵖ·K(c). The
arc-cosine kernels A_p(c) = E[uᵖvᵖ; u > 0, v > 0] (Cho & Saul 2009, Eqs. 4 to 7) and
θ′ = π − θ = arccos(−c) give

    A_0 = θ′/2π,   A_1 = (sin θ′ − θ′ cos θ′)/2π,   A_2 = (θ′(2 + cos 2θ′) − (3/2)sin 2θ′)/2π,
    A_1′ = A_0,   A_2′ = 4A_1,   M_p = E uᵖvᵖ = 1, c, 1 + 2c²,
    K = (right − left)²·A_p + left·right·M_p   for p = 0, 2 (a step, bent squares),
    K = (right + left)²·A_1 − left·right·M_1   for p = 1 (two slopes),

sums whose terms are as small as the answer, but where the answer changes its sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import factorial, pi

import numpy as np
from sympy import Expr, Rational, simplify

from ...activation import Activation
from ...derive._formula.pieces import Piece, pieces
from ...notation import x
from ...number import evaluated
from .._array import Array

# Below this θ′ the differences of A_1 and A_2 are summed as series, in which 13 powers have all
# digits: the last are 1/21! and 2¹⁹·18/21! of the first.
_FLAT = 0.5
_POWERS = 13


@dataclass(frozen=True)
class Homogeneous:
    """f(x) = right·x^degree for x > 0 and left·|x|^degree for x < 0."""

    degree: float
    left: float
    right: float

    @property
    def closed(self) -> bool:
        """Is there a closed form: for steps, two slopes and bent squares?"""
        return self.degree in (0, 1, 2)

    def kernel(self, c: Array) -> tuple[Array, Array]:
        """E f(u)f(v) and its derivative by c at variances 1, where it is closed."""
        theta = np.arccos(-c)
        product = self.left * self.right
        if self.degree == 1:
            bend = (self.right + self.left) ** 2
            return bend * _first(theta, c) - product * c, bend * theta / (2 * pi) - product
        bend = (self.right - self.left) ** 2
        if self.degree == 0:
            with np.errstate(divide="ignore"):
                # A_0′ = 1/(2π sin θ′): at c = ±1 it is infinite.
                steep = 1 / (2 * pi * np.sqrt((1 - c) * (1 + c)))
            area, whole, slope = theta / (2 * pi), np.ones_like(c), bend * steep if bend else 0 * c
            odd = np.arcsin(c)
        else:
            area, whole = _second(theta, c), 1 + 2 * c * c
            slope = 4 * (bend * _first(theta, c) + product * c)
            odd = whole * np.arcsin(c) + 3 * c * np.sqrt((1 - c) * (1 + c))
        # Where f changes its sign at 0 so does K: by θ′ = π/2 + asin c, A_p = M_p/4 + odd/2π.
        turns = bend * odd / (2 * pi) + (self.right + self.left) ** 2 / 4 * whole
        return np.where(product < 0, turns, bend * area + product * whole), slope


def _first(theta: Array, c: Array) -> Array:
    """A_1: Σ (−1)^{k+1}·2k/(2k + 1)!·θ^{2k+1}, k ≥ 1, over 2π."""
    direct = np.sqrt((1 - c) * (1 + c)) + theta * c
    series = [(-1) ** (k + 1) * 2 * k / factorial(2 * k + 1) for k in range(_POWERS)]
    return _near_nothing(theta, theta, series, direct) / (2 * pi)


def _second(theta: Array, c: Array) -> Array:
    """A_2: with φ = 2θ′ half of Σ (−1)ᵏ·(2k − 2)/(2k + 1)!·φ^{2k+1}, k ≥ 2, over 2π."""
    direct = theta * (1 + 2 * c * c) + 3 * c * np.sqrt((1 - c) * (1 + c))
    series = [(-1) ** k * (k - 1) / factorial(2 * k + 1) for k in range(_POWERS)]
    # The term of k = 0 is −φ and that of 2φ in φ(2 + cos φ)/2 is φ.
    return _near_nothing(theta, 2 * theta, [0.0, *series[1:]], direct) / (2 * pi)


def _near_nothing(theta: Array, at: Array, series: list[float], direct: Array) -> Array:
    """at·Σ series·at^{2k} for a small θ′, else the difference that it is the series of."""
    found, small = np.array(direct), theta < _FLAT
    if small.any():
        few = at[small]
        found[small] = few * np.polynomial.polynomial.polyval(few * few, series)
    return found


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
    ratio: Expr = x * part.expr.diff(x) / part.expr
    # Where it differs between two places it is no constant, and need not be simplified.
    side = 1 if part.lower == 0 or part.upper != 0 else -1
    one, other = (evaluated(ratio.subs(x, side * place), 20) for place in (1, Rational(7, 3)))
    if one.is_number and other.is_number and abs(one - other) > 1e-9:
        return float("nan")
    found: Expr = simplify(ratio)
    # Of degree below 0 f is infinite at 0.
    return float(found) if found.is_number and found.is_real and found >= 0 else float("nan")
