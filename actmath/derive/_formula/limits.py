"""Limits of smooth formulas: SymPy's, where digits near the place do not speak against them."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import chain, takewhile
from typing import Any

from sympy import (
    Expr,
    Float,
    Function,
    Integer,
    Pow,
    Rational,
    exp,
    limit,
    log,
    preorder_traversal,
    tanh,
    together,
)

from ...notation import x
from ...number import evaluated
from ._roots.search_points import DIGITS, digits_wanted

# Of x, or of the distance from a finite place: near enough to tell 0 from 1, and to see how what
# falls like 1/log x goes on falling. Numbers of the formula may make it bend beyond these.
_DISTANCES = (10, 10**3, 10**9, 10**27)
_DIGITS = 30
# A value this near to its limit, beside 1 + |limit|, is there.
_THERE = 1e-9
# Else the further points must have come nearer by this.
_NEARER = 0.9
# e^u is 2^k·m with k near u/log 2: a u that itself is 2^(±10,000) has a k of 10,000 bits, which
# takes a moment; one of 2^(10^9), as in exp(−exp(−x)) far out, never ends.
_MOST_BITS = 10_000


@lru_cache(maxsize=512)
def approached(expr: Expr, place: Expr, side: str) -> Expr:
    """The limit of a formula in ``notation.x`` from one side.

    It may take SymPy a second, and several ask for that of the slope at an end. Of products with
    e^{−x} SymPy may give a wrong one, in another spelling the right one.

    Raises:
        ValueError: if the digits of the formula speak against what SymPy gives in each spelling, or
            SymPy stumbles, as over the product of a wave and a gate.
    """
    tried = []
    for spelling in chain([_by_exponentials(expr)], (f(expr) for f in (together, Expr.simplify))):
        try:
            found = limit(spelling, x, place, side)
        except TypeError:
            # A series of SymPy's own calls another one with an argument too few.
            continue
        if not _is_refuted(expr, found, place, side):
            return found
        tried.append(found)
    why = f"its digits speak against {tried[0]}" if tried else "SymPy finds none"
    raise ValueError(f"the limit of {expr} at {place} is not known: {why}")


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
    beyond = Integer(10) ** (digits_wanted(expr) - DIGITS)
    distances = (*_DISTANCES, _DISTANCES[-1] * beyond) if beyond > 1 else _DISTANCES
    places = [_at(place, side, far) for far in distances]
    gaps = [_gap(expr, found, at) for at in takewhile(partial(_is_modest, expr), places)]
    # No number: the formula overflows there, or has no value. One alone does not tell.
    if len(gaps) < 2 or any(gap is None for gap in gaps):
        return False
    return bool(
        gaps[-1] > _THERE * (1 + abs(evaluated(found, 15))) and gaps[-1] > _NEARER * gaps[0]
    )


def _at(place: Expr, side: str, far: int) -> Expr:
    if place.is_infinite:
        return Integer(far if place.is_extended_positive else -far)
    return place + (1 if side == "+" else -1) * Rational(1, far)


def _is_modest(expr: Expr, at: Expr) -> bool:
    """Are there no giants among the arguments of functions, and none among exponents?"""
    near = Float(at, _DIGITS)
    # Inner ones first: an argument is evaluated only when those within it are known to be modest.
    for node in reversed(list(preorder_traversal(expr))):
        if isinstance(node, Function) and not isinstance(node, log):
            value = evaluated(node.args[0].subs(x, near))
            # Sign, mantissa, exponent and the bits of the mantissa.
            bits = abs(sum(value._mpf_[2:])) if value.is_Float else 0
        elif isinstance(node, Pow) and not node.exp.is_number:
            # SymPy works out a power of integers in full.
            bits = abs(evaluated(node.exp.subs(x, near)))
        else:
            continue
        if not bits <= _MOST_BITS:
            return False
    return True


def _gap(expr: Expr, found: Expr, at: Expr) -> Any:
    try:
        value = evaluated(expr.subs(x, at), _DIGITS) - evaluated(found, _DIGITS)
    except (ArithmeticError, ValueError, TypeError, NotImplementedError):
        return None
    return abs(value) if value.is_number and value.is_finite and value.is_real else None
