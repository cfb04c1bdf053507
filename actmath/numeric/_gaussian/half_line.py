"""Integrals of sᵏ e^{−us−s²/2} over the half line, all orders at once, every one to full precision.

    G_k(u) = ∫₀^∞ sᵏ/k! · e^{−us−s²/2} ds,   u ≥ 0,

so that E[(t−z)ᵏ; z < t] = k! σᵏ φ(u) G_k(u) for z ~ N(mu, σ²) and u = (mu−t)/σ ≥ 0. G_0 is Mills'
ratio. The usual way up, G_1 = 1 − u·G_0 and (k+1)·G_{k+1} = G_{k−1} − u·G_k, subtracts nearly equal
numbers and loses about u² at every step. The same recurrence read downwards only adds:

    G_{k−1} = u·G_k + (k+1)·G_{k+1}.

It is started from the ratio G_{K+1}/G_K, a smooth function of u that a Chebyshev series gives to
machine precision, and scaled at the end to the true G_0, Mills' ratio from a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import pi, sqrt
from typing import Any

import numpy as np

from ...number import mp
from .array_ops import ArrayOps
from .result import AnyArray

ROOT_TWO_PI = sqrt(2 * pi)

#: The largest u: φ(u) is 0 in float64 from 39 on, so that a larger one would change nothing.
U_MAX = 64.0

# Chebyshev nodes; of the series 34 to 36 terms are above 2e-18.
_TERMS = 44
# The way up loses log₁₀ 64² = 3.6 digits a step, 155 in the 43 steps of the highest order.
_DIGITS = 160
# Of the table of Mills' ratio: multiples of 1/64 by mpmath, of 1/4096 in the table, up to 16.
_EXACT_PER_UNIT = 64
_NODES_PER_UNIT = 4096
_TABLE_END = 16


def far_clipped(ops: ArrayOps, standardized: AnyArray) -> AnyArray:
    """|u|, held at most ``U_MAX``."""
    return ops.minimum(ops.absolute(standardized), U_MAX)


def density(ops: ArrayOps, offset: AnyArray, variance: AnyArray) -> AnyArray:
    """φ(offset/σ), the standard normal density, without the two roundings of offset/σ."""
    return ops.exp(-0.5 * offset * offset / variance) / ROOT_TWO_PI


def mills(ops: ArrayOps, u: AnyArray) -> AnyArray:
    """G_0(u) = (1 − Φ(u))/φ(u) for u ≥ −1, with an error of about one ulp.

    To a value from a table the Taylor series about the nearest multiple of 1/4096 adds less than
    1/4000 of it, so that the table's rounding and the last one are all there is of the error.
    erfcx, which serves beyond the table, has five ulps near 0 and under three there. A gradient
    needs two terms more.
    """
    beyond = float(ops.value_of(u).max()) > _TABLE_END
    inside = ops.minimum(u, _TABLE_END) if beyond else u
    # The nearest node, and the Taylor series about it.
    index = ops.round(_NODES_PER_UNIT * inside)
    node = index * (1 / _NODES_PER_UNIT)
    first = ops.lookup(_mills_table(), index + _NODES_PER_UNIT)
    value = first + _taylor_rest(first, node, node - inside, 5 if ops.tracked(u) else 3)
    if beyond:
        value = ops.where(u > _TABLE_END, sqrt(pi / 2) * ops.erfcx(u / sqrt(2)), value)
    return value


def _taylor_rest(value: AnyArray, node: AnyArray, offset: AnyArray, terms: int) -> AnyArray:
    """G_0(node − offset) − G_0(node) = Σ offsetᵏG_k(node) from ``value`` = G_0(node)."""
    square = offset * offset
    slant = offset * node
    # G_1 = 1 − u·G_0, k·G_k = G_{k−2} − u·G_{k−1}, each times offsetᵏ.
    before, term = value, offset - slant * value
    total = term
    for k in range(2, terms + 1):
        before, term = term, (square * before - slant * term) * (1 / k)
        total = total + term
    return total


@lru_cache(maxsize=1)
def _mills_table() -> np.ndarray:
    """G_0 at −1, −1 + 1/4096, …, 16: multiples of 1/64 by mpmath in two parts, others by Taylor."""
    with mp.workdps(40):
        exact = [
            _mills(mp.mpf(i) / _EXACT_PER_UNIT)
            for i in range(-_EXACT_PER_UNIT, _TABLE_END * _EXACT_PER_UNIT + 1)
        ]
        high = np.array([float(value) for value in exact])
        low = np.array([float(value - float(value)) for value in exact])
    index = np.arange(-_NODES_PER_UNIT, _TABLE_END * _NODES_PER_UNIT + 1)
    nearest = np.rint(index * (_EXACT_PER_UNIT / _NODES_PER_UNIT))
    node = nearest / _EXACT_PER_UNIT
    at = nearest.astype(np.intp) + _EXACT_PER_UNIT
    # Offsets up to 1/128: the eighth power is below 2e-17.
    table: np.ndarray = high[at] + (
        low[at] + _taylor_rest(high[at], node, node - index / _NODES_PER_UNIT, 7)
    )
    return table


def half_line(ops: ArrayOps, u: AnyArray, order: int) -> list[AnyArray]:
    """[G_0(u), …, G_order(u)] for an array 0 ≤ u ≤ 64, each with a relative error of a few ulps."""
    found = [value for _, value in downwards(ops, u, order)]
    scale = mills(ops, u) / found[-1]
    return [value * scale for value in reversed(found)]


def downwards(ops: ArrayOps, u: AnyArray, order: int) -> Iterator[tuple[int, AnyArray]]:
    """(k, G_k(u)/G_order(u)) for k = order, …, 0."""
    current, above = 1.0 + 0.0 * u, _ratio(ops, u, order)
    yield order, current
    for k in range(order, 0, -1):
        # G_{k−1} = u·G_k + (k+1)·G_{k+1}.
        current, above = u * current + (k + 1) * above, current
        yield k - 1, current


def _ratio(ops: ArrayOps, u: AnyArray, order: int) -> AnyArray:
    """G_{order+1}/G_order by Clenshaw's recurrence."""
    centre, slope, offset, coefficients = _series(order)
    inverse = 1 / (u + centre)
    # 2t of ``_series``; each step is b_k = 2t·b_{k+1} − b_{k+2} + c_k.
    twice = slope * inverse + offset
    last, before = coefficients[-1], 0.0
    for coefficient in coefficients[-2:0:-1]:
        last, before = twice * last - (before - coefficient), last
    return (0.5 * twice * last - before + coefficients[0]) * inverse


