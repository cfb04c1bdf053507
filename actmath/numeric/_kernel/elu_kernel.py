"""The dual kernel of elu, selu and celu in closed form, by bivariate normal probabilities.

With f = x for x > 0 and α(eˣ − 1) below, and Gaussians u, v of variances q1, q2, correlation c and
covariance k, tilting by an exponential shifts the means:

    E[e^{au+bv}; u < 0, v < 0] = e^{Q/2} Φ₂(−(a·q1 + b·k)/√q1, −(a·k + b·q2)/√q2; c),
    Q = a²q1 + 2abk + b²q2,
    E[u·e^v; u > 0, v < 0] = e^{q2/2}[k·P + √q1·φ(c√q2)·Φ(−√(q2(1−c²))) − k·φ(√q2)/(2√q2)],

with P = Φ₂(c√q2, −√q2; −c). The exponentials multiply the absolute error of Φ₂, and small q1, q2
cancel: ``elu_kernel_holds`` says where 13 digits are left.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from scipy import special

from .._array import Array


def elu_kernel_holds(q1: Array, q2: Array, c: Array) -> Array:
    """Where the closed form keeps 13 digits."""
    # Q at a = b = 1, of the largest factor e^{Q/2} ≤ e⁴.
    with np.errstate(over="ignore"):
        total = q1 + q2 + 2 * np.abs(c) * (np.sqrt(q1) * np.sqrt(q2))
    return np.asarray((np.minimum(q1, q2) >= 0.05) & (total <= 8) & (np.abs(c) <= 0.999))


def elu_kernel(alpha: float, q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """E f(u)f(v) and E f′(u)f′(v) where ``elu_kernel_holds``."""
    k = c * np.sqrt(q1 * q2)
    # E[e^{u+v}; u < 0, v < 0]: a = b = 1 in the module's formula.
    both = np.exp((q1 + q2) / 2 + k) * bivariate_normal_cdf(
        -(q1 + k) / np.sqrt(q1), -(k + q2) / np.sqrt(q2), c
    )
    first, second = (_one_exponential(a, b, c) for a, b in ((q1, q2), (q2, q1)))
    # P(u < 0, v < 0), and E[uv; u > 0, v > 0] (Cho & Saul 2009, Eq. 6).
    quarter = 0.25 + np.arcsin(c) / (2 * pi)
    linear = (
        np.sqrt(q1 * q2) * (np.sqrt((1 - c) * (1 + c)) + c * (pi / 2 + np.arcsin(c))) / (2 * pi)
    )
    # E[(eᵘ − 1)(eᵛ − 1); u < 0, v < 0].
    below = both - first[2] - second[2] + quarter
    value = linear + alpha * (first[0] + second[0]) + alpha**2 * below
    slope = quarter + alpha * (first[1] + second[1]) + alpha**2 * both
    return value, slope


def _one_exponential(q1: Array, q2: Array, c: Array) -> tuple[Array, Array, Array]:
    """E[u(e^v − 1); u > 0 > v], E[e^v; u > 0 > v] and E[e^v; u < 0, v < 0]."""
    d1, d2 = np.sqrt(q1), np.sqrt(q2)
    grown = np.exp(q2 / 2)
    k = c * np.sqrt(q1 * q2)
    # P, and E[u·e^v; u > 0 > v] of the module's formula.
    above = bivariate_normal_cdf(c * d2, -d2, -c)
    edge = d1 * _density(c * d2) * special.ndtr(-d2 * np.sqrt((1 - c) * (1 + c)))
    product = grown * (k * above + edge - k * _density(d2) / (2 * d2))
    # E[u; u > 0 > v], which the −1 takes away.
    bare = d1 * (1 - c) / (2 * sqrt(2 * pi))
    return product - bare, grown * above, grown * bivariate_normal_cdf(-c * d2, -d2, c)


def bivariate_normal_cdf(h: Array, k: Array, c: Array) -> Array:
    """Φ₂(h, k; c) = P(X < h, Y < k) by Owen's T function, for |c| < 1."""
    root = np.sqrt((1 - c) * (1 + c))
    # Owen's T has a pole at 0/0: a number that small stands in for 0.
    h, k = (np.where(np.abs(v) < 1e-200, 1e-200, v) for v in (h, k))
    half = (special.ndtr(h) + special.ndtr(k)) / 2
    # Half the plane's wedge is missing where h and k have different signs.
    wedge = np.where((h > 0) == (k > 0), 0.0, 0.5)
    with np.errstate(over="ignore"):
        sides = (special.owens_t(a, (b / a - c) / root) for a, b in ((h, k), (k, h)))
        return np.asarray(half - sum(sides) - wedge)


def _density(z: Array) -> Array:
    return np.exp(-z * z / 2) / sqrt(2 * pi)
