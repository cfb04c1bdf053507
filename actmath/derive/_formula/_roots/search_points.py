"""Points between which the zeros of a formula are looked for, by the scales of its numbers."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Float, Function, Interval, Set, diff, exp, log, preorder_traversal
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ....notation import x
from ....number import evaluated, mp
from .landmarks import crossed_landmarks, landmarks
from .wave_terms import last_crossing

#: Digits of the ends and of the numbers in a formula.
DIGITS = 30
# Twice the decimal places of floats, and some.
_MOST_DIGITS = 1000
# A formula with such numbers bends between the usual points.
_FAR = 64
# Of exp(exp(x)) a computer holds no more than the 8th octave; few floats lie beyond the 1000th.
_NESTED, _LARGEST = 8, 1000
# So many octaves, and quarters of 1, on both sides of where a large number makes a formula bend.
_AROUND = 40
# Points in each wave, and how many waves on each side of 0.
_IN_A_WAVE, _WAVES = 8, 64
# Points in each octave of the distance from a place where a formula bends, and how many octaves.
_IN_AN_OCTAVE, _OCTAVES = 8, 8
# Points on a finite interval, at least.
_FEWEST = 65


def search_points(expr: Expr, lower: Expr, upper: Expr) -> list[Any]:
    """Numbers of ``mp`` from ``lower`` to ``upper`` in ascending order, finite ends among them.

    ±(2^(k/32) − 1) out to 2⁸, and no fewer than 65 on a finite interval. Where the formula has
    numbers far from 1: powers of 4 around each of them and its reciprocal, and the surroundings of
    its logarithm. Where what is inside a function or a power is 0 or turns, 128 around it by its
    width, as around 3 for tanh(1000(x − 3)). Of a formula with sin(ax) eight points for each of 64
    waves on both sides of 0, or for all that a finite interval holds, and none beyond.

    Raises:
        NotImplementedError: for waves so fast that these do not cover [−1, 1], or the interval.

    >>> from sympy import S, exp
    >>> len(search_points(exp(x), S.Zero, S.One)), len(search_points(exp(x), S.Zero, S.Infinity))
    (96, 257)
    """
    low, high = (evaluated(end, DIGITS) for end in (lower, upper))
    ends = [mp.mpf(end) for end in (low, high) if end.is_finite]
    if len(ends) == 2:
        ends = _on_interval(expr, *ends)
    spread = [mp.mpf(2) ** (mp.mpf(k) / 32) - 1 for k in range(257)]
    spread += _far_points(expr)
    beside = _beside_bends(expr, sorted(sign * point for point in spread for sign in (1, -1)))
    reach = _reach(expr)
    if mp.isfinite(reach):
        if reach < 1 and len(ends) < 2:
            raise _too_fast(_fastest(expr))
        step = reach / (_IN_A_WAVE * _WAVES)
        # One more, that a zero at the last wave's end be between two.
        waves = [k * step for k in range(_IN_A_WAVE * _WAVES + 2)] if len(ends) < 2 else []
        spread = [point for point in spread if abs(point) <= reach] + waves
        beside = [point for point in beside if abs(point) <= reach]
    points = ends + beside + [sign * point for point in spread for sign in (1, -1)]
    return sorted({point for point in points if low <= point <= high})


def searched(expr: Expr, lower: Expr, upper: Expr) -> Set:
    """The part of [lower, upper] beyond which no zero is looked for: all of it but for waves.

    Nor for waves where they end, or that a line beside them outgrows.

    >>> from sympy import S, oo, sin, tanh
    >>> searched(tanh(x), S.Zero, oo), searched(sin(x) - x, S.Zero, oo)
    (Interval(0, oo), Interval(0, oo))
    >>> searched(sin(128 * S.Pi * x), S.Zero, oo)
    Interval(0, 1.00000000000000)
    """
    whole, reach = Interval(lower, upper), min(_reach(expr), _resolved(expr))
    if not mp.isfinite(reach) or (lower.is_finite and upper.is_finite):
        return whole
    if evaluated(last_crossing(expr)) <= reach:
        return whole
    edge = Float(reach, 15)
    return whole & Interval(-edge, edge)


def _reach(expr: Expr) -> Any:
    """How far from 0 the search points go on a piece without end: 64 of the shortest waves."""
    rate = _fastest(expr)
    return 2 * mp.pi / rate * _WAVES if rate else mp.inf


def _resolved(expr: Expr) -> Any:
    """How far from 0 the points are near enough beside waves whose length changes, as of sin x²."""
    rates = [diff(wave.args[0], x) for wave in expr.atoms(TrigonometricFunction)]
    rates = [rate for rate in rates if rate.has(x)]
    if not rates:
        return mp.inf

    def steepest(at: Any) -> Any:
        values = [
            evaluated(rate.subs(x, side * Float(at, DIGITS))) for rate in rates for side in (1, -1)
        ]
        return max(abs(mp.mpf(v)) if v.is_Float or v.is_Rational else mp.inf for v in values)

    before = mp.zero
    for k in range(1, 257):
        after = mp.mpf(2) ** (mp.mpf(k) / 32) - 1
        if not max(map(steepest, (before, after))) * (after - before) <= 2 * mp.pi / _IN_A_WAVE:
            return before
        before = after
    # What is inside the waves may have come to an end, as in sin(tanh x).
    settled = all(steepest(mp.ldexp(1, k)) * mp.ldexp(1, k) < 1e-3 for k in (30, 60))
    return mp.inf if settled else before


def digits_wanted(expr: Expr) -> int:
    """Digits in which a sum of 1 and a number of the formula keeps 30 of both, 1000 at most.

    >>> from sympy import S
    >>> digits_wanted(2 * x), digits_wanted(S(10)**40 * x), digits_wanted(x / S(10)**40)
    (30, 70, 70)
    """
    sizes = [abs(mp.log10(number)) for number in _far_numbers(expr)]
    return min(DIGITS + int(mp.ceil(max(sizes, default=0))), _MOST_DIGITS)


def _far_numbers(expr: Expr) -> list[Any]:
    """The sizes of the numbers in a formula that are far from 1, as numbers of ``mp``."""
    parts = {part for part in preorder_traversal(expr) if part.is_number and part.is_real}
    sizes = [abs(mp.mpf(evaluated(part, DIGITS))) for part in parts]
    return [size for size in sizes if size and not 1 / _FAR <= size <= _FAR]


def _on_interval(expr: Expr, low: Any, high: Any) -> list[Any]:
    """Points on a finite interval, at the same distances."""
    rate = _fastest(expr)
    waves = (high - low) * rate / (2 * mp.pi)
    if waves > 2 * _WAVES:
        raise _too_fast(rate)
    return list(mp.linspace(low, high, max(_FEWEST, int(waves * _IN_A_WAVE) + 2)))


def _far_points(expr: Expr) -> list[Any]:
    """Points at which a formula bends that has numbers far from 1.

    Multiples of x do so at some power of 2, exponentials around the logarithm of a number.
    """
    numbers = _far_numbers(expr)
    if not numbers:
        return []
    # A logarithm takes an exponential back.
    outer = (node.replace(log, lambda _: x) for node in expr.atoms(Function))
    nested = any(isinstance(node, Function) and node.args[0].has(exp) for node in outer)
    most = _NESTED if nested else _LARGEST
    middles = {sign * round(mp.log(number, 2)) for number in numbers for sign in (1, -1)}
    octaves = {middle + k for middle in middles for k in range(-_AROUND, _AROUND + 1, 2)}
    logarithms = {abs(mp.log(number)) for number in numbers}
    beside = [middle + mp.mpf(k) / 4 for middle in logarithms for k in range(-_AROUND, _AROUND + 1)]
    points = [*(mp.ldexp(1, k) for k in octaves if k >= -_LARGEST), *beside]
    return [point for point in points if point <= mp.ldexp(1, most)]


def _beside_bends(expr: Expr, grid: list[Any]) -> list[Any]:
    """Points around each place where the formula bends, at its own width."""
    bends = {mp.mpf(at): mp.mpf(wide) for at, wide in landmarks(expr) if (at, wide) != (0, 1)}
    bends |= crossed_landmarks(expr, grid)
    steps = [mp.mpf(2) ** (mp.mpf(k) / _IN_AN_OCTAVE) - 1 for k in range(_IN_AN_OCTAVE * _OCTAVES)]
    return [at + sign * wide * k for at, wide in bends.items() for k in steps for sign in (1, -1)]


def _fastest(expr: Expr) -> Any:
    """The largest |a| of all sin(ax + b) and their like, 0 where there is none."""
    rates = (diff(wave.args[0], x) for wave in expr.atoms(TrigonometricFunction))
    known = [abs(mp.mpf(evaluated(rate, DIGITS))) for rate in rates if rate.is_number]
    return max(known, default=mp.zero)


def _too_fast(rate: Any) -> NotImplementedError:
    length = mp.nstr(2 * mp.pi / rate, 3)
    return NotImplementedError(f"a wave of length {length} has more zeros than are looked for")
