"""The derivative as a function of the value, where a backward pass may use what it already has."""

from __future__ import annotations

from sympy import Expr, Function, simplify

from ...activation import Activation
from ...derive._formula.pieces import Piece
from ...notation import x
from .._stable import StableForm


def slope_from_value(values: StableForm, slopes: StableForm) -> StableForm | None:
    """h with f′(x) = h(f(x)), for increasing f of two pieces that meet in (0, 0), one exponential.

    On each piece f′ = k·f + c with constants k and c, as for the ELU, f′ = f + α where x ≤ 0
    (Clevert et al. 2016, Section 3). Beside the exponential that it saves, it has an absolute error
    of one rounding of c, so that it is 0 where f has reached its limit.

    Where the pieces of h meet at simple numbers, these replace the parameters.

    Args:
        values: f. slopes: f′.

    Returns:
        None where there is no such h.

    >>> from actmath import catalog
    >>> from actmath.lower._stable import stable_form
    >>> elu = [stable_form(catalog.elu, order) for order in (0, 1)]
    >>> [piece.expr for piece in slope_from_value(*elu).pieces]
    [x + 1, 1]
    >>> selu = [stable_form(catalog.selu, order) for order in (0, 1)]
    >>> [piece.expr for piece in slope_from_value(*selu).pieces]
    [alpha*lam + x, lam]
    """
    activation, plain = values.activation, values.plain
    if len(plain) != 2 or plain[0].upper != 0 or slopes.at_points:
        return None
    # Then f(x) has the sign of x, and h its break at 0 as f′ has.
    if not all(_grows_from_zero(value, activation) for value in plain):
        return None
    found = [_line(one.expr, other.expr) for one, other in zip(plain, slopes.plain, strict=True)]
    lines = [line for line in found if line is not None]
    # Constant slopes alone cost no exponential: nothing is to be saved.
    if len(lines) < 2 or not any(line.has(x) for line in lines):
        return None
    # Lines that meet at 0 are clipped, which is cheaper than a step between them.
    numbers = [line.subs(activation.substitution()) for line in lines]
    if numbers[0].subs(x, 0) == numbers[1].subs(x, 0) and not numbers[1].atoms(Function):
        lines = numbers
    parts = (Piece(v.lower, v.upper, line) for v, line in zip(plain, lines, strict=True))
    return StableForm.of(activation, parts)


def _line(value: Expr, slope: Expr) -> Expr | None:
    """The line k·x + c through which the slope follows from the value; None if it does not."""
    # f′ = k·f + c gives k = f″/f′.
    rate = simplify(slope.diff(x) / slope)
    offset = simplify(slope - rate * value)
    return None if rate.has(x) or offset.has(x) else rate * x + offset


def _grows_from_zero(piece: Piece, activation: Activation) -> bool:
    slope = piece.expr.subs(activation.substitution()).diff(x)
    return bool(simplify(piece.expr.subs(x, 0)) == 0 and slope.is_positive)