@lru_cache(maxsize=8)
def _series(order: int) -> tuple[float, float, float, tuple[float, ...]]:
    """Chebyshev coefficients of (u+c)·G_{K+1}(u)/G_K(u), computed by mpmath.

    They hold for 0 ≤ u ≤ 64. The series is in t = (slope/(u+c) + offset)/2, which runs from 1 at
    u = 0 to −1 at u = 64. The sum over the Chebyshev nodes is taken by mpmath too: in float64 it
    would leave 1e-15.
    """
    # A shift that keeps the series short; any positive one would be right.
    centre = 6.0 + order / 4
    near, far = 1 / centre, 1 / (U_MAX + centre)
    # 2t = slope/(u+c) + offset is 2 at u = 0 and −2 at u = 64.
    slope = 4 / (near - far)
    offset = -2 * (near + far) / (near - far)
    with mp.workdps(_DIGITS):
        angles = [mp.pi * (2 * j + 1) / (2 * _TERMS) for j in range(_TERMS)]
        points = [slope / (2 * mp.cos(angle) - offset) - centre for angle in angles]
        values = [(u + centre) * _ratio_upwards(u, order) for u in points]
    with mp.workdps(30):
        series = [
            2 * mp.fsum(v * mp.cos(k * a) for v, a in zip(values, angles, strict=True)) / _TERMS
            for k in range(_TERMS)
        ]
    series[0] /= 2
    # A hundredth of an ulp.
    kept = max(k for k in range(_TERMS) if abs(series[k]) > 2e-18) + 1
    return centre, slope, offset, tuple(float(c) for c in series[:kept])


def _ratio_upwards(u: Any, order: int) -> Any:
    """At hundreds of digits the way up is harmless, and shares nothing with the way down."""
    below, current = mp.one, _mills(u)
    for k in range(order + 1):
        below, current = current, (below - u * current) / (k + 1)
    return current / below


def _mills(u: Any) -> Any:
    return mp.sqrt(mp.pi / 2) * mp.erfc(u / mp.sqrt(2)) * mp.exp(u**2 / 2)
