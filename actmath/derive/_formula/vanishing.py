"""Where on the whole line does a formula without parameters vanish, as far as digits can show it?

The line is looked at on a grid of equal ratios from 2⁻³⁰ to 2⁴⁰ on both sides of 0. A zero is seen
by a change of sign, or where the slope changes its sign and the value there is 0 or beyond it: so
double zeros, and pairs of zeros between two points, are seen too, and no unit of length is assumed.
What is unseen lies in a dip whose slope changes its sign twice between two points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice, pairwise
from typing import Any

from sympy import Expr, Pow, diff, exp, log

from ...notation import x
from ...number import compiled, mp
from ._roots.bracketing import bracketed_root, real_value

# Octaves of the grid, and its points in each: a feature far out is as wide as its place, or its
# slopes reach so far.
_LOWEST, _HIGHEST, _PER_OCTAVE = -30, 40, 8
# Digits of a first look, and of the look that confirms what was seen.
_DIGITS, _SURE_DIGITS = 40, 120
# Digits by which a zero is below what is beside it.
_FALL = 30
# The largest power of two that a function is asked at: e to the power of more fills the memory.
_MOST_BITS = 4096
_WATCHED = (
    *("exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh"),
    *("tanh", "atan", "asinh", "erf", "erfc"),
)
# Turning points looked at on each side of 0: waves have no end, and repeat themselves.
_MOST_TURNS = 16

_Real = Callable[[Any], Any]


def vanishing_places(expr: Expr, *, touching: bool = True) -> Iterator[Any]:
    """Numbers of ``mp`` at which ``expr``, in ``notation.x`` alone, is 0, in no order.

    Args:
        expr: a formula without ``Abs``, ``Piecewise`` and the like.
        touching: also where it is 0 without a change of sign.

    >>> from sympy import cosh
    >>> [mp.nstr(at, 5) for at in vanishing_places(exp(2 * x) - 6 * exp(x) + 9)]
    ['1.0986']
    >>> list(vanishing_places(cosh(x - 1000)))
    []
    """
    value, slope = _real(expr), _real(diff(expr, x))
    with mp.workdps(_DIGITS):
        grid = _grid()
        values = _numbers(value, grid)
        turns = list(_turns(_crossed(slope, _numbers(slope, grid)))) if touching else []
    with mp.workdps(_SURE_DIGITS):
        at_turns = [bracketed_root(slope, *ends) for ends in turns]
        found = [turn for turn in at_turns if _is_zero(value, turn)]
        # A value beyond 0 lies between two zeros.
        values |= _numbers(value, [turn for turn in at_turns if turn not in found])
    with mp.workdps(_DIGITS):
        for ends in _crossed(value, values):
            root = bracketed_root(value, *ends)
            # At a pole the sign changes too.
            if abs(value(root)) < min(abs(value(end)) for end in ends):
                found.append(root)
    yield from found


def _grid() -> list[Any]:
    """In increasing order, with 0."""
    steps = range(_LOWEST * _PER_OCTAVE, _HIGHEST * _PER_OCTAVE)
    sizes = [mp.mpf(2) ** (mp.mpf(k) / _PER_OCTAVE) for k in steps]
    return [*(-size for size in reversed(sizes)), mp.zero, *sizes]


def _numbers(function: _Real, places: list[Any]) -> dict[Any, Any]:
    """The values that have a sign, by their places."""
    return {at: value for at in places if (value := function(at)) and mp.isfinite(value)}


def _real(expr: Expr) -> _Real:
    """The formula's value, nan where there is none or a function's argument is out of reach."""
    # bᵉ with an e that varies is asked for as an exponential, whose argument is watched.
    spelled = expr.replace(
        lambda node: isinstance(node, Pow) and node.exp.has(x),
        lambda node: exp(node.exp * log(node.base)),
    )
    return partial(real_value, compiled([x], spelled, {name: _watched(name) for name in _WATCHED}))


def _watched(name: str) -> _Real:
    def function(u: Any) -> Any:
        return getattr(mp, name)(u) if mp.isfinite(u) and mp.mag(u) < _MOST_BITS else mp.nan

    return function


def _crossed(function: _Real, values: dict[Any, Any]) -> list[tuple[Any, Any]]:
    """Neighbours with values of different signs, in increasing order."""
    while True:
        pairs = pairwise(sorted(values))
        crossed = [(a, b) for a, b in pairs if values[a] * values[b] < 0]
        # What cancels may have the sign of rounding: it is no value, and others are neighbours.
        unsure = {at for at in chain(*crossed) if not _has_digits(function, at, values[at])}
        if not unsure:
            return crossed
        values = {at: value for at, value in values.items() if at not in unsure}


def _has_digits(function: _Real, at: Any, value: Any) -> bool:
    """Is it the same with more digits, but for its last ones?"""
    with mp.workdps(_SURE_DIGITS):
        return bool(abs(function(at) - value) < abs(value) / 2)


def _turns(crossed: list[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """On each side those nearest to 0, beginning there."""
    for side in (1, -1):
        there = (ends for ends in crossed if side * sum(ends) >= 0)
        yield from islice(sorted(there, key=lambda ends: abs(ends[0])), _MOST_TURNS)


def _is_zero(value: _Real, turn: Any) -> bool:
    """Is the value at a turning point far below that beside it, at a 1e-15th of the distance to 0?

    Where it is c·hⁿ beside it, n = 2 to 6, that is 1e-90 or more, and rounding some 1e-120.
    """
    apart = mp.mpf(10) ** -15 * max(abs(turn), mp.mpf(2) ** _LOWEST)
    return bool(abs(value(turn)) < mp.mpf(10) ** -_FALL * abs(value(turn + apart)))
