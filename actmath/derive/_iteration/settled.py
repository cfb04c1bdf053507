"""A number that a computation gives with all digits of the working precision, or a sentence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

from ...number import mp

# Bits beyond the working precision, for the rounding of a few operations.
_GUARD = 16
# Spare bits of the second precision, and how often it is doubled.
_SPARE, _DOUBLINGS = 64, 3
# As of the guard's ManyDigits: 2304 bits hold 1 beside the square of the smallest float64.
_DEEP = 2304
# mpmath's words. Rounded to the nearest, e^u − 1 − u is −u at any two precisions that u is too
# small for; rounded up and down, the two differ.
_NEAREST, _DOWN, _UP = "n", "f", "c"


class NotSettledError(ArithmeticError, ValueError):
    """What was asked for could not be had to so many digits; the message says what was tried."""


def settled(evaluate: Callable[[], Any], lost: int = 0, what: str = "the value") -> Any:
    """The value to the working precision, computed with more and more bits until two agree.

    Two zeros may be what a difference lost: they count only where the last precision gives 0 too,
    and that one comes at once. What is no more than rounding there, below its last half, is 0.

    Args:
        evaluate: computes it at ``mp``'s working precision.
        lost: how many bits are expected to be lost on the way.
        what: the name to use in an error message.

    Raises:
        NotSettledError: if no two precisions agree.

    >>> with mp.workprec(53):
    ...     print(settled(lambda: mp.cos(mp.ldexp(1, -300)) - 1, what="cos x - 1"))
    -1.20495993255144e-181
    """
    asked = mp.prec
    first = 2 * asked + _SPARE + lost
    last = max(first << _DOUBLINGS, _DEEP)
    before, bits = _tried(evaluate, asked + _GUARD, _DOWN), first
    for rounding in cycle((_UP, _DOWN)):
        value = _tried(evaluate, bits, rounding)
        if _agree(before, value, asked) and (value or bits >= last):
            return +value
        if bits == 2 * last:
            break
        vanishes = not before and not value
        before, bits = value, min(2 * last, max(2 * bits, last if vanishes else 0))
    if mp.isnan(value):
        return value
    if abs(value) < mp.ldexp(1, -last):
        return mp.zero
    raise NotSettledError(f"{what} does not settle to {asked} bits: {bits} are not enough")


def _agree(before: Any, value: Any, asked: int) -> bool:
    # Infinite ones have no difference.
    return bool(before == value or abs(value - before) <= mp.ldexp(abs(value), -asked - 2))


def _tried(evaluate: Callable[[], Any], bits: int, rounding: str) -> Any:
    """The value at that precision; nan where a divisor lost all that it had."""
    with mp.workprec(bits):
        setting = mp._prec_rounding
        setting[1] = rounding
        try:
            return evaluate()
        except ZeroDivisionError:
            return mp.nan
        finally:
            setting[1] = _NEAREST
