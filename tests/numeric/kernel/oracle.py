"""Dual kernels by mpmath alone: a product rule for smooth units, one integral for jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp

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
