"""The dual kernel of elu, selu and celu in closed form, by bivariate normal probabilities.

With f = x for x > 0 and α(eˣ − 1) below, and Gaussians u, v of variances q1, q2, correlation c and
covariance k, tilting by an exponential shifts the means (Tsuchida et al. 2021 have it for elu):

    E[e^{au+bv}; u < 0, v < 0] = e^{Q/2} Φ₂(−(a·q1 + b·k)/√q1, −(a·k + b·q2)/√q2; c),
    Q = a²q1 + 2abk + b²q2,
    E[u·e^v; u > 0, v < 0] = e^{q2/2}[k·P + √q1·φ(c√q2)·Φ(−√(q2(1−c²))) − k·φ(√q2)/(2√q2)],

with P = Φ₂(c√q2, −√q2; −c). By Owen's T function, Φ₂(h, k; c) = (Φ(h) + Φ(k))/2 − T(h, s) − T(k, t)
less ½ where h and k differ in sign, s = (k/h − c)/√(1−c²) and t = (h/k − c)/√(1−c²). Here h and k
make s and t quotients without a difference: nothing is lost as c goes to ±1. Small q1, q2 cancel,
large ones multiply what Φ₂ errs by: ``elu_kernel_holds`` says where 13 digits are left.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from scipy import special

from .._array import Array

# Against panels, at 2,000 random pairs of such variances and |c| ≤ 1: 4e-14 of √(E f²·E f²).
_LEAST, _MOST = 0.01, 8.0


def elu_kernel_holds(q1: Array, q2: Array) -> Array:
    """Where the closed form keeps 13 digits, at every correlation."""
    return np.asarray((np.minimum(q1, q2) >= _LEAST) & (np.maximum(q1, q2) <= _MOST))


def elu_kernel(alpha: float, q1: Array, q2: Array, c: Array) -> tuple[Array, Array, Array]:
    """E f(u)f(v), E f′(u)f′(v), and the derivative by q1 with c held fixed."""
    d1, d2 = np.sqrt(q1), np.sqrt(q2)
    k, root = c * d1 * d2, np.sqrt((1 - c) * (1 + c))
    both = _both(d1, d2, c, root)
    by_v, by_u = (_one_exponential(a, b, c, root) for a, b in ((d1, d2), (d2, d1)))
    # P(u < 0, v < 0), and E[uv; u > 0, v > 0] (Cho & Saul 2009, Eq. 6).
    quarter = 0.25 + np.arcsin(c) / (2 * pi)
    linear = d1 * d2 * (root + c * (pi / 2 + np.arcsin(c))) / (2 * pi)
    # E[u; u > 0 > v] and E[v; v > 0 > u], which the −1 takes away.
    bare = (d1 + d2) * (1 - c) / (2 * sqrt(2 * pi))
    # E[(eᵘ − 1)(eᵛ − 1); u < 0, v < 0].
    below = both - by_v[2] - by_u[2] + quarter
    value = linear + alpha * (by_v[0] + by_u[0] - bare) + alpha**2 * below
    slope = quarter + alpha * (by_v[1] + by_u[1]) + alpha**2 * both
    # At fixed k the derivative by q1 is E f″(u)f(v)/2: f″ = αeᵘ below 0, and (1 − α)δ at 0, where
    # given u = 0 the deviation of v is s.
    s = d2 * root
    given_0 = s / sqrt(2 * pi) + alpha / 2 * (special.erfcx(s / sqrt(2)) - 1)
    bend = alpha * (by_u[0] + alpha * (both - by_u[2]))
    bend += (1 - alpha) * given_0 / (sqrt(2 * pi) * d1)
    # With c fixed, k grows with √q1.
    return value, slope, (bend + k / q1 * slope) / 2


def _both(d1: Array, d2: Array, c: Array, root: Array) -> Array:
    """E[e^{u+v}; u < 0, v < 0]: a = b = 1 in the module's formula."""
    # −(d1 + c·d2), where c is near −1 as the small number that it is.
    h, k = (
        -np.where(c < 0, (one - other) + (1 + c) * other, one + c * other)
        for one, other in ((d1, d2), (d2, d1))
    )
    # k/h − c = −d2·(1 − c²)/h; a number that small stands in for h = 0.
    h, k = (np.where(np.abs(part) < 1e-200, -1e-200, part) for part in (h, k))
    sides = special.owens_t(h, -d2 * root / h) + special.owens_t(k, -d1 * root / k)
    half = (special.ndtr(h) + special.ndtr(k)) / 2
    grown = np.exp((d1**2 + d2**2) / 2 + c * d1 * d2)
    joint = half - sides - np.where((h > 0) == (k > 0), 0.0, 0.5)
    # v = −d2/d1·u is never below 0 with u.
    return np.asarray(np.where(c == -1, 0.0, grown * joint))


def _one_exponential(d1: Array, d2: Array, c: Array, root: Array) -> tuple[Array, Array, Array]:
    """E[u·e^v; u > 0 > v], E[e^v; u > 0 > v] and E[e^v; u < 0, v < 0]."""
    grown = np.exp(d2**2 / 2)
    k, edge = c * d1 * d2, c * d2
    # One of the two T's is of a slope 0; the other of ∓root/c, with a small number for c = 0.
    turned = np.where(np.abs(c) < 1e-200, 1e-200, c)
    side = special.owens_t(edge, root / turned)
    # P, and E[u·e^v; u > 0 > v] of the module's formula.
    above = (special.ndtr(edge) + special.ndtr(-d2)) / 2 + side - np.where(turned > 0, 0.5, 0.0)
    below = (special.ndtr(-edge) + special.ndtr(-d2)) / 2 - side - np.where(turned > 0, 0.0, 0.5)
    tail = d1 * _density(edge) * special.ndtr(-d2 * root)
    product = grown * (k * above + tail - k * _density(d2) / (2 * d2))
    return product, grown * above, grown * below


def _density(z: Array) -> Array:
    return np.exp(-z * z / 2) / sqrt(2 * pi)
