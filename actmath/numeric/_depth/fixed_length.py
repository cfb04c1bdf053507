"""The length that stays as it is from layer to layer: q = sigma_w²·E f(√q·z)² + sigma_b².

Iteration, sped up by Steffensen's step, finds it where it is approached fast. What still moves then
is followed by its growth F(q)/q, a smooth function of log q: where that passes 1 there is a fixed
length, and where it stays above 1 up to 1e60 there is none. The nearest on the way is the limit:
E f(√q·z)² never falls faster than q^(−1/2), since its logarithmic slope is E(z² − 1)f²/(2E f²), so
that no map throws lengths to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...activation import Activation
from .._array import Array
from .._gaussian.evaluate import gaussian
from .._iteration import Ending

# Of two layers each: enough for most, and the search that follows looks at all others at once.
_ROUNDS = 15
# Growth is known to some ulps of E f²: nothing finer is a growth.
_NOISE = 1e-13
# What an answer put back may miss, relative to itself.
_MISS = 1e-12
# Where lengths are given up as unbounded, and as 0.
_LONGEST, _SHORTEST = 1e60, 1e-100
# And as unbounded already where float64 does not hold E f².
_UNHELD = 1e20
# Log₂ of the factors at which growth is looked at: half octaves, then two at a time. E f² blurs
# f² over an octave, so that growth has no feature that is finer.
_OCTAVES = np.concatenate([np.arange(0, 20, 0.5), np.arange(20, 334, 2.0)])
# A minimum of the growth on that grid that comes this near to 1 is looked at closer.
_NEARLY = 0.1
# Relative step of a difference of fourth order: its error, some step⁴ = 1e-16 beside the rounding
# 1e-16/step, leaves about 12 digits of the slope.
_SLOPE_STEP = 1e-4
#: What rounding may add to a slope, beside E f′²: where it is shown, and where its logarithm is.
CLEAR, ROUGH = 1e-4, 1.0


@dataclass(frozen=True, eq=False)
class LengthMap:
    """q ↦ w²·E f(√q·z)² + b², for one-dimensional arrays w and b."""

    subject: Activation
    w: Array
    b: Array

    def __getitem__(self, rows: Any) -> LengthMap:
        return LengthMap(self.subject, self.w[rows], self.b[rows])

    def second(self, length: Array) -> Array:
        """E f(√length·z)², nan where float64 does not hold it: nothing is told there."""
        flat = length.ravel()
        found, order = np.full(flat.shape, np.nan), np.argsort(flat)
        # Those that are no number are left out.
        order = order[~np.isnan(flat[order])]
        with np.errstate(over="ignore", invalid="ignore"):
            found[order] = _held(self.subject, flat[order])
        return found.reshape(length.shape)

    def image(self, length: Array) -> Array:
        """The length one layer on."""
        with np.errstate(over="ignore"):
            return np.asarray(self.w**2 * self.second(length) + self.b**2)

    def growth(self, length: Array) -> Array:
        """F(q)/q − 1: 0 at a fixed length."""
        with np.errstate(over="ignore"):
            return np.asarray(self.image(length) / length - 1)

    def slope(self, length: Array, clear: float = CLEAR) -> Array:
        """∂F/∂q by a symmetric quotient; at q = 0 its limit sigma_w²·E f′².

        It is nan where rounding of E f² may be more than ``clear`` of it, beside E f′².
        """
        step = _SLOPE_STEP * np.where(length > 0, length, 1.0)
        at = (np.maximum(length + k * step, 0.0) for k in (-2, -1, 1, 2))
        ends = [self.second(q) for q in at]
        # f′ ≈ (f₋₂ − 8f₋₁ + 8f₁ − f₂)/(12h), exact for polynomials of degree 4; of the smallest
        # floats, a step of which is 0, it is nan.
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
        still = gaussian(self.subject, 0.0, length).derivative_second
        # Of f(0) ≠ 0 and a short length: E f² is f(0)² but for its last digits.
        drowned = (np.finfo(float).eps * np.abs(ends[1]) > clear * still * step) & (still > 0)
        slope = np.where(drowned, np.nan, slope)
        return np.asarray(self.w**2 * np.where(length > 0, slope, still))


def _held(subject: Activation, length: Array) -> Array:
    """E f² at increasing lengths, nan from the first on that a formula refuses."""
    try:
        return np.asarray(gaussian(subject, 0.0, length).second)
    except ArithmeticError:
        if len(length) == 1:
            return np.array([np.nan])
    near, far = np.array_split(length, 2)
    found = _held(subject, near)
    # What overflows or bends too finely does so farther out.
    rest = np.full(far.shape, np.nan) if np.isnan(found[-1]) else _held(subject, far)
    return np.concatenate([found, rest])


def fixed_lengths(lengths: LengthMap, start: float) -> tuple[Array, Array]:
    """Where iteration from ``start`` comes to, nan where to nothing, and how it ended."""
    # Lengths that grow without bound overflow on their way.
    with np.errstate(over="ignore", invalid="ignore"):
        q, moving = _iterate(lengths, start)
        ending = np.full(q.shape, Ending.CONVERGED.value, dtype="<U16")
        if len(moving):
            q[moving], ending[moving] = _follow(lengths[moving], start)
    return _put_back(lengths, q, ending)


def _iterate(lengths: LengthMap, start: float) -> tuple[Array, Array]:
    """The lengths after the quick steps, and the rows that still move."""
    q, alive = np.full(lengths.w.shape, float(start)), np.arange(len(lengths.w))
    for _ in range(_ROUNDS):
        part = lengths[alive]
        one = part.image(q[alive])
        better = _accelerated(q[alive], one, part.image(_bounded(one)))
        # 1e-14: what ``gaussian`` promises of a second moment, so that nothing finer is a move.
        moved = np.abs(better - q[alive]) > 1e-14 * np.abs(better)
        q[alive] = better
        alive = alive[moved]
        if not len(alive):
            break
    # What ran to an end of the range is looked at again on its whole way.
    lost = (q >= _LONGEST) | (q <= _SHORTEST) | np.isnan(q)
    return q, np.union1d(alive, np.flatnonzero(lost))


def _bounded(length: Array) -> Array:
    return np.clip(length, _SHORTEST, _LONGEST)


def _accelerated(before: Array, one: Array, two: Array) -> Array:
    """Steffensen's step where the iteration contracts and the step is moderate, else two plain."""
    first, second = one - before, two - one
    # Δ₂/Δ₁ estimates the map's slope r; a jump goes on by Δ₂/(1 − r), within 20·Δ₂ for |r| < 0.95.
    shrinking = np.abs(second) < 0.95 * np.abs(first)
    # Aitken's q + Δ₁²/(Δ₁ − Δ₂), written from the first image: one + Δ₁Δ₂/(Δ₁ − Δ₂).
    gap = np.where(shrinking & (second != first), first - second, 1.0)
    jump = one + second * first / gap
    near = shrinking & (jump > 0.5 * two) & (jump < 2 * two)
    return _bounded(np.where(near, jump, two))


