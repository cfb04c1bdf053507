"""The limit of f′ at the end of a piece: at ±∞ told from f, whose formula is shorter."""

from __future__ import annotations

from sympy import Expr, S, oo
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...notation import x
from .pieces import limit_at


def slope_limit(value: Expr, slope: Expr, place: Expr, side: str) -> Expr:
    """The limit of the slope f′ of a smooth formula f from that side.

    What is made of real powers, exponentials, logarithms, erf and their like lies in a Hardy field:
    f′ has a limit at ±∞, finite or not. So it is 0 where f stays finite, and lim f/x elsewhere.

    >>> from sympy import log, exp, tanh
    >>> slope_limit(tanh(x), 1 - tanh(x) ** 2, oo, "-")
    0
    >>> slope_limit(log(1 + exp(x)), exp(x) / (1 + exp(x)), oo, "-")
    1
    """
    # With parameters a limit may hang on their signs, and sin(x²)/x has no slope at infinity.
    if place.is_infinite and value.free_symbols == {x} and not value.has(TrigonometricFunction):
        try:
            level = limit_at(value, place, side)
            if level.is_number and level.is_finite:
                return S.Zero
            if level in (oo, -oo):
                return limit_at(value / x, place, side)
        except NotImplementedError:
            # SymPy knows no limit of f: it may know that of f′.
            pass
    return limit_at(slope, place, side)
