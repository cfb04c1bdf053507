"""Formulas that stand for a function on an interval: levels, powers times series, exponentials.

Each is made from values of many digits by interpolation at Chebyshev points, and none is trusted:
the guard compares it at fresh points before it serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import nextafter
from typing import Any

from sympy import Expr, Rational, S, exp, log, oo

from ...notation import x
from .._functions.algebraic import WholePower
from .._functions.series import Offset, Reciprocal, Series, coefficient
from .chebyshev import interpolated, polynomial
from .judge import Judge

# Numbers of interpolation points; even ones, so that no point is the middle of the interval.
_SIZES = (20, 44)
# Coefficients below 2^{−58} of the largest, or of the first, change no float64. How many bits they
# may lag behind a steady fall.
_NEGLIGIBLE, _SLACK = 58, 8
# Powers of smaller and larger arguments may leave the range of float64.
_TINY, _HUGE = 1e-100, 1e100
# From this ratio of its ends on an interval is one for a power times a series.
_WIDE = 4
# And by this ratio one is extended to be so.
_LONG = 1e6
# How many octaves below an interval's far end the order of a zero or a pole is looked for.
_DEPTHS = (300, 90, 30)
# Higher powers than this leave the range of float64 too soon.
_STEEPEST = 30

_Number = Any


def fits(judge: Judge, lower: float, upper: float) -> Iterator[Expr]:
    """Candidates for an interval, the simplest first; none where the function has no value."""
    yield from _levels(judge, lower, upper)
    near, far = sorted((abs(lower), abs(upper)))
    if lower * upper < 0:
        near = 0.0
    far = min(far, judge.precision.largest)
    wide = far > _WIDE * near
    if wide and far < _HUGE:
        yield from _at_zero(judge, lower, upper, near, far)
    if far >= _HUGE and not wide:
        # Next to the largest number what serves is fitted on more than it serves.
        near = far / _LONG
        wide = True
    if wide and near > _TINY:
        side = 1 if lower > 0 else -1
        yield from _at_infinity(judge, near, far, side)
        yield from _by_logarithm(judge, near, far, side)
    if (near > _TINY and far < _HUGE and not wide) or lower * upper < 0:
        yield from _inside(judge, lower, upper)


def _levels(judge: Judge, lower: float, upper: float) -> Iterator[Expr]:
    most = judge.precision.largest
    # The lower end is not part of the interval.
    inside = (nextafter(lower, upper), upper)
    ends = [judge.value(min(max(end, -most), most)) for end in inside]
    context = judge.reference.context
    if all(abs(end) < judge.precision.smallest for end in ends):
        yield S.Zero
    elif all(abs(end) > judge.precision.largest for end in ends):
        yield int(context.sign(ends[0])) * oo
    elif abs(ends[0] - ends[1]) <= context.ldexp(abs(ends[0]), -judge.precision.bits):
        # The end that is farther out is the nearer to the limit.
        yield coefficient(ends[abs(upper) > abs(lower)])


def _at_zero(judge: Judge, lower: float, upper: float, near: float, far: float) -> Iterator[Expr]:
    """xᵖ·P(x), with the order p of the zero or pole at 0."""
    context = judge.reference.context
    side = 1 if upper > -lower else -1
    # At the near end of the interval, or so deep that only the leading term is left, unless the
    # value itself is lost there.
    depths = (max(context.mpf(near), context.ldexp(far, -bits)) for bits in _DEPTHS)
    ratio = 1 + context.ldexp(1, -20)
    orders = (_order(judge, [side * deep, side * deep * ratio]) for deep in depths)
    order = next((found for found in orders if found is not None), None)
    if order is None or not order.is_Integer:
        return
    power = int(order)
    scale = context.ldexp(1, context.mag(far))

    def rest(t: _Number) -> _Number:
        return judge.reference(t * scale) / (t * scale) ** power

    argument = x / coefficient(scale)
    # On both sides of 0 alike where the formula allows it: a Taylor series but for the last bits.
    for centre, half in ((0, 1), (Rational(side, 2), Rational(1, 2))):
        yield from _polynomials(judge, rest, argument, centre, half, _power(x, order))


def _at_infinity(judge: Judge, near: float, far: float, side: int) -> Iterator[Expr]:
    """xᵖ·P(1/x)."""
    context = judge.reference.context
    order = _leading(judge, far, side)
    if order is None:
        return
    scale = side * context.ldexp(1, context.mag(near) - 1)

    def rest(t: _Number) -> _Number:
        at = scale / t
        return judge.reference(at) / abs(at) ** (context.mpf(int(order.p)) / int(order.q))

    half, argument = Rational(1, 2), coefficient(scale) / x
    yield from _polynomials(judge, rest, argument, half, half, _power(side * x, order))
    if order.is_Integer and order > 1:
        # cxᵖ as (c^{1/p}x)ᵖ: for c < 1 the power alone would overflow.
        sign = context.sign(judge.value(side * far))

        def base(t: _Number) -> _Number:
            return context.root(sign * judge.reference(scale / t), int(order)) / abs(scale / t)

        for candidate in _polynomials(judge, base, argument, half, half, side * x):
            yield int(sign) * WholePower(candidate, order)


def _by_logarithm(judge: Judge, near: float, far: float, side: int) -> Iterator[Expr]:
    """xᵖ·P(log|x|), for what has a logarithm beside its leading power."""
    context = judge.reference.context
    order = _leading(judge, far, side)
    order = S.Zero if order is None else order
    ends = [context.log(near), context.log(far)]
    middle = context.mpf(float((ends[0] + ends[1]) / 2))
    half = context.ldexp(1, context.mag(ends[1] - middle))

    def rest(t: _Number) -> _Number:
        size = context.exp(middle + t * half)
        return judge.reference(side * size) / size ** (context.mpf(int(order.p)) / int(order.q))

    argument = (log(side * x) - coefficient(middle)) / coefficient(half)
    yield from _polynomials(judge, rest, argument, 0, Rational(1), _power(side * x, order))


def _leading(judge: Judge, far: float, side: int) -> Rational | None:
    """The power of x to which f is in proportion at the far end."""
    far = judge.reference.context.mpf(far)
    return _order(judge, [side * far * (1 - share) for share in (0, 1e-6)])


def _power(base: Expr, order: Rational) -> Expr:
    return base**order if order >= 0 else Reciprocal(base) ** -order


def _order(judge: Judge, pair: list[_Number], origin: _Number = None) -> Rational | None:
    """The exponent p of xᵖ, to which f is in proportion between two points; a number of sixths."""
    context = judge.reference.context
    values = [judge.reference(at) for at in pair]
    if any(not value or not context.isfinite(value) for value in values):
        return None
    origin = origin or context.zero
    run = abs((pair[0] - origin) / (pair[1] - origin))
    slope = context.log(abs(values[0] / values[1])) / context.log(run)
    if not abs(slope) < _STEEPEST:
        return None
    nearest = round(6 * float(slope))
    # The slope of the leading power, up to the share of what follows it.
    return Rational(nearest, 6) if abs(6 * slope - nearest) < 0.1 else None


def _inside(judge: Judge, lower: float, upper: float) -> Iterator[Expr]:
    """P(x − c), (x − c)ᵐ·P(x − c) at a zero c, or exp of a polynomial."""
    context = judge.reference.context
    middle = context.mpf(float((context.mpf(lower) + upper) / 2))
    # Two neighbouring floats have nothing between them.
    if not lower < middle < upper:
        return
    half = context.ldexp(1, context.mag(upper - middle))
    argument = Offset(x, coefficient(middle), 0) / coefficient(half)
    reach = Rational(1)

    def value(t: _Number) -> _Number:
        return judge.reference(middle + t * half)

    signs = {context.sign(judge.value(at)) for at in (lower, float(middle), upper)}
    yield from _polynomials(judge, value, argument, 0, reach, S.One)
    if len(signs) == 1 and 0 not in signs:
        sign = signs.pop()

        def logarithm(t: _Number) -> _Number:
            return context.log(sign * value(t))

        for candidate in _polynomials(judge, logarithm, argument, 0, reach, S.One):
            yield int(sign) * exp(candidate)
    yield from _at_a_zero(judge, lower, upper)


def _at_a_zero(judge: Judge, lower: float, upper: float) -> Iterator[Expr]:
    context = judge.reference.context
    zero = _smallest(judge, lower, upper)
    if zero is None:
        return
    half = context.ldexp(1, context.mag(max(upper - zero, zero - lower)))
    order = _order(judge, [zero + context.ldexp(half, -60) * share for share in (1, 1.001)], zero)
    if order is None or not order.is_Integer or order < 1:
        return
    high = float(zero)
    shifted = Offset(x, coefficient(high), coefficient(zero - high))

    def rest(t: _Number) -> _Number:
        return judge.reference(zero + t * half) / (t * half) ** int(order)

    argument = shifted / coefficient(half)
    yield from _polynomials(judge, rest, argument, 0, Rational(1), shifted**order)


def _smallest(judge: Judge, lower: float, upper: float) -> _Number | None:
    """Where |f| is smallest inside an interval, by golden section; None if that is at an end."""
    context = judge.reference.context
    # Ten points show whether it is inside at all: the search below is dear.
    steps = [abs(judge.value(lower + (upper - lower) * k / 10)) for k in range(11)]
    if not 0 < min(range(11), key=steps.__getitem__) < 10:
        return None
    golden = (context.sqrt(5) - 1) / 2
    left, right = context.mpf(lower), context.mpf(upper)
    inner = [right - golden * (right - left), left + golden * (right - left)]
    sizes = [abs(judge.reference(at)) for at in inner]
    # 0.618^n·(upper − lower): 160 steps leave 2^{−110} of the length.
    for _ in range(160):
        if any(map(context.isnan, sizes)):
            return None
        if sizes[0] < sizes[1]:
            right, inner[1], sizes[1] = inner[1], inner[0], sizes[0]
            inner[0] = right - golden * (right - left)
            sizes[0] = abs(judge.reference(inner[0]))
        else:
            left, inner[0], sizes[0] = inner[0], inner[1], sizes[1]
            inner[1] = left + golden * (right - left)
            sizes[1] = abs(judge.reference(inner[1]))
    found = (left + right) / 2
    inside = lower < left and right < upper
    return found if inside else None


def _polynomials(
    judge: Judge,
    function: Callable[[_Number], _Number],
    argument: Expr,
    centre: Any,
    half: Any,
    prefactor: Expr,
) -> Iterator[Expr]:
    """prefactor·P(argument), where P interpolates a function on centre ± half."""
    context = judge.reference.context
    middle, width = (context.mpf(int(Rational(v).p)) / int(Rational(v).q) for v in (centre, half))
    for size in _SIZES:
        # Products of numbers with 400 bits, some twenty for the price of an exponential.
        judge.reference.spend(3 * size**2 / 20)
        found = interpolated(context, lambda t: function(middle + width * t), size)
        if found is None:
            return
        largest, last = max(map(abs, found)), abs(found[-1]) + abs(found[-2])
        # What is 0 at every point has a level, or is below all that is computed.
        if not largest:
            return
        if last <= context.ldexp(largest, -_NEGLIGIBLE):
            numbers = polynomial(context, found, _NEGLIGIBLE)
            inner = (argument - centre) / half
            yield prefactor * Series(inner, *map(coefficient, numbers))
            return
        # Coefficients fall like powers of one number: as many more of them would not do.
        if last > context.ldexp(largest, -_NEGLIGIBLE * size // _SIZES[-1] + _SLACK):
            return
