"""Which branch of a formula is active at a point?"""

from __future__ import annotations

from sympy import Abs, Expr, Max, Min, Piecewise, S, sign

from ...notation import x
from .signs import Signs


def active_branch(expr: Expr, at: Expr, signs: Signs) -> Expr:
    """``expr`` with every piecewise construct replaced by what is active at the point ``at``."""
    if not expr.args:
        return expr
    if isinstance(expr, Piecewise):
        return active_branch(_active(expr, at, signs), at, signs)
    args = [active_branch(arg, at, signs) for arg in expr.args]
    if isinstance(expr, Abs | sign):
        inner = args[0].subs(x, at)
        # |y| = sgn(y)·y, and sgn(y) is constant between two breaks.
        found = signs.of(inner, weak=isinstance(expr, Abs))
        direction = S.One if _decided(found, expr, inner > 0) > 0 else S.NegativeOne
        return args[0] * direction if isinstance(expr, Abs) else direction
    if isinstance(expr, Max | Min):
        return _extreme(args, at, expr, signs)
    return expr.func(*args)


def _active(expr: Piecewise, at: Expr, signs: Signs) -> Expr:
    for value, condition in expr.args:
        here = condition.subs(x, at)
        if _decided(signs.holds(here), expr, here):
            return value
    raise ValueError(f"{expr} is undefined at x = {at}")


def _extreme(args: list[Expr], at: Expr, expr: Expr, signs: Signs) -> Expr:
    best = args[0]
    for candidate in args[1:]:
        # Between two breaks no two arguments cross, so one point decides which is largest.
        lead = (candidate - best).subs(x, at)
        above = _decided(signs.of(lead, weak=True), expr, lead > 0) > 0
        if above == isinstance(expr, Max):
            best = candidate
    return best


def _decided(found: int | None, expr: Expr, condition: object) -> int:
    if found is None:
        raise ValueError(f"which branch of {expr} is active depends on a parameter: {condition}")
    return found