def _follow(lengths: LengthMap, start: float) -> tuple[Array, Array]:
    """The nearest fixed length in the direction in which each length moves."""
    # +1 for lengths that grow, −1 for those that shrink.
    way = np.where(lengths.growth(np.full(len(lengths.w), start)) > 0, 1.0, -1.0)
    up, down = (_bounded(start * 2.0 ** (side * _OCTAVES)) for side in (1, -1))
    points = np.where(way[:, None] > 0, up, down)
    # How fast they go on that way: positive before the fixed length, negative beyond. E f² is
    # the same for all weights.
    second = np.where(way[:, None] > 0, *(lengths.second(side) for side in (up, down)))
    grown = lengths.w[:, None] ** 2 * second + lengths.b[:, None] ** 2
    onward = way[:, None] * (grown / points - 1)
    onward = np.where(way[:, None] > 0, _where_nothing_holds(lengths, up, second, onward), onward)
    points, onward = _closer(lengths, way, points, onward)
    passed = onward < -_NOISE
    found, ending = _ends(lengths, way, onward)
    rows = np.flatnonzero(passed.any(1))
    if len(rows):
        beyond = passed[rows].argmax(1)
        # The last point from which they still go on for certain, else the first: the start.
        sure = (onward[row, :k] > _NOISE for row, k in zip(rows, beyond, strict=True))
        before = [int(ahead.nonzero()[0].max(initial=0)) for ahead in sure]
        found[rows] = _root(lengths[rows], points[rows, before], points[rows, beyond])
        ending[rows] = Ending.CONVERGED.value
    return found, ending


