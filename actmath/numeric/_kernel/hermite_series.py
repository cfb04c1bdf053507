"""Dual kernels of many pairs at few variances by Mehler's formula; what it leaves out is known.

With the orthonormal Hermite polynomials heₙ, aₙ(σ) = E f(σz)·heₙ(z), and bₙ the same of f′,

    E f(u)f(v) = Σ aₙ(σ₁)aₙ(σ₂)cⁿ,   E f′(u)f′(v) = Σ bₙ(σ₁)bₙ(σ₂)cⁿ,
    E z·f′(u)f(v) = Σ (√(n+1)·bₙ₊₁(σ₁) + √n·bₙ₋₁(σ₁))·aₙ(σ₂)cⁿ.

By Parseval's identity Σ aₙ(σ)² = E f², which the moments give on their own: N terms leave out at
most |c|ᴺ·√(t₁t₂) with t = E f² − Σ aₙ² (Cauchy–Schwarz). At a kink t falls slowly, so that pairs
near c = ±1 are left to others; where f jumps nothing is summed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, pi, sqrt

import numpy as np

from ...activation import Activation
from .._array import Array
from .._gaussian._rules.bends import NODES, doublings_for, grid_of, nodes_of
from .._gaussian._rules.breaks import breaks
from .._gaussian._rules.trapezoid import Trapezoid
from .._gaussian.array_ops import NUMPY_OPS
from .._gaussian.choice import moment_method
from .._gaussian.evaluate import array_moments

# For f with a kink, and the most terms; a pair then costs 5 µs.
_TERMS, _MOST = 512, 1024
# Pairs for each deviation, from which coefficients are worth their price: 3 ms where f has a kink.
_WORTH = 8
# Of E f² and E f′², what a last term may be that is not summed: all of them are below an ulp.
_FAINT = 1e-19
# What may be left out, beside √(E f²·E f²) and √(E f′²·E f′²): the moments err by as much.
_LEFT_OUT = 2e-14
# he_n·φ is e^{−z²/4} times a function of size 1: at 13.5 it is 2e-20.
_REACH = 13.5
# e^{−37} = 1e-16.
_WANTED = 37.0
# Pairs that are summed at once: 64 kB an array.
_BLOCK = 2**13


@dataclass(frozen=True, eq=False)
class SeriesSums:
    """The sums that were wanted, a row each, and the pairs for which they are to be trusted."""

    sums: Array
    trusted: Array


@dataclass(frozen=True, eq=False)
class _Coefficients:
    """(terms, deviations) of f, of f′ and of z·f′; E f² and E f′² (2, deviations).

    ``terms`` is how many were computed, of which the last may be left out as nothing.
    """

    value: Array
    slope: Array
    scaled: Array
    squares: Array
    terms: int

    def left_out(self) -> Array:
        """t of f and of f′, as shares of E f² and E f′²."""
        kept = np.stack([(part**2).sum(0) for part in (self.value, self.slope)])
        # A unit without slopes has nothing to leave out.
        whole = np.where(self.squares > 0, self.squares, 1)
        return np.asarray(np.abs(self.squares - kept) / whole)

    def trimmed(self) -> _Coefficients:
        """Without last terms that count at no deviation."""
        whole = np.where(self.squares > 0, self.squares, 1)
        parts = (self.value, self.slope)
        share = [(part**2 / size).max(1) for part, size in zip(parts, whole, strict=True)]
        (counting,) = np.nonzero(np.max(share, axis=0) > _FAINT)
        # z·f′ has the terms of f′ and one more.
        last = min(int(counting.max(initial=0)) + 2, self.terms)
        value, slope, scaled = (part[:last] for part in (*parts, self.scaled))
        return _Coefficients(value, slope, scaled, self.squares, self.terms)


def by_series(
    subject: Activation, q1: Array, q2: Array, c: Array, wanted: tuple[int, ...] = (0, 1, 2)
) -> SeriesSums:
    """At positive variances and correlations in [−1, 1]; nothing is trusted if pairs are few.

    Args:
        subject, q1, q2, c: the activation, and one-dimensional arrays.
        wanted: of E f(u)f(v), E f′(u)f′(v) and E[z·f′(u)f(v)] these, by number.
    """
    nothing = SeriesSums(np.full((len(wanted), len(c)), np.nan), np.zeros(len(c), bool))
    deviations, row = np.unique(np.sqrt(np.concatenate([q1, q2])), return_inverse=True)
    if len(c) < max(_WORTH * len(deviations), 1) or any(b.jump for b in breaks(subject)):
        return nothing
    try:
        # What overflows is nan in Parseval's identity, and not trusted.
        with np.errstate(all="ignore"):
            found = _coefficients(subject, deviations)
            missing = found.left_out()
            found = found.trimmed()
    except ArithmeticError:
        # Moments that float64 does not hold.
        return nothing
    first, second = row.reshape(2, -1)
    share = np.sqrt(missing[:, first] * missing[:, second]).max(0) * np.abs(c) ** found.terms
    trusted = share <= _LEFT_OUT
    rows = np.flatnonzero(trusted)
    factors = (
        (found.value, found.value),
        (found.slope, found.slope),
        (found.scaled, found.value),
    )
    asked = [factors[which] for which in wanted]
    nothing.sums[:, rows] = _summed(asked, first[rows], second[rows], c[rows])
    return SeriesSums(nothing.sums, trusted)


def _summed(factors: list[tuple[Array, Array]], first: Array, second: Array, c: Array) -> Array:
    """Σ left·right·cⁿ for each by Horner's rule, in blocks that stay in cache."""
    sums = np.zeros((len(factors), len(c)))
    for start in range(0, len(c), _BLOCK):
        some = slice(start, start + _BLOCK)
        one, other, power = first[some], second[some], c[some]
        for total, (left, right) in zip(sums[:, some], factors, strict=True):
            for n in range(len(left) - 1, -1, -1):
                total *= power
                total += left[n].take(one) * right[n].take(other)
    return sums


