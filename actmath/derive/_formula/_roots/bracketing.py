"""A zero of a continuous function of numbers with all digits, from a bracket or from beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr

from ....notation import x
from ....number import compiled, mp

# From eight digits to more than the 16000 of the longest evaluation.
_MOST_STEPS = 20
# A bracket is halved in three steps: four times the bits are all digits even of 2^(−3·bits).
_STEPS_PER_BIT = 12
# e^(10¹⁵) is beyond every number that stands beside it.
_LAST_POWER = 1e15


def real_function(expr: Expr) -> Callable[[Any], Any]:
    """A formula in ``notation.x`` as a function of numbers of ``mp``, e to huge powers at once."""
    return compiled([x], expr, {"exp": _exp})


def _exp(power: Any) -> Any:
    """e to a power: at once 0 or infinite where mpmath takes long for digits that do not count."""
    if abs(power) < _LAST_POWER:
        return mp.exp(power)
    return mp.inf if power > 0 else mp.zero


def real_value(function: Callable[[Any], Any], at: Any) -> Any:
    """The value, nan where there is none: no comparison with it holds."""
    try:
        value = mp.convert(function(at))
    except (ZeroDivisionError, OverflowError):
        return mp.nan
    return value.real if value.imag == 0 and mp.isfinite(value) else mp.nan


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
