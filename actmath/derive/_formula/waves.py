"""At which ends of the line does a formula oscillate, so that it has no limit there?

Where there is one a large argument may stand in for ∞; of a wave it would show one value of many.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import AccumBounds, Expr, S, oo
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...notation import x
from .pieces import Piece, limit_at


def ends_without_limit(
    parts: tuple[Piece, ...], positive: dict[Expr, Expr]
) -> Iterator[tuple[Expr, Expr]]:
    """−∞ and ∞, each with nan, if a wave goes on there for ever and has no limit.

    Args:
        parts: the pieces of a function in ``notation.x``, from left to right.
        positive: for parameters that are known to be positive, ones of which SymPy knows it too.

    >>> from sympy import cos, sin
    >>> list(ends_without_limit((Piece(-oo, oo, x * cos(x)),), {}))
    [(-oo, nan), (oo, nan)]
    >>> list(ends_without_limit((Piece(-oo, oo, x + sin(x)),), {}))
    []
    """
    for part, end, side in ((parts[0], -oo, "+"), (parts[-1], oo, "-")):
        if _has_wave(part.expr) and _oscillates(part.expr.xreplace(positive), end, side):
            yield end, S.NaN


def _has_wave(expr: Expr) -> bool:
    return any(node.has(x) for node in expr.atoms(TrigonometricFunction))


def _oscillates(expr: Expr, end: Expr, side: str) -> bool:
    try:
        # SymPy gives the bounds of an oscillation, or the sign of one times infinity.
        return bool(limit_at(expr, end, side).has(AccumBounds))
    except (NotImplementedError, ValueError):
        # SymPy cannot say; where digits are guarded, values far out are looked at.
        return False
