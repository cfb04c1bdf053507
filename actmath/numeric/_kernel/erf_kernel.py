"""The dual kernel of A·erf(Bx) + C in closed form, at any scale.

With k = Cov(u, v), a = 1 + 2B²q₁ and b = 1 + 2B²q₂ (Williams 1996, Eq. 11),

    E erf(Bu)erf(Bv) = (2/π)·asin(r),   r = 2B²k/√(ab).

Here s = √(2B²q/a) in [0, 1] and r = c·s₁s₂, so that nothing is squared that may overflow, and the
angle is taken by its tangent too: √(1 − r²) with 1 − r² = 1/a + s₁²/b + s₁²s₂²(1 − c²) keeps the
digits that the arc sine has lost near r = ±1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi

import numpy as np
from sympy import Wild, erf

from ...activation import Activation
from ...notation import x
from .._array import Array

_A, _B, _C = (Wild(name, exclude=[x]) for name in "ABC")


@dataclass(frozen=True)
class ErrorFunction:
    """f(x) = height·erf(rate·x) + offset."""

    height: float
    rate: float
    offset: float

    def kernel(self, q1: Array, q2: Array, c: Array) -> tuple[Array, Array, Array]:
        """E f(u)f(v), E f′(u)f′(v), and the derivative by q1 with c held fixed."""
        t1, t2 = (2 * self.rate**2 * q for q in (q1, q2))
        left, right = 1 / (1 + t1), 1 / (1 + t2)
        s1, s2 = np.sqrt(t1) * np.sqrt(left), np.sqrt(t2) * np.sqrt(right)
        root = np.sqrt(left + s1**2 * right + (s1 * s2) ** 2 * (1 - c) * (1 + c))
        scale = 2 / pi * self.height**2
        value = scale * np.arctan2(c * s1 * s2, root) + self.offset**2
        # dr/dk = 2B²/√(ab), and d asin(r) = dr/√(1 − r²).
        steep = scale / root * 2 * self.rate**2
        slope = steep * np.sqrt(left) * np.sqrt(right)
        # ds₁/dq₁ = B²/(s₁a²), where s₁ = 0 has none.
        with np.errstate(divide="ignore", invalid="ignore"):
            return value, slope, steep * c * s2 * left**2 / (2 * s1)


@lru_cache(maxsize=256)
def error_function(activation: Activation) -> ErrorFunction | None:
    """The activation at its default parameters as such a unit, if it is one.

    >>> from actmath import catalog
    >>> error_function(catalog.erf), error_function(catalog.gelu)
    (ErrorFunction(height=1.0, rate=1.0, offset=0.0), None)
    """
    match = activation.formula().match(_A * erf(_B * x) + _C)
    if match is None or not all(match[w].is_real for w in (_A, _B, _C)):
        return None
    return ErrorFunction(*(float(match[w]) for w in (_A, _B, _C)))
