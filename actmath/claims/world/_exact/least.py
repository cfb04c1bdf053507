"""The parameter with which one function is nearest to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr

from ....number import mp, significant

#: Digits beyond those asked for; a numerical derivative loses half of what it works with.
_SPARE = 10


def least_deviation(
    difference: Callable[[Any, Any], Any], start: tuple[float, float, float], digits: int
) -> Expr:
    """The parameter c whose largest |difference(c, x)| over x is least.

    There the two largest deviations have opposite signs and one size, or c could be bettered.

    Args:
        difference: of the two functions, at (c, x).
        start: c and the places of the two extremes, to two digits.
        digits: how many are wanted.
    """
    with mp.workdps(digits + _SPARE):

        def slope(c: Any, at: Any) -> Any:
            return mp.diff(lambda t: difference(c, t), at)

        equations = [
            lambda c, p, q: difference(c, p) + difference(c, q),
            lambda c, p, q: slope(c, p),
            lambda c, p, q: slope(c, q),
        ]
        found = mp.findroot(equations, start)
        return significant(found[0], digits)


def zero_between(function: Callable[[Any], Any], ends: tuple[float, float], digits: int) -> Expr:
    """The zero of a function that changes its sign once between two ends.

    Of a sum of squares the derivative is such a function of the parameter.
    """
    with mp.workdps(digits + _SPARE):
        return significant(mp.findroot(function, ends, solver="anderson"), digits)
