"""Gaussian moments of a formula and their gradients, by panels that are halved until they agree."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from mpmath import MPContext
from mpmath.calculus.quadrature import GaussLegendre
from sympy import Expr

from .formula_walk import UnknownValueError, Walk

# Digits of the sums, and of f and f′ by difference quotients of step 2^−83.
_DIGITS, _INNER, _STEP = 40, 75, -83
# Deviations at least, and at most where the integrand grows; what is beyond is below 10^−62.
_REACH, _FARTHEST = 17, 60
# Rules of 12 and 24 nodes must agree to this share of the sum on each panel.
_AGREED = 1e-22
# A panel with so small a share of every sum is not looked at twice.
_FAINT = 1e-32
# Beside √E f² this is 0: f is known to 50 digits, so that its halves cancel to no fewer.
_NOTHING = 1e-45
# Halvings of a panel beside a break; what has not agreed then is infinite, or unknown.
_MOST_HALVINGS = 80

Sums = list[Any]
_Ends = tuple[Any, Any]


@dataclass(frozen=True)
class Expected:
    """E f, Var f, E f′, E f′², and the gradients of E f and Var f by mean and variance.

    What does not settle, such as an infinite E f′², is None. E f and E f′ are known to ``_AGREED``
    of their sizes, the sums of |f(m + t) + f(m − t)| and its like, which for an odd f are 0.
    """

    mean: Any
    second: Any
    variance: Any
    derivative_mean: Any
    derivative_second: Any
    mean_gradient: tuple[Any, Any]
    variance_gradient: tuple[Any, Any]
    mean_size: Any
    derivative_size: Any


class GaussianReference:
    """Moments of one formula; ``breaks`` are where panels end.

    It integrates g = f − f(m), and the two sides of the mean m together, so that neither a small
    variance beside a large mean nor a mean that vanishes by symmetry is a difference of sums.

    >>> from sympy import Max
    >>> from ...notation import x
    >>> found = GaussianReference(Max(0, x), [0])(0, 1)
    >>> round(float(found.mean), 15), round(float(found.mean_gradient[0]), 15)
    (0.398942280401433, 0.5)
    """

    def __init__(self, formula: Expr, breaks: Sequence[Any]) -> None:
        self._walk = Walk(formula)
        self.context = self._walk.context
        self.context.dps = _DIGITS
        self._breaks = [self.context.mpf(at) for at in breaks]
        self._mean = self._variance = self._middle = self.context.zero
        self._end = self._seconds = 0.0

    def __call__(self, mean: float, variance: float, seconds: float = 60.0) -> Expected:
        """The moments at N(mean, variance).

        Raises:
            UnknownValueError: where the formula has no value at a node, or the sums take more than
                so many seconds of the processor.
        """
        context = self.context
        self._seconds, self._end = seconds, time.thread_time() + seconds
        self._mean, self._variance = context.mpf(mean), context.mpf(variance)
        with context.workdps(_INNER):
            self._middle = self._walk(self._mean)
        total, sizes, open_ones = self._sums()
        g, square, slope, slope_square, g_by_m, square_by_m, g_by_v, square_by_v = (
            None if index in open_ones else value for index, value in enumerate(total)
        )

        def spread(second: Any, first: Any) -> Any:
            if g is None or first is None or second is None:
                return None
            return second - 2 * g * first

        f, c = None if g is None else self._middle + g, self._middle
        return Expected(
            f,
            None if square is None or g is None else square + c * (2 * g + c),
            None if square is None or g is None else square - g * g,
            slope,
            slope_square,
            (g_by_m, g_by_v),
            (spread(square_by_m, g_by_m), spread(square_by_v, g_by_v)),
            sizes[0] + abs(c),
            sizes[2],
        )

    def _sums(self) -> tuple[Sums, Sums, set[int]]:
        panels, sizes, unsettled = self._panels()
        total = [self.context.zero] * 8
        for ends, coarse in panels:
            faint = all(abs(c) <= _FAINT * size for c, size in zip(coarse, sizes, strict=True))
            part = coarse if faint else self._panel(ends, coarse, sizes, unsettled, 0)
            total = [t + p for t, p in zip(total, part, strict=True)]
        floors = self._floors(sizes, unsettled)
        total = [0 * t if abs(t) <= floor else t for t, floor in zip(total, floors, strict=True)]
        return total, sizes, unsettled

    def _panels(self) -> tuple[list[tuple[_Ends, Sums]], Sums, set[int]]:
        """The panels from the mean outwards with rough sums, the sizes of these, and what grows."""
        deviation = self.context.sqrt(self._variance)
        width = min(deviation, 1)
        kinks = [abs(at - self._mean) for at in self._breaks]
        # Beyond the last break too, where all may lie.
        least = max(_REACH * deviation, *(kink + width for kink in kinks), 0)
        found, sizes, near = [], [self.context.mpf(1e-300)] * 8, self.context.zero
        while True:
            far, last = near + width, [self.context.zero] * 8
            for ends in pairwise([near, *sorted({t for t in kinks if near < t < far}), far]):
                part = self._rule(3, *ends)
                found.append((ends, part))
                last = [total + abs(p) for total, p in zip(last, part, strict=True)]
            sizes = [size + p for size, p in zip(sizes, last, strict=True)]
            near = far
            growing = {i for i in range(8) if last[i] > _AGREED * sizes[i]}
            # What is new in the farthest panel, and faint beside the whole, does not grow.
            floors = self._floors(sizes, growing)
            loud = growing & {i for i in range(8) if last[i] > floors[i]}
            if near >= _FARTHEST * deviation or (near >= least and not loud):
                return found, [max(pair) for pair in zip(sizes, floors, strict=True)], loud

    def _floors(self, sizes: Sums, endless: set[int]) -> Sums:
        """Below what each sum is 0: by Cauchy and Schwarz none exceeds these units by much.

        An infinite square bounds nothing.
        """
        square, steep = (0 * sizes[at] if at in endless else sizes[at] for at in (1, 3))
        root, deviation = self.context.sqrt(square), self.context.sqrt(self._variance)
        by_mean, by_variance = 1 / deviation, 1 / self._variance
        units = (root, square, self.context.sqrt(steep), steep, root * by_mean, square * by_mean)
        return [_NOTHING * unit for unit in (*units, root * by_variance, square * by_variance)]

    def _panel(self, ends: _Ends, coarse: Sums, sizes: Sums, out: set[int], depth: int) -> Sums:
        """The eight integrals over a panel, halved where two rules disagree."""
        fine = self._rule(4, *ends)
        open_ones = {
            index
            for index, (one, other, size) in enumerate(zip(coarse, fine, sizes, strict=True))
            if abs(one - other) > _AGREED * size
        } - out
        if not open_ones:
            return fine
        if depth == _MOST_HALVINGS:
            out |= open_ones
            return fine
        middle = (ends[0] + ends[1]) / 2
        halves = ((ends[0], middle), (middle, ends[1]))
        parts = [self._panel(half, self._rule(3, *half), sizes, out, depth + 1) for half in halves]
        return [one + other for one, other in zip(*parts, strict=True)]

    def _rule(self, degree: int, left: Any, right: Any) -> Sums:
        if time.thread_time() > self._end:
            raise UnknownValueError(f"its sums take more than {self._seconds:.1f} s")
        context, variance = self.context, self._variance
        middle, half = (left + right) / 2, (right - left) / 2
        deviation, sums = context.sqrt(variance), [context.zero] * 8
        for node, weight in _nodes(degree):
            t = middle + half * context.make_mpf(node)
            (g, slope), (h, other) = self._jet(t), self._jet(-t)
            # ∂φ/∂m = φ·(z − m)/v and ∂φ/∂v = φ·((z − m)²/v − 1)/2v.
            score, by_variance = t / variance, (t * t / variance - 1) / (2 * variance)
            mass = context.make_mpf(weight) * half * context.npdf(t, 0, deviation)
            even, squares = g + h, g * g + h * h
            terms = (even, squares, slope + other, slope * slope + other * other)
            by_mean = ((g - h) * score, (g * g - h * h) * score)
            scored = (*by_mean, even * by_variance, squares * by_variance)
            sums = [s + mass * term for s, term in zip(sums, (*terms, *scored), strict=True)]
        return sums

    def _jet(self, away: Any) -> tuple[Any, Any]:
        """f − f(m) and f′ so far from the mean."""
        with self.context.workdps(_INNER):
            at = self._mean + away
            step = self.context.ldexp(min(abs(at), self.context.one), _STEP)
            ahead, behind = self._walk(at + step), self._walk(at - step)
            # (f(x + h) + f(x − h))/2 = f(x) + h²f″/2, which is f to 50 digits.
            return (ahead + behind) / 2 - self._middle, (ahead - behind) / (2 * step)


@lru_cache(maxsize=4)
def _nodes(degree: int) -> list[tuple[Any, Any]]:
    context = MPContext()
    context.dps = _DIGITS
    found = GaussLegendre(context).calc_nodes(degree, context.prec + 20)
    return [(node._mpf_, weight._mpf_) for node, weight in found]
