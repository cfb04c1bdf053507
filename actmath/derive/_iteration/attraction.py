"""What does iteration do near a fixed point: come or go, from which side, and how fast?

Close to a fixed point x* a start on one side stays there where the slope is positive and changes
sides where it is negative. So two negative slopes are judged by f(f(x)), and if only one is
negative, the other side decides for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sympy import Expr, Float, S, diff, expand, factorial, sqrt

from ...notation import x
from ...number import approximate, compiled, mp
from .._formula.pieces import limit_at
from .settled import NotSettledError, settled

# Far above what ``approximate`` leaves of an exact 0, and below any coefficient that is meant.
_ZERO = 1e-20
# What a float's exponent holds: that of e^{−10²⁰⁰} has two hundred digits.
_TINY = 1e-300
# A smaller slope at a point that is known numerically is looked at again.
_UNSURE = 1e-10
# Digits of such a slope, and bits of the point that are known.
_DIGITS, _KNOWN = 30, 90


class Stability(StrEnum):
    """What iteration does near a fixed point: come, leave, come from one side only, stand still."""

    ATTRACTING = "attracting"
    REPELLING = "repelling"
    SEMISTABLE = "semistable"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Attraction:
    """The verdict at one fixed point; see ``FixedPoint`` for the meaning of the fields."""

    multiplier_left: Expr
    multiplier_right: Expr
    multiplicity: int
    stability: Stability
    rate: str


@dataclass(frozen=True)
class _Gap:
    """g(x) − x = coefficient·(x − x*)^order + … on one side; order 0: g jumps away at x*.

    ``least`` is the order to begin with: 1 where x* is known to be fixed on that side, because to
    find out numerically that a closed form is 0 takes seconds.
    """

    order: int
    coefficient: Expr

    @classmethod
    def of(cls, expr: Expr, point: Expr, side: str, least: int = 1) -> _Gap:
        gap = expr - x
        # Each order costs a derivative; tanh at 0 needs the third.
        for order in range(least, 8):
            value = limit_at(diff(gap, x, order), point, side)
            size = approximate(value)
            if size.is_finite and abs(size - approximate(value, 60)) > _ZERO * max(1, abs(size)):
                raise NotImplementedError(f"f(x) - x loses its digits at {point}")
            if abs(size) > _ZERO:
                return cls(order, value / factorial(order))
        raise NotImplementedError(f"f(x) - x vanishes to order 8 or more, to 20 digits, at {point}")

    def pulls(self, direction: int) -> bool:
        """Is a start on the left (direction -1) or right (+1), staying there, drawn in?"""
        # At x* + d·h the gap is c·dᵏhᵏ; it points back to x* where its sign is −d: c·d^(k+1) < 0.
        towards: Expr = self.coefficient * direction ** (self.order + 1)
        return self.order > 0 and bool(approximate(towards) < 0)


def attraction(left: Expr, right: Expr, point: Expr) -> Attraction:
    """Stability and rate at a fixed point of the function that is ``left``, then ``right`` of it.

    Raises:
        NotImplementedError: if f(x) − x, or f(f(x)) − x where both slopes are negative, vanishes
            there to order 8 or more without being 0.
    """
    sides = ((left, "-"), (right, "+"))
    slopes = [_slope(expr, point, side) for expr, side in sides]
    least = 1 if left == right else 0  # one formula: f(x*) = x* is known, else a side may jump
    gaps = [_Gap.of(expr, point, side, least) for expr, side in sides]
    order = max(gap.order for gap in gaps)
    falls = [bool(approximate(slope) < 0) for slope in slopes]
    # Both slopes negative: every step changes sides, so f∘f decides.
    if all(falls) and all(gap.order for gap in gaps):
        stability, rate = _alternating(left, right, slopes, point)
        return Attraction(slopes[0], slopes[1], order, stability, rate)
    stays = [gap.pulls(direction) for gap, direction in zip(gaps, (-1, 1), strict=True)]
    # A falling side sends its starts to the other one in a single step, whose fate they share.
    left_in, right_in = (
        bool(gaps[i].order) and stays[1 - i] if falls[i] else stays[i] for i in (0, 1)
    )
    ways = [(slope, gap) for slope, gap, f in zip(slopes, gaps, falls, strict=True) if not f]
    stability = _STABILITY[left_in, right_in]
    rate = _rate(stability, ways, steps=1, exact=not point.is_Float)
    return Attraction(slopes[0], slopes[1], order, stability, rate)


def _slope(expr: Expr, point: Expr, side: str) -> Expr:
    """f′ at the point; of one that is known numerically with as many digits as it takes, or 0.

    So it is with 1 − tanh(100·x)² near 1, all digits of which cancel. Where a small slope changes
    by more than 1 % within the last digits of the point, as 1 + cos x near π, it may as well be 0.
    """
    slope = diff(expr, x)
    value = limit_at(slope, point, side)
    if not point.is_Float or not slope.has(x) or abs(approximate(value)) >= _UNSURE:
        return value
    evaluate = compiled([x], slope)
    with mp.workdps(_DIGITS):
        at = mp.mpf(point)
        apart = mp.ldexp(max(abs(at), 1), -_KNOWN)
        beside = (at, at - apart, at + apart)
        try:
            found, *others = (settled(partial(evaluate, place)) for place in beside)
            known = mp.isfinite(found) and not mp.im(found)
        except NotSettledError:
            return value
        if not known:
            return value
        sure = all(abs(other - found) <= abs(found) / 100 for other in others)
    return Float(mp.re(found)._mpf_, _DIGITS) if sure and found else S.Zero


_STABILITY = {
    (True, True): Stability.ATTRACTING,
    (False, False): Stability.REPELLING,
    (True, False): Stability.SEMISTABLE,
    (False, True): Stability.SEMISTABLE,
}


def _alternating(left: Expr, right: Expr, slopes: list[Expr], point: Expr) -> tuple[Stability, str]:
    # A start on the left goes right and comes back: f(f(x)) there is right(left(x)).
    twice = right.subs(x, left)
    if expand(twice - x) == 0:
        return Stability.NEUTRAL, "period two: every start near it comes back after two steps"
    # (f∘f)′ = product of the two slopes; a step of f takes its root, hence steps=2 below.
    slope = slopes[0] * slopes[1]
    excess = approximate(slope) - 1
    # Only where it is 1 do digits of f∘f itself decide, of which a steep f loses many.
    gap = _Gap(1, excess) if abs(excess) > _ZERO else _Gap.of(twice, point, "-")
    stability = Stability.ATTRACTING if gap.pulls(-1) else Stability.REPELLING
    return stability, _rate(stability, [(sqrt(slope), gap)], steps=2)


def _rate(
    stability: Stability, ways: list[tuple[Expr, _Gap]], steps: int, exact: bool = True
) -> str:
    """The slowest of the ways in; a gap of order above 1 means a factor of 1, hence a power law.

    A factor of 0 is one for sure where the point is ``exact``.
    """
    if stability is not Stability.ATTRACTING:
        return "not approached from every side"
    slowest = max((gap for _, gap in ways), key=lambda gap: gap.order)
    if slowest.order > 1:
        # y ← y − c·yᵏ: d(y^(1−k)) = (k − 1)c a step, so y ~ ((k − 1)c·n)^(−1/(k−1)).
        order = slowest.order
        speed = (order - 1) * abs(slowest.coefficient) / steps
        return f"algebraic: distance ~ ({speed}·n)^(-1/{order - 1})"
    worst = max((factor for factor, _ in ways), key=approximate)
    if worst == 0:
        return "faster than linear" + (
            "" if exact else f", or by a factor below {_UNSURE} per step"
        )
    factor = approximate(worst, 10)
    shown = f"{factor}" if factor > _TINY else f"below {_TINY}"
    return f"linear: factor {shown} per step"
