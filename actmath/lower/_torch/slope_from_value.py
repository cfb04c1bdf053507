"""The derivative as a function of the value, where a backward pass may use what it already has."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, Function, simplify

from ...activation import Activation
from ...derive._formula.derivative import derivative
from ...derive._formula.pieces import Piece, assemble, pieces
from ...notation import x
from .._stable import stable_form


@lru_cache(maxsize=256)
def slope_from_value(activation: Activation) -> Activation | None:
    """h with f′(x) = h(f(x)), for increasing f of two pieces that meet in (0, 0), one exponential.

    On each piece f′ = k·f + c with constants k and c, as for the ELU, f′ = f + α where x ≤ 0
    (Clevert et al. 2016, Section 3). Beside the exponential that it saves, it has an absolute error
    of one rounding of c, so that it is 0 where f has reached its limit.

    Where the pieces of h meet at simple numbers, these replace the parameters.

    Returns:
        None where there is no such h.

    >>> from actmath import catalog
    >>> slope_from_value(catalog.elu).expr
    Piecewise((x + 1, x <= 0), (1, True))
    >>> slope_from_value(catalog.selu).expr
    Piecewise((alpha*lam + x, x <= 0), (lam, True))
    """
    values, slopes = pieces(activation.expr), derivative(activation).pieces
    if len(values) != 2 or values[0].upper != 0 or stable_form(activation, 1).at_points:
        return None
    if not all(_grows_from_zero(value, activation) for value in values):
        return None
    found = [_line(value.expr, slope.expr) for value, slope in zip(values, slopes, strict=True)]
    lines = [line for line in found if line is not None]
    if len(lines) < 2 or not any(line.has(x) for line in lines):
        return None
    numbers = [line.subs(activation.substitution()) for line in lines]
    if numbers[0].subs(x, 0) == numbers[1].subs(x, 0) and not numbers[1].atoms(Function):
        lines = numbers
    expr = assemble(tuple(Piece(v.lower, v.upper, e) for v, e in zip(values, lines, strict=True)))
    present = tuple(p for p in activation.parameters if p.symbol in expr.free_symbols)
    return Activation(f"{activation.name}_slope", expr, present)


def _line(value: Expr, slope: Expr) -> Expr | None:
    """The line k·x + c through which the slope follows from the value; None if it does not."""
    rate = simplify(slope.diff(x) / slope)
    offset = simplify(slope - rate * value)
    return None if rate.has(x) or offset.has(x) else rate * x + offset


def _grows_from_zero(piece: Piece, activation: Activation) -> bool:
    slope = piece.expr.subs(activation.substitution()).diff(x)
    return bool(simplify(piece.expr.subs(x, 0)) == 0 and slope.is_positive)
