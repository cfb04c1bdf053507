"""Gaussian moments of an analytic activation by the trapezoidal rule.

Where f is analytic in the strip |Im x| < d, the rule with step h in units of σ errs by about
e^{−2πδ/h + δ²/2} with δ = min(d/σ, 2π/h): for an integrand that decays like a Gaussian no rule
needs fewer nodes. The nodes are the same for all rows of one step, so that a moment is one product
of a matrix with a vector. Rows are grouped by their number of nodes, a function of σ.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi, sqrt
from typing import Any

import numpy as np

from ...activation import Activation
from .arithmetic import Arithmetic, Array
from .two_slopes import Raw

_REACH = 9.25
_WANTED = 42.0
_SIZES = tuple(range(13, 260, 6))
_BLOCK = 2**14
_CENTRAL = 4.0


def trapezoid_moments(
    ops: Arithmetic, activation: Activation, mean: Array, variance: Array, strip: float
) -> tuple[Raw, Array]:
    """E f, Var f, E f′, E f′² at one-dimensional arrays, and a mask of the rows to be trusted.

    A row is trusted if |mean| ≤ 4, if the deviation is not so large that the step would need more
    nodes than the largest rule has, if Var f ≥ E f²/400 (so that values of f have digits enough),
    and if what stands at the two outermost nodes is below 1e-15 of the variance.
    """
    deviation = ops.sqrt(variance)
    half = half_nodes(ops.detached(deviation), strip)
    found = [ops.zeros(mean.shape, mean) for _ in range(4)]
    trusted = mean != mean
    for size in _SIZES:
        below = _SIZES[_SIZES.index(size) - 1] if size != _SIZES[0] else -1
        (rows,) = np.nonzero((half > below) & (half <= size))
        for i in range(0, len(rows), max(1, _BLOCK // (2 * size + 1))):
            some = rows[i : i + max(1, _BLOCK // (2 * size + 1))]
            *values, fine = _block(ops, activation, mean[some], deviation[some], size)
            for target, value in zip(found, values, strict=True):
                target[some] = value
            trusted[some] = fine & (ops.absolute(mean[some]) <= _CENTRAL)
    return Raw(*found), trusted


def half_nodes(deviation: Any, strip: float) -> Any:
    """How many nodes each side needs: the step solves 2πδ/h − δ²/2 = 42 (or h = 2π/√84)."""
    delta = strip / np.asarray(deviation)
    step = np.where(
        delta >= sqrt(2 * _WANTED),
        2 * pi / sqrt(2 * _WANTED),
        2 * pi * delta / (_WANTED + delta**2 / 2),
    )
    return np.ceil(_REACH / step)


@lru_cache(maxsize=64)
def rule(size: int) -> tuple[Any, Any]:
    """2·size + 1 nodes in units of the deviation, and weights whose sum is 1."""
    nodes = np.arange(-size, size + 1) * (_REACH / size)
    weights = np.exp(-(nodes**2) / 2)
    return nodes, weights / weights.sum()


def _block(
    ops: Arithmetic, activation: Activation, mean: Array, deviation: Array, size: int
) -> tuple[Array, ...]:
    nodes, weights = (ops.constant(v, mean) for v in rule(size))
    x = mean[:, None] + deviation[:, None] * nodes
    value = ops.lowered(activation, 0)(x)
    slope = ops.lowered(activation, 1)(x)
    centre = value @ weights
    deviate = (value - centre[:, None]) ** 2
    spread = deviate @ weights
    ends = deviate[:, 0] * weights[0] + deviate[:, -1] * weights[-1]
    trusted = (centre * centre < 400 * spread) & (ends < 1e-15 * spread)
    return centre, spread, slope @ weights, (slope * slope) @ weights, trusted
