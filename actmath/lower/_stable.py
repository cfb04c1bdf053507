"""What every arithmetic lowers: f or f′ in pieces that keep their digits and do not overflow.

The rules by which formulas are rewritten are in ``_rules``, the functions in terms of which they
are written in ``_functions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

from sympy import (
    CRootOf,
    Expr,
    Float,
    LambertW,
    Piecewise,
    Rational,
    S,
    Symbol,
    diff,
    erfinv,
    factor,
    oo,
    sign,
    together,
)
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from .._arrays import whole_number
from .._kept import kept
from ..activation import POSITIVE, Activation
from ..derive._formula.derivative import derivative, differ
from ..derive._formula.pieces import Piece, activation_pieces, has_value, limit_at
from ..derive._formula.waves import ends_without_limit
from ..notation import stand_in, x
from ..number import evaluated, one_at_a_time
from ._rules.hazards import steadiest
from ._rules.one_root import by_one_root


def stable(expr: Expr, positive: Mapping[Expr, Expr] | None = None) -> Expr:
    """The same function of ``notation.x``, in terms of the functions of ``_functions``.

    Args:
        expr: one smooth piece of a formula.
        positive: for symbols that are known to be positive, ones of which SymPy knows it too.

    >>> from sympy import exp
    >>> from actmath.notation import x
    >>> stable(3 * (exp(x) - 1)), stable(x / (1 + exp(-x)))
    (3*Expm1(x), x*Expit(x))
    """
    # The rules are read when the first formula needs them.
    from ._rules.rewriting import rewritten

    return rewritten(expr, positive)


# The largest argument that stands in for one that gives nan, as a share of the largest number: a
# derivative may multiply its argument by a small constant before it divides by something huge.
_REACH = (1.0, 2.0**-10)


# How ``at_points`` says that a function oscillates at an end.
_WITHOUT_LIMIT = ((-oo, S.NaN), (oo, S.NaN))

# In terms of these SymPy solves for a break.
_OF_BREAKS = (LambertW, erfinv)


@dataclass(frozen=True)
class Loss:
    """An interval on which a lowered formula does not keep what is promised of it.

    Args:
        lower: where it begins. upper: where it ends.
        at: the worst point that was tried.
        excess: the error there over the promised one; infinite where nobody could say.
    """

    lower: float
    upper: float
    at: float
    excess: float


@dataclass(frozen=True)
class StableForm:
    """What an arithmetic needs of f, f′ or another derivative, made once and handed down.

    Args:
        activation: whose name and parameters the function has.
        plain: its pieces in the functions of SymPy, by which questions about it are decided.
        pieces: the same pieces, stable; at a break the left one holds.
        at_points: points and the values that replace those of the pieces there.
        reach: the largest argument that stands in for one that gives nan, as a share of the largest
            number.
        order: 0 for f, 1 for f′; None for any other function, for which nothing is promised.
        patched: is any of the pieces there for the default parameters alone?
        losses: where the guard found no formula that keeps the digits.
    """

    activation: Activation
    plain: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    at_points: tuple[tuple[Expr, Expr], ...] = ()
    reach: float = _REACH[0]
    order: int | None = None
    patched: bool = False
    losses: tuple[Loss, ...] = ()

    @classmethod
    def of(cls, activation: Activation, parts: Iterable[Piece]) -> StableForm:
        """A function of other pieces with an activation's parameters."""
        plain = tuple(parts)
        ends = tuple(ends_without_limit(plain, positive_parameters(activation)))
        return cls(activation, plain, _stable_pieces(activation, plain), ends)

    @property
    def stated(self) -> tuple[tuple[Expr, Expr], ...]:
        """``at_points`` but for the ends without a limit, at which a wave by itself is nan."""
        return tuple(pair for pair in self.at_points if pair not in _WITHOUT_LIMIT)

    @property
    def without_limit(self) -> tuple[bool, bool]:
        """Does the function oscillate at −∞, and at ∞?"""
        left, right = (pair in self.at_points for pair in _WITHOUT_LIMIT)
        return left, right

    @property
    def symbols(self) -> list[Symbol]:
        """The parameters, in the order in which the activation declares them."""
        return [parameter.symbol for parameter in self.activation.parameters]

    def derived(self, by: Symbol) -> StableForm:
        """The derivative by a parameter or by x, at the breaks that of the left piece."""
        found: list[Piece] = []
        for piece in self.pieces:
            slope = Piece(piece.lower, piece.upper, diff(piece.expr, by))
            # Neighbours with the same derivative are one piece, without a break between.
            if found and found[-1].expr == slope.expr:
                slope = Piece(found.pop().lower, slope.upper, slope.expr)
            found.append(slope)
        return StableForm.of(self.activation, found)


