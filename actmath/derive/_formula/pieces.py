"""Where does an activation break, and which formula holds on each interval between the breaks?"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import pairwise
from types import NoneType
from typing import TYPE_CHECKING

from sympy import (
    AccumBounds,
    DiracDelta,
    Eq,
    Expr,
    Heaviside,
    Mod,
    Piecewise,
    S,
    ceiling,
    diff,
    floor,
    frac,
    nan,
    oo,
    zoo,
)

from ..._kept import kept
from ..._text.kinds import check_kind
from ...notation import stand_in, x
from ...number import few_digits, one_at_a_time
from .expansion import is_zero_expanded

if TYPE_CHECKING:
    from ...activation import Activation
    from .signs import Signs

# Only Abs, sign, Max, Min and Piecewise are taken apart below; these would stay inside a piece.
_JUMPING = (Heaviside, DiracDelta, floor, ceiling, frac, Mod)

# Characters of a place that a message repeats.
_MOST_SHOWN = 40


@dataclass(frozen=True)
class Piece:
    """One smooth piece: ``expr`` holds for ``lower`` < x < ``upper``."""

    lower: Expr
    upper: Expr
    expr: Expr

    def inside(self) -> Expr:
        """A point of the open interval."""
        return _between(self.lower, self.upper)


@kept(512)
@one_at_a_time
def pieces(expr: Expr, signs: Signs | None = None) -> tuple[Piece, ...]:
    """The maximal intervals on which ``expr`` is one smooth formula in ``notation.x``.

    Breaks are looked for where the argument of an ``Abs`` or ``sign`` vanishes, where arguments of
    ``Max`` or ``Min`` cross, where a condition of a ``Piecewise`` changes, and where a denominator,
    an argument of a logarithm or the base of a broken power vanishes; then every such construct is
    replaced by the branch that is active between two neighbouring breaks.

    Args:
        signs: decides what depends on parameters; without one, the assumptions on the symbols.

    Raises:
        ValueError: if a break or the order of two breaks depends on a parameter in a way that
            is not decided, if there are infinitely many breaks, if
            the formula has no value at a break or between two, if a single point of a smooth
            formula has a value of its own, or for ``Heaviside``, ``floor`` and the like.
        TypeError: for what is no formula.

    >>> from sympy import Max
    >>> [(p.lower, p.upper, p.expr) for p in pieces(Max(0, x))]
    [(-oo, 0, 0), (0, oo, x)]
    """
    check_kind(expr, Expr, "expr", "actmath.parse_formula(text) reads one")
    if expr.atoms(*_JUMPING):
        raise ValueError(f"write {expr} with Piecewise: {_names_of_jumps(expr)} is not supported")
    # Here: a formula is taken apart when it is first used, not when the package is imported.
    from .branches import active_branch
    from .breaks import sorted_breaks
    from .signs import Signs

    check_kind(signs, (Signs, NoneType), "signs")
    signs = signs or Signs()
    ends = [-oo, *sorted_breaks(expr, signs), oo]
    found = [
        Piece(left, right, active_branch(expr, _between(left, right), signs))
        for left, right in pairwise(ends)
    ]
    return _merged(found, expr)


@one_at_a_time
def activation_pieces(activation: Activation) -> tuple[Piece, ...]:
    """The pieces of an activation's formula, with its parameters left as symbols.

    A parameter whose domain is positive counts as such, whatever its symbol says, and what its
    domain decides is decided.

    Raises:
        ValueError: as ``pieces``, or if at the values of the parameters there is a break more.

    >>> from actmath import catalog
    >>> [piece.expr for piece in activation_pieces(catalog.prelu)]
    [a*x, x]
    """
    # Here, since pieces of a formula need no declaration.
    from ...activation import POSITIVE
    from .signs import Signs

    positive = {
        p.symbol: stand_in(p.symbol)
        for p in activation.parameters
        if not p.symbol.is_positive and p.domain.is_subset(POSITIVE) is True
    }
    domains = [(positive.get(p.symbol, p.symbol), p.domain) for p in activation.parameters]
    signs = Signs(tuple(domains))
    try:
        parts = pieces(activation.expr, signs)
    except ValueError:
        if not positive:
            raise
        back = {new: old for old, new in positive.items()}
        found = pieces(activation.expr.xreplace(positive), signs)
        parts = tuple(Piece(*(part.xreplace(back) for part in astuple(piece))) for piece in found)
    if activation.parameters:
        from .breaks import check_poles

        breaks = [piece.upper.subs(activation.defaults) for piece in parts[:-1]]
        check_poles(activation.name, activation.formula(), breaks)
    return parts


def limit_at(expr: Expr, place: Expr, side: str) -> Expr:
    """The value of a smooth formula at the end of its interval, or its limit from that side.

    >>> from sympy import sin
    >>> limit_at(sin(x) / x, S.Zero, "+"), limit_at(1 / x, S.Zero, "-")
    (1, -oo)
    """
    value = expr.subs(x, place) if not place.is_infinite else nan
    if _is_value(value):
        return value
    # Here, since cutting a formula into pieces asks for no limit.
    from .limits import approached

    return approached(expr, place, side)


def has_value(expr: Expr, place: Expr) -> bool:
    """Is the formula itself a number there, and not only its limit?

    >>> from sympy import sin
    >>> has_value(sin(x) / x, S.Zero), has_value(sin(x) / x, S.One)
    (False, True)
    """
    return _is_value(expr.subs(x, place))


def _is_value(value: Expr) -> bool:
    return not value.has(nan, zoo, oo, -oo, AccumBounds)


def breakpoints(expr: Expr) -> tuple[Expr, ...]:
    """The finite ends of the pieces of a formula in ``notation.x``, in increasing order.

    Raises:
        ValueError: as ``pieces``.

    >>> from sympy import Max, Min
    >>> breakpoints(Min(Max(x, -1), 1))
    (-1, 1)
    """
    return tuple(piece.upper for piece in pieces(expr)[:-1])


def assemble(parts: tuple[Piece, ...], at_breaks: dict[Expr, Expr] | None = None) -> Expr:
    """One ``Piecewise`` from pieces; at a break the given value, else that of the left piece."""
    branches: list[tuple[Expr, object]] = []
    for piece, following in pairwise(parts):
        at = piece.upper
        left = limit_at(piece.expr, at, "-")
        value = (at_breaks or {}).get(at, left)
        if value == left and (has_value(piece.expr, at) or not _is_value(left)):
            branches.append((piece.expr, x <= at))
        else:
            branches.append((piece.expr, x < at))
            # As in the slope of sin(x)/x, the limit may be a value that no formula takes.
            taken = has_value(following.expr, at) or not _is_value(value)
            if value != limit_at(following.expr, at, "+") or not taken:
                branches.append((value, Eq(x, at)))
    return Piecewise(*branches, (parts[-1].expr, True))


def _names_of_jumps(expr: Expr) -> str:
    return ", ".join(sorted({type(node).__name__ for node in expr.atoms(*_JUMPING)}))


def _between(left: Expr, right: Expr) -> Expr:
    # On a half line any point will do, since no condition changes inside: one step from the end.
    if left == -oo:
        return S.Zero if right == oo else right - 1
    return left + 1 if right == oo else (left + right) / 2


def _merged(found: list[Piece], expr: Expr) -> tuple[Piece, ...]:
    """Join neighbours that carry the same formula: a break between them is none.

    Raises:
        ValueError: if the formula has another value at such a point, as in sin(x)/x with 1 at 0.
    """
    merged = found[:1]
    for piece in found[1:]:
        last = merged[-1]
        # As Max(x, x) or |x|² break nowhere although Max and Abs do.
        smooth = _is_value(last.expr.subs(x, last.upper)) and _has_slope(last)
        if smooth and is_zero_expanded(last.expr - piece.expr):
            _check_single_value(expr, last)
            merged[-1] = Piece(last.lower, piece.upper, last.expr)
        else:
            sides = (one.expr.subs(x, last.upper) for one in (last, piece))
            if not all(map(_is_value, sides)) and not _is_value(expr.subs(x, last.upper)):
                at = str(last.upper)
                # SymPy writes some zeros at great length, as log(3¹⁰⁰⁰).
                at = at if len(at) <= _MOST_SHOWN else few_digits(last.upper)
                raise ValueError(
                    f"{expr} has no value at x = {at}: say it with "
                    f"Piecewise((value, Eq(x, {at})), (formula, True))"
                )
            merged.append(piece)
    return tuple(merged)


def _has_slope(piece: Piece) -> bool:
    """Is the formula's slope at the upper end a number?"""
    return _is_value(diff(piece.expr, x).subs(x, piece.upper))


def _check_single_value(expr: Expr, piece: Piece) -> None:
    at = piece.upper
    # Only a provable equality counts: an undecided one may hide a value of its own.
    if (expr.subs(x, at) - piece.expr.subs(x, at)).equals(0) is not True:
        raise ValueError(f"{expr} has a value of its own at the single point {at}")
