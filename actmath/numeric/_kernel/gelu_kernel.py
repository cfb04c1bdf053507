"""The dual kernel of gelu in closed form, at any scale.

By Stein's identity, twice, with k = Cov(u, v), a = 1 + q₁, b = 1 + q₂ and D = ab − k²,

    E uΦ(u)vΦ(v) = k/4 + k·asin(k/√(ab))/2π + (q₁q₂ + k²(1/a + 1/b − 1))/(2π√D).

Here it is written by shares in [0, 1], s = √(q/a) and r = c·s₁s₂ = k/√(ab), so that nothing is
squared that may overflow: q₁q₂ + k²(1/a + 1/b − 1) = q₁q₂·((1 − c²) + c²(1/a + 1/b)), a sum of
positive terms, and D/(ab) = 1 − r² = 1/a + s₁²/b + s₁²s₂²(1 − c²).
"""

from __future__ import annotations

from math import pi

import numpy as np

from .._array import Array


def gelu_kernel(q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """E f(u)f(v) and its derivative by the covariance."""
    d1, d2 = np.sqrt(q1), np.sqrt(q2)
    left, right = 1 / (1 + q1), 1 / (1 + q2)
    s1, s2 = d1 * np.sqrt(left), d2 * np.sqrt(right)
    apart = (1 - c) * (1 + c)
    determinant = left + s1**2 * right + (s1 * s2) ** 2 * apart
    root = 2 * pi * np.sqrt(determinant)
    r = c * s1 * s2
    # (π/2 + asin r)/2π; near r = ±1 by the sine of what is missing, √(1 − r²) = √(D/ab).
    missing = np.arcsin(np.minimum(np.sqrt(determinant), 1))
    middle = pi / 2 + np.arcsin(np.clip(r, -1, 1))
    angle = np.select([r < -0.5, r > 0.5], [missing, pi - missing], middle) / (2 * pi)
    curve = apart + c * c * (left + right)
    value = d1 * d2 * (c * angle + s1 * s2 * curve / root)
    # dE/dk: of k·angle, and of the quotient with dD/dk = −2k, each over √(ab).
    # 1 + 2(1/a + 1/b − 1) + s₁²s₂²·curve·ab/D, of which all that is not positive cancels.
    steep = r * (left + right + left * right / determinant) / root
    return value, angle + steep
