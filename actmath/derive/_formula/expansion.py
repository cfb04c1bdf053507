"""How long would a formula be, multiplied out? SymPy does that before it looks at the length."""

from __future__ import annotations

from math import comb, prod

from sympy import Add, Expr, Mul, Pow, expand

# Beyond it nobody counts.
_MANY = 10**6
# What expands in a moment: the squares of all units in the literature have less than 20 terms.
_SHORT = 100


def expanded_terms(expr: Expr) -> int:
    """At most so many terms has the formula, or an argument in it, when it is multiplied out.

    >>> from actmath.notation import x
    >>> expanded_terms((1 + x) ** 3 * x), expanded_terms((1 + x) ** 20000)
    (4, 20001)
    """
    counts = [expanded_terms(part) for part in expr.args]
    if isinstance(expr, Add):
        found = sum(counts)
    elif isinstance(expr, Mul):
        found = prod(counts)
    elif isinstance(expr, Pow) and expr.exp.is_Integer:
        # Products of n of the k terms, in any order.
        power = min(abs(int(expr.exp)), _MANY)
        found = comb(power + counts[0] - 1, counts[0] - 1) if counts[0] < _MANY else _MANY
    else:
        found = max(counts, default=1)
    return min(found, _MANY)


def is_short(expr: Expr) -> bool:
    """May it be multiplied out, or simplified, at once?"""
    return expanded_terms(expr) <= _SHORT


def is_zero_expanded(expr: Expr) -> bool:
    """Is nothing left of it when it is multiplied out? What is too long for that is not 0."""
    return bool(expr == 0 or (is_short(expr) and expand(expr) == 0))
