"""Moments of pieces p + q·x + r·eˣ in closed form, typed by hand for mpmath; no ``actmath`` here.

They cancel freely, so that they need 50 digits, but cost a thousandth of the quadrature behind the
tables, which they must agree with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mpmath import mp


@dataclass(frozen=True)
class Piece:
    """p + q·x + r·eˣ for left < x < right."""

    left: Any
    right: Any
    p: Any = 0
    q: Any = 0
    r: Any = 0


def bent(kink: Any, left: Any, right: Any) -> list[Piece]:
    """A line through (kink, 0) with two slopes."""
    return [
        Piece(-mp.inf, kink, -left * kink, left),
        Piece(kink, mp.inf, -right * kink, right),
    ]


def clipped(start: Any, stop: Any, low: Any, slope: Any) -> list[Piece]:
    return [
        Piece(-mp.inf, start, low),
        Piece(start, stop, low - slope * start, slope),
        Piece(stop, mp.inf, low + slope * (stop - start)),
    ]


def exponential(alpha: Any, scale: Any = 1) -> list[Piece]:
    return [Piece(-mp.inf, 0, -alpha * scale, 0, alpha * scale), Piece(0, mp.inf, 0, scale)]


def selu() -> list[Piece]:
    k, k2 = (mp.exp(n**2 / mp.mpf(2)) * mp.erfc(n / mp.sqrt(2)) for n in (1, 2))
    alpha = mp.sqrt(2 / mp.pi) / (1 - k)
    root = mp.sqrt(2 * k2 + mp.pi * k**2 - 2 * (2 + mp.pi) * k + mp.pi + 2)
    return exponential(alpha, (1 - k) * mp.sqrt(2 * mp.pi) / root)


def moments(pieces: list[Piece], mean: Any, variance: Any) -> dict[str, Any]:
    """E f, Var f and E f′² for x ~ N(mean, variance)."""
    first = second = steep = mp.zero
    for piece in pieces:
        p, q, r = piece.p, piece.q, piece.r
        plain = _powers(piece, mean, variance)
        once = _tilted(piece, mean, variance, 1) if r else [0, 0, 0]
        twice = _tilted(piece, mean, variance, 2) if r else [0, 0, 0]
        first += p * plain[0] + q * plain[1] + r * once[0]
        second += p * p * plain[0] + q * q * plain[2] + r * r * twice[0]
        second += 2 * (p * q * plain[1] + p * r * once[0] + q * r * once[1])
        steep += q * q * plain[0] + 2 * q * r * once[0] + r * r * twice[0]
    return {"mean": first, "variance": second - first**2, "derivative_second": steep}


def _tilted(piece: Piece, mean: Any, variance: Any, rate: int) -> list[Any]:
    """E[xᵏ e^{rate·x}] over the piece: the Gaussian's mean moves by rate·variance."""
    factor = mp.exp(rate * mean + rate**2 * variance / 2)
    return [factor * value for value in _powers(piece, mean + rate * variance, variance)]


def _powers(piece: Piece, mean: Any, variance: Any) -> list[Any]:
    """E[xᵏ] over the piece for k = 0, 1, 2."""
    deviation = mp.sqrt(variance)
    share, at_end, beyond = mp.zero, mp.zero, mp.zero
    for end, sign in ((piece.left, -1), (piece.right, 1)):
        if mp.isinf(end):
            share += 1 if sign > 0 else 0
            continue
        z = (end - mean) / deviation
        share += sign * mp.erfc(-z / mp.sqrt(2)) / 2
        at_end -= sign * deviation * mp.npdf(z)
        beyond -= sign * deviation * (mean + end) * mp.npdf(z)
    return [share, mean * share + at_end, (mean**2 + variance) * share + beyond]