def _coefficients(subject: Activation, deviations: Array) -> _Coefficients:
    rule = moment_method(subject)
    if isinstance(rule, Trapezoid):
        value, slope = _smooth(subject, rule.strip, deviations)
    else:
        value, slope = _bent(subject, deviations)
    moments, _ = array_moments(NUMPY_OPS, subject, np.zeros(len(deviations)), deviations**2)
    squares = np.stack([moments.variance + moments.mean**2, moments.derivative_second])
    n = np.sqrt(np.arange(len(slope)))[:, None]
    # z·he_n = √(n+1)·he_{n+1} + √n·he_{n−1}.
    scaled = n * np.roll(slope, 1, 0)
    scaled[:-1] += n[1:] * slope[1:]
    return _Coefficients(value, slope, scaled, squares, len(value))


def _smooth(subject: Activation, strip: float, deviations: Array) -> tuple[Array, Array]:
    """By one trapezoidal rule for all deviations."""
    # The Fourier transform of f(σz) falls like e^{−kd/σ} for f analytic in |Im x| < d, and he_n
    # waves at √n at most: aₙ is like e^{−√n·d/σ}, and only its square counts.
    highest = _WANTED * float(deviations.max()) / strip
    terms = min(32 * ceil((highest / 2) ** 2 / 32 + 1), _MOST)
    # With φ's own e^{−k²}, 10, the integrand has no wave beyond this.
    half = ceil(_REACH * (sqrt(terms) + 10 + min(highest, 3 * sqrt(_MOST))) / (2 * pi))
    z, table = _even_nodes(half, terms)
    at = z[:, None] * deviations
    value, slope = (table @ NUMPY_OPS.lowered(subject, order)(at) for order in (0, 1))
    return value, slope


@lru_cache(maxsize=16)
def _even_nodes(half: int, terms: int) -> tuple[Array, Array]:
    z = np.linspace(-_REACH, _REACH, 2 * half + 1)
    return z, weighted_hermite(z, np.full(len(z), _REACH / half), terms)


def _bent(subject: Activation, deviations: Array) -> tuple[Array, Array]:
    """By panels that end at the bends, for each deviation its own."""
    found = np.empty((2, _TERMS, len(deviations)))
    for at, deviation in enumerate(deviations):
        grid = grid_of(subject, doublings_for(_REACH * deviation)).ends / deviation
        # Panels of half a deviation: on each he_n with n = 512 waves twice.
        steps = np.arange(-_REACH, _REACH + 0.25, 0.5)
        ends = np.unique(np.clip(np.concatenate([grid, steps]), -_REACH, _REACH))
        z = np.ravel(nodes_of(ends[:-1], ends[1:]))
        widths = np.repeat(np.diff(ends) / 2, NODES)
        weights = widths * np.tile(np.polynomial.legendre.leggauss(NODES)[1], len(ends) - 1)
        table = weighted_hermite(z, weights, _TERMS)
        for order in (0, 1):
            found[order, :, at] = table @ NUMPY_OPS.lowered(subject, order)(deviation * z)
    return found[0], found[1]


def weighted_hermite(z: Array, weights: Array, terms: int) -> Array:
    """heₙ(z)·φ(z)·weight, (terms, nodes)."""
    table = np.empty((terms, len(z)))
    table[0] = weights * np.exp(-z * z / 2) / sqrt(2 * pi)
    if terms > 1:
        table[1] = z * table[0]
    for n in range(1, terms - 1):
        # √(n+1)·he_{n+1} = z·he_n − √n·he_{n−1}.
        table[n + 1] = (z * table[n] - sqrt(n) * table[n - 1]) / sqrt(n + 1)
    return table
