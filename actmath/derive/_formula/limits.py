"""Limits of smooth formulas: SymPy's, where digits near the place do not speak against them."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Any

from sympy import (
    Expr,
    Integer,
    Pow,
    Rational,
    cos,
    cosh,
    exp,
    limit,
    postorder_traversal,
    sin,
    sinh,
    tan,
    tanh,
    together,
)

from ...notation import x
from ...number import evaluated

# Of x, or of the distance from a finite place: near enough to tell 0 from 1, and to see how what
# falls like 1/log x goes on falling.
_DISTANCES = (10, 10**3, 10**9, 10**27)
_DIGITS = 30
# A value this near to its limit, beside 1 + |limit|, is there.
_THERE = 1e-9
# Else three further points must have come nearer by this.
_NEARER = 0.9
# e^{u} and sin u take as many digits more as u has before its point.
_LARGEST = Integer(10) ** 1000


@lru_cache(maxsize=512)
def approached(expr: Expr, place: Expr, side: str) -> Expr:
    """The limit of a formula in ``notation.x`` from one side.

    It may take SymPy a second, and several ask for that of the slope at an end. Of products with
    e^{−x} SymPy may give a wrong one, in another spelling the right one.

    Raises:
        ValueError: if the digits of the formula speak against what SymPy gives in each spelling.
    """
    tried = []
    for spelling in chain([_by_exponentials(expr)], (f(expr) for f in (together, Expr.simplify))):
        found = limit(spelling, x, place, side)
        if not _is_refuted(expr, found, place, side):
            return found
        tried.append(found)
    raise ValueError(
        f"the limit of {expr} at {place} is not known: its digits speak against {tried[0]}"
    )


def _by_exponentials(expr: Expr) -> Expr:
    """tanh u as 1 − 2/(1 + e^{2u}), where u is a polynomial: SymPy is three times as quick.

    Only in numbers: with parameters its limits know the signs of tanh better.
    """
    known = {
        node: 1 - 2 / (1 + exp(2 * node.args[0]))
        for node in expr.atoms(tanh)
        if node.args[0].is_polynomial(x) and expr.free_symbols == {x}
    }
    return together(expr.xreplace(known)) if known else expr


def _is_refuted(expr: Expr, found: Expr, place: Expr, side: str) -> bool:
    """Are values nearer and nearer to the place no nearer to that number?"""
    if expr.free_symbols != {x} or not found.is_number or not found.is_finite:
        return False
    gaps = [_gap(expr, found, _at(place, side, far)) for far in _DISTANCES]
    # No number: the formula overflows there, or has no value.
    if any(gap is None for gap in gaps):
        return False
    return bool(
        gaps[-1] > _THERE * (1 + abs(evaluated(found, 15))) and gaps[-1] > _NEARER * gaps[0]
    )


def _at(place: Expr, side: str, far: int) -> Expr:
    if place.is_infinite:
        return Integer(far if place.is_extended_positive else -far)
    return place + (1 if side == "+" else -1) * Rational(1, far)


def _gap(expr: Expr, found: Expr, at: Expr) -> Any:
    try:
        value = expr.subs(x, at)
        if _is_beyond_reach(value):
            return None
        value = evaluated(value, _DIGITS) - evaluated(found, _DIGITS)
    except (ArithmeticError, ValueError, TypeError, NotImplementedError):
        return None
    return abs(value) if value.is_number and value.is_finite and value.is_real else None


def _is_beyond_reach(value: Expr) -> bool:
    """Is there an exponential or a wave of a number so large that its digits fill the memory?"""
    # From the inside: the argument of a function that is within reach is a number of few digits.
    return any(
        abs(evaluated(node.args[-1], 3)) > _LARGEST
        for node in postorder_traversal(value)
        if isinstance(node, exp | sinh | cosh | sin | cos | tan | Pow)
    )
