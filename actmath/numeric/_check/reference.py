"""f and f′ at a point with 25 certain digits: at rising precision, until two precisions agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import cycle, pairwise
from typing import Any

from sympy import Expr

from ...number import mp
from .formula_walk import UnknownValueError, Walk

# Two precisions must agree to this share.
_CERTAIN = 1e-25
# A first precision, and digits more for each power of ten of x: √(x² + 1) − x costs two.
_FIRST, _PER_DECADE = 110, 2
# Down and up, lest 1 + u be 1 both times where u is too small for either precision.
_ROUNDED = ("f", "c")
# The difference quotient's step is 2^−133, that is 10^−40, of x, or of 1 where x is larger.
_STEP = -133
# At 0, where x² has the slope of the step itself: 2^−1500, which is 0 to every float.
_STEP_AT_ZERO = -1500
# From this slope on it may be a jump that is seen.
_STEEP = 1e15
#: 10^−421, which is 0 to every float, and here.
NOTHING = mp.ldexp(1, -1400)
# Powers of ten that stand for infinity.
_FAR = (330, 380, 440, 510)
# A precision that shows what is not 0 to every float, in f″ too; and the last one.
_DEEP, _DEEPEST = 500, 3000


@dataclass(frozen=True)
class Known:
    """f(x), f′(x) and roughly f″(x); ``slope`` is None at a kink or jump.

    All are of the one context of mpmath that the reference computes in.
    """

    at: float
    value: Any
    slope: Any
    curvature: Any

    def slack(self, order: int, epsilon: float) -> Any:
        """|x·g′|, by whose eps-th part an ulp of x moves g = f (order 0) or f′ (order 1).

        Infinite where that is more than both f and f′ themselves, as of e^{x²} at 1e20.
        """
        by_ulp = [abs(self.at * (slope or 0)) for slope in (self.slope, self.curvature)]
        sizes = (abs(self.value), abs(self.slope or 0))
        if all(epsilon * by > size for by, size in zip(by_ulp, sizes, strict=True)):
            return math.inf
        return by_ulp[order]


class Reference:
    """The declared formula with numbers for its parameters, at floats.

    >>> from sympy import log, exp
    >>> from ...notation import x
    >>> reference = Reference(log(1 / (1 + exp(-x))))
    >>> reference.context.nstr(reference(-750.0).value, 10)
    '-750.0'
    """

    def __init__(self, formula: Expr) -> None:
        self._walk = Walk(formula)
        self.context = self._walk.context
        self._seen: dict[float, Known | None] = {}
        self._limits: dict[int, Any] = {}

    def __call__(self, at: float) -> Known | None:
        """What is known at a finite float; None where there is no value that settles."""
        if at not in self._seen:
            try:
                self._seen[at] = self._settled(at)
            except (UnknownValueError, NotImplementedError):
                self._seen[at] = None
        return self._seen[at]

    def limit(self, sign: int) -> Any:
        """f at ±infinity, as an mpf that may be infinite; None where none is seen."""
        if sign not in self._limits:
            self._limits[sign] = self._end(sign)
        return self._limits[sign]

    def _end(self, sign: int) -> Any:
        context, ends = self.context, []
        for power in _FAR:
            with context.workdps(power + 100):
                try:
                    ends.append(self._walk(sign * context.mpf(10) ** power))
                except (UnknownValueError, NotImplementedError):
                    return None
        steps, far = list(pairwise(ends)), ends[-1]
        if all(abs(b - a) <= abs(b) * 1e-100 for a, b in steps):
            return far
        if any(context.sign(a) != context.sign(b) for a, b in steps):
            return None
        # Even a logarithm grows by an eighth from each of the powers to the next.
        if all(abs(b) > abs(a) * 1.1 for a, b in steps):
            return context.sign(far) * context.inf
        return context.zero if all(abs(b) < abs(a) / 1.1 for a, b in steps) else None

    def _settled(self, at: float) -> Known:
        context = self.context
        size = abs(int(context.log10(abs(at)))) if at else 0
        more, previous = _PER_DECADE * size, None
        roundings = cycle(_ROUNDED)
        for digits in (_FIRST, 2 * _FIRST, _DEEP, 2 * _DEEP, _DEEPEST):
            # What is 0 so far may be a cancellation: at once to where it shows. At 0 the step does.
            vanishes = previous is not None and self._vanishes(previous.value)
            if (vanishes or not at) and digits < _DEEP:
                continue
            with context.workdps(digits + more):
                context._prec_rounding[1] = next(roundings)
                try:
                    current = self._jet(at)
                finally:
                    context._prec_rounding[1] = "n"
            if previous is not None and self._agree(previous, current, digits >= _DEEP):
                return current
            previous = current
        raise UnknownValueError(f"no agreement at {_DEEPEST} digits")

    def _jet(self, at: float) -> Known:
        """Value, and slope and curvature by quotients of differences at one precision."""
        context = self.context
        point = context.mpf(at)
        size = min(abs(point), context.one)
        step = context.ldexp(size, _STEP) if size else context.ldexp(context.one, _STEP_AT_ZERO)
        value = self._walk(point)
        try:
            ahead = (self._walk(point + step) - value) / step
            behind = (value - self._walk(point - step)) / step
        except UnknownValueError:
            return Known(at, value, None, None)
        # On both sides of a kink the slopes differ; elsewhere by f″·h, far below either of these.
        apart, scale = abs(ahead - behind), max(abs(ahead), abs(behind))
        floor = abs(value) * _CERTAIN if at else 1e-30
        if apart > max(scale * 1e-15, floor) or (scale > _STEEP and self._jumps(point, step)):
            return Known(at, value, None, None)
        return Known(at, value, (ahead + behind) / 2, (ahead - behind) / step)

    def _jumps(self, point: Any, step: Any) -> bool:
        """Is the difference as large for half of the step, as of a sign at 0?"""
        value = self._walk(point)
        whole, half = (abs(self._walk(point + h) - value) for h in (step, step / 2))
        return bool(half > whole * 0.6)

    def _agree(self, one: Known, other: Known, deep: bool) -> bool:
        pairs = [(one.value, other.value)]
        if one.slope is not None and other.slope is not None:
            pairs.append((one.slope, other.slope))
        return all(self._same(*pair, deep) for pair in pairs)

    def _vanishes(self, value: Any) -> bool:
        return bool(abs(value) < NOTHING)

    def _same(self, one: Any, other: Any, deep: bool) -> bool:
        if self._vanishes(other):
            return deep or one == other != 0
        return bool(abs(one - other) <= abs(other) * _CERTAIN)