def with_numbers(form: StableForm, values: Iterable[Expr]) -> StableForm:
    """The same form at other values of all parameters, which are then its defaults.

    What is examined, and served, is so at the defaults.
    """
    names = (parameter.name for parameter in form.activation.parameters)
    changed = form.activation.with_parameters(**dict(zip(names, values, strict=True)))
    same = changed.defaults == form.activation.defaults
    return form if same else replace(form, activation=changed)


@lru_cache(maxsize=256)
def default_floats(activation: Activation) -> dict[Symbol, float]:
    """Every parameter's default as a float; it is shared, and not to be changed."""
    return {symbol: float(value) for symbol, value in activation.defaults.items()}


def positive_parameters(activation: Activation) -> dict[Expr, Expr]:
    """For each parameter that its domain makes positive, a symbol of which SymPy knows it."""
    inside = [p for p in activation.parameters if p.domain.is_subset(POSITIVE) is True]
    return {p.symbol: stand_in(p.symbol) for p in inside}


def _stable_pieces(activation: Activation, parts: Iterable[Piece]) -> tuple[Piece, ...]:
    positive = positive_parameters(activation)
    return tuple(Piece(part.lower, part.upper, stable(part.expr, positive)) for part in parts)


@kept(256, typed=True)
@one_at_a_time
def stable_form(activation: Activation, order: int = 0) -> StableForm:
    """f (order 0) or f′ (order 1) of an activation, ready to be lowered.

    Raises:
        ValueError: for another order. TypeError: for what is no integer.
    """
    # Each cache of an order tells types apart, or True would be the 1 that it was asked for before.
    order = whole_number(order, "order", -inf)
    if order not in (0, 1):
        raise ValueError(f"order must be 0 (the function) or 1 (its derivative), got {order!r}")
    plain = activation_pieces(activation)
    values = _stable_pieces(activation, plain)
    positive = positive_parameters(activation)
    if order == 0:
        points = (*_values_at_jumps(activation, plain), *ends_without_limit(plain, positive))
        return StableForm(activation, plain, values, points, order=0)
    derived = derivative(activation)
    slopes = tuple(
        Piece(value.lower, value.upper, _slope(value.expr, plain.expr, positive))
        for value, plain in zip(values, derived.pieces, strict=True)
    )
    # The left piece holds at a break; where the declared slope is another, it is set apart.
    special = tuple((k.point, k.value) for k in derived.kinks if k.value != k.left)
    left_out = _limits_at_gaps(derived.pieces, {point for point, _ in special})
    points = (*special, *left_out, *ends_without_limit(derived.pieces, positive))
    # No argument stands in for another one of a sine.
    wild = any(slope.expr.has(TrigonometricFunction) for slope in slopes)
    reach = _REACH[0 if wild else 1]
    return StableForm(activation, derived.pieces, slopes, points, reach, order=1)


def _limits_at_gaps(parts: tuple[Piece, ...], known: set[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """The limit from the left at breaks where the left formula reads 0/0, as sin(x)/x does."""
    for part in parts[:-1]:
        if part.upper not in known and not has_value(part.expr, part.upper):
            limit = limit_at(part.expr, part.upper, "-")
            if limit.is_finite:
                yield part.upper, limit


def _values_at_jumps(
    activation: Activation, parts: tuple[Piece, ...]
) -> tuple[tuple[Expr, Expr], ...]:
    """Where the formula does not take the value of the piece on the left, as x ≥ 0 does at 0."""
    # Abs, Min and Max are continuous, and ``pieces`` takes no other jumping function.
    if not activation.expr.has(Piecewise, sign):
        return ()
    at_breaks = ((p.upper, activation.expr.subs(x, p.upper), p.expr) for p in parts[:-1])
    return tuple(
        (point, value) for point, value, left in at_breaks if differ(value, left.subs(x, point))
    )


def numbered(expr: Expr) -> Expr:
    """The expression with constants as numbers of 20 digits, each rounded once to a float.

    A break that is a root of a polynomial lies beside other floats when its radicals are taken in
    floats; for some constants, such as Lambert's W, no printer has a name.
    """
    # 17 digits tell any two float64 apart; 3 more keep the second rounding harmless.
    if not expr.free_symbols and not isinstance(expr, Rational) and expr.is_finite:
        number = evaluated(expr, 20)
        if isinstance(number, Float):
            return number
    found = (node for node in expr.atoms(CRootOf, *_OF_BREAKS) if not node.free_symbols)
    return expr.xreplace({node: evaluated(node, 20) for node in found})


def _slope(value: Expr, derived: Expr, positive: dict[Expr, Expr]) -> Expr:
    """The derivative of a stable formula, or the derived one made stable: what cancels least."""
    if derived.is_rational_function(x):
        # The quotient rule cancels: one fraction has what is left of the difference above the line.
        derived = factor(together(derived))
        return steadiest(stable(derived, positive), derived)
    spellings = [diff(value, x), derived, by_one_root(derived)]
    return steadiest(*(stable(each, positive) for each in spellings if each is not None))