def _where_nothing_holds(lengths: LengthMap, points: Array, second: Array, onward: Array) -> Array:
    """Upwards: what is known of growth where float64 does not hold E f², as of an exponential.

    E f² falls no faster than q^(−1/2): the last that is known bounds the others from below.
    """
    with np.errstate(over="ignore"):
        held = np.where(np.isnan(second), 0.0, second * np.sqrt(points))
        least = lengths.w[:, None] ** 2 * np.maximum.accumulate(held, axis=1) / np.sqrt(points)
    bound = np.where(points > _UNHELD, np.inf, least / points - 1)
    return np.where(np.isnan(second) & (bound > _NOISE), bound, onward)


def _closer(lengths: LengthMap, way: Array, points: Array, onward: Array) -> tuple[Array, Array]:
    """With one more point a row: the least growth, which may dip below 1 between the points."""
    from scipy.optimize.elementwise import find_minimum

    inner = onward[:, 1:-1]
    dips = (inner < onward[:, :-2]) & (inner <= onward[:, 2:])
    dips &= (inner > _NOISE) & (inner < _NEARLY)
    at = 1 + np.where(dips, inner, np.inf).argmin(1)
    rows = np.flatnonzero(dips.any(1) & ~(onward < -_NOISE).any(1))
    if not len(rows):
        return points, onward
    k = at[rows]
    ends = np.sort([np.log(points[rows, k + j]) for j in (-1, 0, 1)], axis=0)

    def falling(t: Array, row: Array) -> Array:
        some = row.astype(int)
        return np.asarray(way[some] * lengths[some].growth(np.exp(t)))

    # Where growth is flat to the last digit, the parabola through three points is 0/0.
    with np.errstate(invalid="ignore"):
        best = find_minimum(falling, tuple(ends), args=(rows.astype(float),))
    # A flat stretch is no bracket for a minimum: nothing is found, and nothing lost.
    lower = best.f_x < onward[rows, k]
    rows, k = rows[lower], k[lower]
    points, onward = points.copy(), onward.copy()
    points[rows, k], onward[rows, k] = np.exp(best.x[lower]), best.f_x[lower]
    return points, onward


def _ends(lengths: LengthMap, way: Array, onward: Array) -> tuple[Array, Array]:
    """For rows with no fixed length on their way: they grow, die, or it cannot be told."""
    sure = (onward > _NOISE).all(1)
    # 0 stays 0. Near the critical weights lengths fall like 1/layers: their growth fades to 0.
    dead = (way < 0) & (lengths.image(np.zeros(len(way))) == 0) & ~np.isnan(onward).any(1)
    found = np.where(dead, 0.0, np.nan)
    lost = np.where(sure & (way > 0), Ending.DIVERGED.value, Ending.UNSETTLED.value)
    return found, np.where(dead, Ending.CONVERGED.value, lost).astype("<U16")


def _root(lengths: LengthMap, one: Array, other: Array) -> Array:
    from scipy.optimize.elementwise import find_root

    rows = np.arange(len(one), dtype=float)

    def growth(t: Array, row: Array) -> Array:
        return lengths[row.astype(int)].growth(np.exp(t))

    return np.asarray(np.exp(find_root(growth, (np.log(one), np.log(other)), args=(rows,)).x))


def _put_back(lengths: LengthMap, q: Array, ending: Array) -> tuple[Array, Array]:
    """Only what gives itself is an answer."""
    some = np.flatnonzero((ending == Ending.CONVERGED) & (q > 0))
    part, at = lengths[some], q[some]
    slope = part.slope(at)
    # At a slope of 1 and with a bias rounding decides whether a length is fixed at all.
    vague = (np.abs(slope - 1) < _MISS) & (part.b > 0)
    lost = some[~(np.abs(part.growth(at)) <= _MISS) | vague]
    q[lost], ending[lost] = np.nan, Ending.UNSETTLED.value
    return q, ending
