"""Gaussian moments of a formula and their gradients, by panels that are halved until they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from mpmath import MPContext
from mpmath.calculus.quadrature import GaussLegendre
from sympy import Expr

from .formula_walk import Walk

# Digits of the sums, and of f′ by a difference quotient of step 2^−83.
_DIGITS, _INNER, _STEP = 40, 75, -83
# Deviations at least, and at most where the integrand grows; what is beyond is below _AGREED.
_REACH, _FARTHEST = 12, 60
# Rules of 12 and 24 nodes must agree to this share of the sum on each panel.
_AGREED = 1e-22
# Halvings of a panel beside a break; what has not agreed then is infinite, or unknown.
_MOST_HALVINGS = 80

Sums = list[Any]


@dataclass(frozen=True)
class Expected:
    """E f, Var f, E f′, E f′², and the gradients of E f and Var f by mean and variance.

    What does not settle, such as an infinite E f′², is None.
    """

    mean: Any
    second: Any
    variance: Any
    derivative_mean: Any
    derivative_second: Any
    mean_gradient: tuple[Any, Any]
    variance_gradient: tuple[Any, Any]


class GaussianReference:
    """Moments of one formula; ``breaks`` are where panels end.

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

    def __call__(self, mean: float, variance: float) -> Expected:
        """The moments at N(mean, variance).

        Raises:
            UnknownValueError: where the formula has no value at a node.
        """
        total, open_ones = self._sums(self.context.mpf(mean), self.context.mpf(variance))
        f, square, slope, slope_square, f_by_m, square_by_m, f_by_v, square_by_v = (
            None if index in open_ones else value for index, value in enumerate(total)
        )

        def spread(second: Any, first: Any) -> Any:
            if f is None or first is None or second is None:
                return None
            return second - 2 * f * first

        variance_found = None if square is None or f is None else square - f * f
        return Expected(
            f,
            square,
            variance_found,
            slope,
            slope_square,
            (f_by_m, f_by_v),
            (spread(square_by_m, f_by_m), spread(square_by_v, f_by_v)),
        )

    def _sums(self, mean: Any, variance: Any) -> tuple[Sums, set[int]]:
        deviation = self.context.sqrt(variance)
        total, unsettled = [self.context.zero] * 8, set[int]()
        width = min(deviation, 1)
        sizes = self._sizes(mean, variance, width)
        for side in (-1, 1):
            near = mean
            while True:
                far = near + side * width
                for left, right in self._between(min(near, far), max(near, far)):
                    part = self._panel((left, right), (mean, variance), sizes, unsettled, 0)
                    total = [t + p for t, p in zip(total, part, strict=True)]
                near = far
                away = abs(near - mean) / deviation
                small = all(abs(p) <= _AGREED * t for p, t in zip(part, sizes, strict=True))
                if away >= _FARTHEST:
                    unsettled |= set() if small else set(range(8))
                if away >= _FARTHEST or (away >= _REACH and small):
                    break
        return total, unsettled

    def _between(self, left: Any, right: Any) -> list[tuple[Any, Any]]:
        inside = [at for at in self._breaks if left < at < right]
        ends = [left, *inside, right]
        return list(pairwise(ends))

    def _sizes(self, mean: Any, variance: Any, width: Any) -> Sums:
        """Roughly the eight integrals of absolute values, beside which a panel counts."""
        sizes = [self.context.mpf(1e-300)] * 8
        near = int(4 * self.context.sqrt(variance) / width) + 1
        for k in range(-near, near):
            for left, right in self._between(mean + k * width, mean + (k + 1) * width):
                part = self._rule(3, left, right, mean, variance)
                sizes = [size + abs(p) for size, p in zip(sizes, part, strict=True)]
        return sizes

    def _panel(
        self,
        ends: tuple[Any, Any],
        gaussian: tuple[Any, Any],
        sizes: Sums,
        out: set[int],
        depth: int,
    ) -> Sums:
        """The eight integrals over a panel, halved where two rules disagree."""
        coarse, fine = (self._rule(degree, *ends, *gaussian) for degree in (3, 4))
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
        parts = [self._panel(half, gaussian, sizes, out, depth + 1) for half in halves]
        return [one + other for one, other in zip(*parts, strict=True)]

    def _rule(self, degree: int, left: Any, right: Any, mean: Any, variance: Any) -> Sums:
        context = self.context
        middle, half = (left + right) / 2, (right - left) / 2
        sums = [context.zero] * 8
        for node, weight in _nodes(degree):
            at = middle + half * context.make_mpf(node)
            f, slope = self._jet(at)
            score = (at - mean) / variance
            # ∂φ/∂m = φ·(z − m)/v and ∂φ/∂v = φ·((z − m)²/v − 1)/2v.
            by_variance = (score * (at - mean) - 1) / (2 * variance)
            mass = context.make_mpf(weight) * half * context.npdf(at, mean, context.sqrt(variance))
            terms = (f, f * f, slope, slope * slope)
            scored = (f * score, f * f * score, f * by_variance, f * f * by_variance)
            sums = [s + mass * t for s, t in zip(sums, (*terms, *scored), strict=True)]
        return sums

    def _jet(self, at: Any) -> tuple[Any, Any]:
        with self.context.workdps(_INNER):
            step = self.context.ldexp(min(abs(at), self.context.one), _STEP)
            ahead, behind = self._walk(at + step), self._walk(at - step)
            # (f(x + h) + f(x − h))/2 = f(x) + h²f″/2, which is f to 50 digits.
            return (ahead + behind) / 2, (ahead - behind) / (2 * step)


@lru_cache(maxsize=4)
def _nodes(degree: int) -> list[tuple[Any, Any]]:
    context = MPContext()
    context.dps = _DIGITS
    found = GaussLegendre(context).calc_nodes(degree, context.prec + 20)
    return [(node._mpf_, weight._mpf_) for node, weight in found]
