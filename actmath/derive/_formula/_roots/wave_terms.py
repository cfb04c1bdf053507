"""The waves in the terms of a sum, and where a line is larger than all of them."""

from __future__ import annotations

from sympy import Add, Expr, Mul, S, cos, expand, oo, sin
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ....notation import x
from ....number import evaluated
from ..expansion import is_short

# A slope that cancels has digits below this.
_NOTHING = 1e-20


def split(term: Expr) -> tuple[Expr, Expr]:
    """The factors of a term that are powers of waves, and the others."""
    factors = Mul.make_args(term)
    waves = [f for f in factors if isinstance(f.as_base_exp()[0], TrigonometricFunction)]
    return Mul(*waves), Mul(*(factor for factor in factors if factor not in waves))


def last_crossing(expr: Expr) -> Expr:
    """Beyond what distance from 0 a line is larger than the waves beside it; ∞ if not known.

    |ax + b·sin x| ≥ |a|·|x| − |b|.

    >>> from sympy import sin
    >>> last_crossing(3 * sin(x) - x / 2), last_crossing(x * sin(x) - x)
    (6, oo)
    """
    if not is_short(expr):
        return oo
    slope = level = S.Zero
    for term in Add.make_args(expand(expr)):
        waves, others = split(term)
        if others.is_number and _is_below_1(waves):
            level += abs(others)
        elif waves == 1 and (others / x).is_number:
            slope += others / x
        else:
            return oo
    return level / abs(slope) if abs(evaluated(slope)) > _NOTHING else oo


def _is_below_1(waves: Expr) -> bool:
    """Are they powers of sines and cosines, with no negative exponent?"""
    powers = [wave.as_base_exp() for wave in Mul.make_args(waves) if wave != 1]
    return all(isinstance(base, sin | cos) and high.is_nonnegative for base, high in powers)
