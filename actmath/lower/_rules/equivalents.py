"""Spellings of one formula, for whoever looks for the one that keeps its digits at a point."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, expand, together

from .._square_roots import stable_roots
from .._stable import stable


def equivalents(expr: Expr, positive: Mapping[Expr, Expr]) -> tuple[Expr, ...]:
    """The same function of ``notation.x``: the stable form first, then others worth a trial.

    Args:
        expr: one smooth piece of a formula.
        positive: for symbols that are known to be positive, ones of which SymPy knows it too.

    >>> from sympy import exp
    >>> from actmath.notation import x
    >>> equivalents(exp(x) - 1, {})
    (Expm1(x), exp(x) - 1)
    """
    spellings = [expr, expand(expr), together(expr)]
    stable_ones = [stable(stable_roots(each, dict(positive))) for each in spellings]
    return tuple(dict.fromkeys([stable_ones[0], expr, *stable_ones[1:]]))
