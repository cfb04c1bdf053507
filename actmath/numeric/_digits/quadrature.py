"""Gaussian expectations by quadrature split at the kinks: any activation, any digits.

It shares no code with ``derive.gaussian_moments`` and so serves as its oracle.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

from mpmath import mp

from ...activation import Activation
from ...derive._formula.pieces import breakpoints
from ...lower._for_mpmath import to_mpf, to_mpmath

# Panel ends around 0, where activations bend: unit steps so far, then so many times as far each.
_UNIT, _GROWTH = 12, 1.5
# Nodes of a panel. Too few would cost ``settle`` a round, not an answer a digit.
_NODES_PER_DIGIT, _FEWEST = 0.75, 12


def expectations(activation: Activation, mean: Any, variance: Any) -> tuple[Any, Any, Any, Any]:
    """E f, E f², E f′, E f′² at the working precision of mpmath.

    Args:
        activation: its default parameters are used.
        mean, variance: mpf; the variance positive.
    """
    value, slope = to_mpmath(activation), to_mpmath(activation, 1)
    sums = [mp.zero] * 4
    for z, weight in nodes(kinks_of(activation), mean, variance):
        x = mean + mp.sqrt(variance) * z
        f, g = value(x), slope(x)
        terms = (f, f * f, g, g * g)
        sums = [total + weight * term for total, term in zip(sums, terms, strict=True)]
    return sums[0], sums[1], sums[2], sums[3]


def with_derivatives(activation: Activation, mean: Any, variance: Any) -> tuple[Any, ...]:
    """E f, E f² and their derivatives by mean and by variance, from values of f alone.

    By Stein's identity ∂E h/∂mean = E[h·Z]/σ and ∂E h/∂variance = E[h·(Z² − 1)]/(2·variance).
    """
    value, deviation = to_mpmath(activation), mp.sqrt(variance)
    sums = [mp.zero] * 6
    for z, weight in nodes(kinks_of(activation), mean, variance):
        f = value(mean + deviation * z)
        by_mean, by_variance = z / deviation, (z * z - 1) / (2 * variance)
        terms = (1, f, by_mean, by_variance, f * by_mean, f * by_variance)
        sums = [total + weight * f * term for total, term in zip(sums, terms, strict=True)]
    return tuple(sums)


def kinks_of(activation: Activation) -> tuple[Any, ...]:
    """Where the pieces of the activation meet, at the working precision."""
    return tuple(to_mpf(point) for point in breakpoints(activation.formula()))


def nodes(kinks: tuple[Any, ...], mean: Any, variance: Any) -> tuple[tuple[Any, Any], ...]:
    """Standardized nodes and weights, the weights with the normal density in them.

    The rule is Gauss–Legendre's on panels that end at the kinks.
    """
    return _nodes(kinks, mean, variance, mp.prec)


@lru_cache(maxsize=8)
def _nodes(kinks: tuple[Any, ...], mean: Any, variance: Any, _: int) -> tuple[tuple[Any, Any], ...]:
    deviation = mp.sqrt(variance)
    ends = _panels([(point - mean) / deviation for point in (*kinks, *_grid(mean, deviation))])
    rule = _legendre(int(_NODES_PER_DIGIT * mp.dps) + _FEWEST, mp.prec)
    found, normal = [], 1 / mp.sqrt(2 * mp.pi)
    for left, right in pairwise(ends):
        half, middle = (right - left) / 2, (right + left) / 2
        for node, weight in rule:
            z = middle + half * node
            found.append((z, half * weight * normal * mp.exp(-z * z / 2)))
    return tuple(found)


def _panels(points: list[Any]) -> list[Any]:
    """Standardized ends of panels: the given points and unit steps, as far as the tails count."""
    reach = mp.mpf(int(mp.sqrt(2 * mp.log(10) * mp.dps)) + 5)
    steps = {mp.mpf(k) for k in range(-int(reach) + 1, int(reach))}
    inside = sorted(point for point in steps.union(points) if -reach < point < reach)
    return [-reach, *inside, reach]


def _grid(mean: Any, deviation: Any) -> list[Any]:
    """Points around 0, where activations bend: unit steps, then growing with their distance."""
    farthest = abs(mean) + deviation * 2 * mp.sqrt(mp.log(10) * mp.dps)
    points = [mp.mpf(k) for k in range(_UNIT + 1)]
    while points[-1] < farthest:
        points.append(points[-1] * _GROWTH)
    return [*points, *(-point for point in points[1:])]


@lru_cache(maxsize=16)
def _legendre(count: int, precision: int) -> tuple[tuple[Any, Any], ...]:
    """Gauss–Legendre nodes and weights on [−1, 1], by Newton's iteration on the recurrence."""
    with mp.workprec(precision + 20):
        half = [_legendre_node(count, index) for index in range((count + 1) // 2)]
    mirrored = [(-node, weight) for node, weight in half[: count // 2]]
    return tuple(half + mirrored)


def _legendre_node(count: int, index: int) -> tuple[Any, Any]:
    node = mp.cos(mp.pi * (index + mp.mpf(3) / 4) / (count + mp.mpf(1) / 2))
    step = mp.one
    while abs(step) > mp.mpf(2) ** (15 - mp.prec):
        before, value = mp.one, node
        for k in range(2, count + 1):
            before, value = value, ((2 * k - 1) * node * value - (k - 1) * before) / k
        slope = count * (node * value - before) / (node**2 - 1)
        step = value / slope
        node -= step
    return node, 2 / ((1 - node**2) * slope**2)
