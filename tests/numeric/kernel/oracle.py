"""Dual kernels by mpmath alone: a product rule for smooth units, one integral for jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mpmath import mp
from scipy import special

Function = Callable[[Any], Any]


def double(f: Function, g: Function, at: Sequence[Any]) -> Any:
    """E f(u)g(v) at (q1, q2, c), u = σ₁z and v = σ₂(cz + √(1 − c²)y), by the trapezoidal rule.

    With a step of a quarter it errs by e^{−8πd} for functions analytic in the strip |Im| < dσ.
    """
    q1, q2, c = map(mp.mpf, at)
    first, along, across = mp.sqrt(q1), c * mp.sqrt(q2), mp.sqrt(q2 * (1 - c * c))
    nodes = [mp.mpf(k) / 4 for k in range(-38, 39)]
    total = mp.zero
    for z in nodes:
        inner = mp.fsum(g(along * z + across * y) * mp.npdf(y) for y in nodes)
        total += f(first * z) * inner * mp.npdf(z)
    return total / 16


def single(f: Function, conditional: Function, at: Sequence[Any], kinks: Sequence[Any] = ()) -> Any:
    """E f(u)·E[g(v)|u] with ``conditional``(m, s) = E g(m + s·y), a formula in ``mp.ncdf``."""
    q1, q2, c = map(mp.mpf, at)
    first, along, across = mp.sqrt(q1), c * mp.sqrt(q2), mp.sqrt(q2 * (1 - c * c))
    ends = sorted({*map(mp.mpf, (-12, -6, -3, -1, 0, 1, 3, 6, 12)), *(k / first for k in kinks)})
    return mp.quad(
        lambda z: f(first * z) * conditional(along * z, across) * mp.npdf(z), ends, maxdegree=8
    )


def ramps(
    first: float, slopes: Sequence[float], kinks: Sequence[float], at: Sequence[float]
) -> Any:
    """E f(u)f(v), E f′(u)f′(v) and E z·f′(u)f(v) of a line bent at kinks, by plain sums over u.

    f(0) − f′·0 of the leftmost piece, continued, is ``first``; u = σ₁z is integrated by Gauss and
    Legendre between kinks, v given u by E(v − p)₊ = m·Φ(m/s) + s·φ(m/s). For |c| ≤ 0.95.
    """
    (q1, q2, c), bends = at, list(zip(kinks, np.diff(slopes), strict=True))
    d1, s = q1**0.5, (q2 * (1 - c * c)) ** 0.5
    ends = np.union1d(np.linspace(-12, 12, 97), np.divide(kinks, d1))
    points, weights = np.polynomial.legendre.leggauss(20)
    half = np.diff(ends)[:, None] / 2
    z = ((ends[1:] + ends[:-1])[:, None] / 2 + half * points).ravel()
    weight = (half * weights).ravel() * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    u, mean = d1 * z, c * q2**0.5 * z
    f, slope = first + slopes[0] * u, np.full(len(z), float(slopes[0]))
    inner, steep = first + slopes[0] * mean, np.full(len(z), float(slopes[0]))
    for kink, bend in bends:
        f, slope = f + bend * np.maximum(u - kink, 0), slope + bend * (u > kink)
        t = (mean - kink) / s
        density = np.exp(-t * t / 2) / np.sqrt(2 * np.pi)
        inner += bend * ((mean - kink) * special.ndtr(t) + s * density)
        steep += bend * special.ndtr(t)
    return [float(weight @ g) for g in (f * inner, slope * steep, z * slope * inner)]


def wave(shift: float, at: Sequence[Any]) -> list[Any]:
    """The same three of sin(x + a), by E cos w = e^{−Var w/2} and derivatives of that.

    E f(u)f(v) = (e^{−(q₁+q₂)/2}/2)·(e^k − cos(2a)·e^{−k}) with the covariance k = c·σ₁σ₂; its
    derivatives by k and, with c fixed, by σ₁.
    """
    q1, q2, c = map(mp.mpf, at)
    a, k = mp.mpf(shift), c * mp.sqrt(q1 * q2)
    fall, turn = mp.exp(-(q1 + q2) / 2) / 2, mp.cos(2 * a)
    value = fall * (mp.exp(k) - turn * mp.exp(-k))
    by_covariance = fall * (mp.exp(k) + turn * mp.exp(-k))
    return [value, by_covariance, c * mp.sqrt(q2) * by_covariance - mp.sqrt(q1) * value]
