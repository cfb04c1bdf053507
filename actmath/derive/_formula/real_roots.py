"""All real zeros of a smooth formula on an interval: exact where SymPy can, else to 30 digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import Any

from sympy import (
    E,
    Expr,
    Float,
    LambertW,
    Poly,
    Rational,
    Wild,
    diff,
    exp,
    real_roots,
    solve,
    sqrt,
)

from ...notation import x
from ...number import approximate, compiled, evaluated, mp, one_at_a_time


class RootRoute(StrEnum):
    """How a number was found: as an exact expression, or as digits by bracketing."""

    EXACT = "exact"
    NUMERIC = "numeric"


#: Of a root that is found numerically; the search works with 15 more.
DIGITS = 30
# From eight digits to more than the 16000 of the longest evaluation.
_MOST_STEPS = 20
# A bracket is halved in three steps: four times the bits are all digits even of 2^(−3·bits).
_STEPS_PER_BIT = 12
#: Likely zeros, tried exactly before digits are looked for.
_FAMILIAR = (Rational(0), Rational(1), Rational(-1), sqrt(2), -sqrt(2))
_a, _b, _c = (Wild(name, exclude=[x, 0]) for name in "abc")
_d = Wild("d", exclude=[x])


@one_at_a_time
def roots_between(expr: Expr, lower: Expr, upper: Expr) -> list[tuple[Expr, RootRoute]]:
    """The zeros of ``expr`` in ``notation.x`` with ``lower`` ≤ x ≤ ``upper``, without repeats.

    Polynomials are solved exactly. Otherwise a grid that is fine near 0 and reaches to ±2⁸ is
    searched for changes of sign of the function and, for double zeros, of its derivative; zeros at
    a few familiar numbers are recognized symbolically. Zeros closer than the grid (about 0.02 near
    0), or beyond ±2⁸, can be missed: the route "numeric" is no proof of completeness.
    """
    exact = _polynomial_roots(expr) if expr.is_polynomial(x) else _recognized(expr)
    found: list[tuple[Expr, RootRoute]] = []
    seen: list[Expr] = []
    for root in exact:
        if _within(root, lower, upper) and _is_new(approximate(root), seen):
            found.append((root, RootRoute.EXACT))
            seen.append(approximate(root))
    if not expr.is_polynomial(x):
        with mp.workdps(DIGITS + 15):
            for value in _scan(expr, _grid(lower, upper)):
                root = Float(value._mpf_, DIGITS)
                if _is_new(root, seen):
                    found.append((root, RootRoute.NUMERIC))
                    seen.append(root)
    return found


def _within(root: Expr, lower: Expr, upper: Expr) -> bool:
    value = approximate(root)
    slack = Float(10, DIGITS) ** (
        5 - DIGITS
    )  # a root at the very end, seen with its last digits off
    return bool(approximate(lower) - slack <= value <= approximate(upper) + slack)


def _is_new(root: Expr, seen: list[Expr]) -> bool:
    # Far above the error of either copy of a root, far below the spacing of the grid.
    return all(abs(root - known) > 1e-12 for known in seen)


def _polynomial_roots(expr: Expr) -> list[Expr]:
    polynomial = Poly(expr, x)
    # EX: coefficients such as √2; SymPy isolates the roots of rational polynomials only.
    if polynomial.get_domain().is_EX:
        return [root for root in solve(expr, x) if root.is_real]
    return list(real_roots(polynomial))


def _recognized(expr: Expr) -> list[Expr]:
    familiar = [p for p in _FAMILIAR if _vanishes(expr.subs(x, p))]
    return familiar + _lambert_roots(expr)


def _vanishes(value: Expr) -> bool:
    """Symbolically zero; the digits are looked at first, because simplifying is slow."""
    # 0 comes out of ``approximate`` as something below 10⁻³⁰ times its terms.
    size = abs(approximate(value))
    return bool(size.is_finite and size < 1e-20) and value.simplify() == 0


def _lambert_roots(expr: Expr) -> list[Expr]:
    """The zeros of a·e^{bx} + cx + d: x = −d/c − W(ab/c·e^{−bd/c})/b on both real branches."""
    match = expr.expand().match(_a * exp(_b * x) + _c * x + _d)
    if match is None:
        return []
    a, b, c, d = (match[wild] for wild in (_a, _b, _c, _d))
    argument = a * b / c * exp(-b * d / c)
    # W is real from −1/e on; at −1/e itself both branches are −1, with the last digits off.
    if approximate(argument * E + 1) < -1e-25:
        return []
    # Below 0 both branches W₀ and W₋₁ are real, above only W₀.
    branches = (0, -1) if approximate(argument) < 0 else (0,)
    return [-d / c - LambertW(argument, branch) / b for branch in branches]


def _grid(lower: Expr, upper: Expr) -> list[Any]:
    """Points of ±(2^(k/32) − 1), k up to 256, inside the interval, with its finite ends."""
    ends = [mp.mpf(evaluated(end, DIGITS)) for end in (lower, upper) if end.is_finite]
    spread = [mp.mpf(2) ** (mp.mpf(k) / 32) - 1 for k in range(257)]
    points = ends + [sign * p for p in spread for sign in (1, -1)]
    low, high = (evaluated(end, DIGITS) for end in (lower, upper))
    return sorted({p for p in points if low <= p <= high})


def _scan(expr: Expr, grid: list[Any]) -> Iterator[Any]:
    value = compiled([x], expr)
    slope = compiled([x], diff(expr, x))
    yield from _crossings(value, grid)
    # A double zero has no change of sign: it is a turning point at which the value vanishes.
    for turning in _crossings(slope, grid):
        if abs(value(turning)) < mp.mpf(10) ** (-DIGITS):
            yield turning


def real_value(function: Callable[[Any], Any], at: Any) -> Any:
    """The value, nan where there is none: no comparison with it holds."""
    try:
        value = mp.convert(function(at))
    except ZeroDivisionError:
        return mp.nan
    return value.real if value.imag == 0 and mp.isfinite(value) else mp.nan


def _crossings(function: Callable[[Any], Any], grid: list[Any]) -> Iterator[Any]:
    values = [real_value(function, point) for point in grid]
    tiny = mp.mpf(10) ** (-DIGITS)  # what counts as zero with DIGITS + 15 working digits
    # A zero on the grid shows no change of sign. In a tail that has died out, all are tiny.
    for point, before, at, after in zip(grid[1:], values, values[1:], values[2:], strict=False):
        if abs(at) <= tiny < min(abs(before), abs(after)) * mp.mpf(10) ** (-DIGITS // 2):
            yield point
    for (left, at_left), (right, at_right) in pairwise(zip(grid, values, strict=True)):
        if min(abs(at_left), abs(at_right)) > tiny and at_left * at_right < 0:
            root = bracketed_root(partial(real_value, function), left, right)
            # At a pole the sign changes too, and the value grows.
            if abs(real_value(function, root)) < min(abs(at_left), abs(at_right)):
                yield root


def bracketed_root(function: Callable[[Any], Any], left: Any, right: Any) -> Any:
    """The zero of a continuous function between two numbers of ``mp`` where its signs differ.

    False position, with a step to the middle where two of them have not halved the bracket: it is
    never left, and shrinks to the last digits of the working precision. Where the function has a
    pole instead, that is found.

    Raises:
        ValueError: if the function has the same sign, or is no number, at both ends.

    >>> from actmath.number import mp
    >>> bracketed_root(lambda t: t**2 - 2, mp.mpf(1), mp.mpf(2))
    mpf('1.4142135623730951')
    """
    low, high, at_low, at_high = left, right, function(left), function(right)
    if not at_low * at_high <= 0:
        raise ValueError(f"no change of sign between {left} and {right}")
    if min(left, right) < 0 < max(left, right):
        # Beside 0 no bracket is short beside its ends: 0 itself is one from now on.
        middle = function(mp.zero)
        if not middle:
            return mp.zero
        low, at_low = (mp.zero, middle) if middle * at_high < 0 else (low, at_low)
        high, at_high = (mp.zero, middle) if middle * at_high > 0 else (high, at_high)
    width, since = abs(high - low), 0
    for _ in range(_STEPS_PER_BIT * mp.prec):
        if not at_low or not at_high or _is_short(low, high):
            break
        at = (low * at_high - high * at_low) / (at_high - at_low)
        if since == 2 or not min(low, high) < at < max(low, high):
            at = (low + high) / 2
        value = function(at)
        if not value * at_high > 0:
            low, at_low = high, at_high
        else:
            # Anderson and Björck (1973): the value at the end that stays is weighted down.
            share = 1 - value / at_high
            at_low *= share if share > 0 else mp.mpf(1) / 2
        high, at_high = at, value
        since += 1
        if since == 3 or abs(high - low) * 2 < width:
            width, since = abs(high - low), 0
    return low if not at_low else high


def _is_short(low: Any, high: Any) -> bool:
    """Do both ends agree in all digits?"""
    return bool(abs(high - low) <= mp.eps * 2 * max(abs(low), abs(high)))


def secant_root(function: Callable[[Any], Any], near: Any, apart: Any) -> Any:
    """The zero of a smooth function beside a number of ``mp`` that has all but its last digits.

    The secant's steps, the first of which goes ``apart`` times the number away; each has the digits
    of the two before it together. None where the steps do not shrink so, as at a double zero.

    >>> from actmath.number import mp
    >>> print(mp.nstr(secant_root(lambda t: t**2 - 2, mp.mpf("1.41421356"), 1e-8), 13))
    1.414213562373
    """
    before, at = near, near * (1 + apart)
    value_before, value = function(before), function(at)
    # A step of two thirds of the digits leaves an error below all of them.
    enough = mp.eps ** (mp.mpf(2) / 3)
    for _ in range(_MOST_STEPS):
        if value == value_before:
            return at if not value else None
        step = -value * (at - before) / (value - value_before)
        before, value_before, at = at, value, at + step
        if abs(step) <= enough * abs(at):
            return at
        value = function(at)
    return None
