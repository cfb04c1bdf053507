"""Formulas rewritten so that floating-point numbers keep their digits and do not overflow.

Five functions stand for what the plain formulas lose: ``Expm1`` (exp(x) − 1 near 0), ``Expit``
(1/(1 + exp(−x)) in both tails), ``Log1pExp`` (log(1 + exp(x))), ``UpperErfc`` (erfc, which SymPy
itself turns into 2 − erfc for a negated argument), and ``StableTanh``, whose derivative 1 − tanh²
is written without the subtraction. They know their derivatives, so that the derivative of a stable
formula is stable again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sympy import (
    Add,
    CRootOf,
    Expr,
    Function,
    Piecewise,
    Pow,
    S,
    Symbol,
    Wild,
    diff,
    erfc,
    exp,
    log,
    pi,
    sign,
    sqrt,
    tanh,
)
from sympy.core.function import ArgumentIndexError

from ..activation import POSITIVE, Activation
from ..derive._formula.derivative import derivative
from ..derive._formula.pieces import Piece, activation_pieces
from ..notation import stand_in, x
from ._square_roots import stable_roots


class _Elementary(Function):  # type: ignore[misc]
    """A real function of one real argument that knows its derivative."""

    nargs = 1

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self._slope(self.args[0])

    def _slope(self, u: Expr) -> Expr:
        raise NotImplementedError


class Expm1(_Elementary):
    """exp(u) − 1."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """0 at 0, so that pieces that meet there are seen to meet."""
        return S.Zero if u.is_zero else None

    def _slope(self, u: Expr) -> Expr:
        return exp(u)


class Expit(_Elementary):
    """1/(1 + exp(−u))."""

    def _slope(self, u: Expr) -> Expr:
        # expit·(1 − expit), where 1 − expit(u) = expit(−u) takes no subtraction.
        return Expit(u) * Expit(-u)


class Log1pExp(_Elementary):
    """log(1 + exp(u))."""

    def _slope(self, u: Expr) -> Expr:
        # eᵘ/(1 + eᵘ) = 1/(1 + e^{−u}).
        return Expit(u)


class UpperErfc(_Elementary):
    """erfc(u), not rewritten for negated arguments."""

    def _slope(self, u: Expr) -> Expr:
        return -2 / sqrt(pi) * exp(-(u**2))


class StableTanh(_Elementary):
    """tanh(u), with 1 − tanh(u)² written as a product."""

    def _slope(self, u: Expr) -> Expr:
        # 1 − tanh² = 4/((1 + e^{−2u})(1 + e^{2u})).
        return 4 * Expit(2 * u) * Expit(-2 * u)


def stable(expr: Expr) -> Expr:
    """The same function of ``notation.x``, in terms of the functions of this module.

    >>> from sympy import exp
    >>> from actmath.notation import x
    >>> stable(3 * (exp(x) - 1)), stable(x / (1 + exp(-x)))
    (3*Expm1(x), x*Expit(x))
    """
    if not expr.args:
        return expr
    # The innermost first: the rule for erfc in a sum looks for UpperErfc.
    rewritten = expr.func(*(stable(arg) for arg in expr.args))
    for rule in (_expit, _softplus, _expm1, _upper_erfc, _tanh):
        replaced = rule(rewritten)
        if replaced is not None:
            return replaced
    return rewritten


# c is constant in x; were it 0, any u would match.
_u, _c = Wild("u", exclude=[]), Wild("c", exclude=[x, 0])


def _expit(expr: Expr) -> Expr | None:
    if isinstance(expr, Pow) and expr.exp.is_negative and isinstance(expr.base, Add):
        # (1 + eᵘ)^{−n} = expit(−u)ⁿ.
        match = expr.base.match(1 + exp(_u))
        if match and match[_u].has(x):
            return Expit(-match[_u]) ** (-expr.exp)
    return None


def _softplus(expr: Expr) -> Expr | None:
    # log(1 + eᵘ).
    match = expr.args[0].match(1 + exp(_u)) if isinstance(expr, log) else None
    return Log1pExp(match[_u]) if match and match[_u].has(x) else None


def _expm1(expr: Expr) -> Expr | None:
    # c·eᵘ − c = c·(eᵘ − 1).
    match = expr.match(_c * exp(_u) - _c) if isinstance(expr, Add) and expr.has(x) else None
    return match[_c] * Expm1(match[_u]) if match and match[_u].has(x) else None


def _upper_erfc(expr: Expr) -> Expr | None:
    if isinstance(expr, erfc):
        return UpperErfc(expr.args[0])
    # erfc(−u) = 2 − erfc(u), undone where SymPy wrote it.
    found = isinstance(expr, Add) and expr.has(UpperErfc)
    match = expr.match(2 * _c - _c * UpperErfc(_u)) if found else None
    return match[_c] * UpperErfc(-match[_u]) if match else None


def _tanh(expr: Expr) -> Expr | None:
    return StableTanh(expr.args[0]) if isinstance(expr, tanh) else None


# The largest argument that stands in for one that gives nan, as a share of the largest number: a
# derivative may multiply its argument by a small constant before it divides by something huge.
_REACH = (1.0, 2.0**-10)


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
    """

    activation: Activation
    plain: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    at_points: tuple[tuple[Expr, Expr], ...] = ()
    reach: float = _REACH[0]

    @classmethod
    def of(cls, activation: Activation, parts: Iterable[Piece]) -> StableForm:
        """A function of other pieces with an activation's parameters."""
        plain = tuple(parts)
        return cls(activation, plain, _stable_pieces(activation, plain))

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


def positive_parameters(activation: Activation) -> dict[Expr, Expr]:
    """For each parameter that its domain makes positive, a symbol of which SymPy knows it."""
    inside = [p for p in activation.parameters if p.domain.is_subset(POSITIVE) is True]
    return {p.symbol: stand_in(p.symbol) for p in inside}


def _stable_pieces(activation: Activation, parts: Iterable[Piece]) -> tuple[Piece, ...]:
    positive = positive_parameters(activation)
    return tuple(
        Piece(part.lower, part.upper, stable(stable_roots(part.expr, positive))) for part in parts
    )


@lru_cache(maxsize=256)
def stable_form(activation: Activation, order: int = 0) -> StableForm:
    """f (order 0) or f′ (order 1) of an activation, ready to be lowered.

    Raises:
        ValueError: for another order.
    """
    if order not in (0, 1):
        raise ValueError(f"order must be 0 (the function) or 1 (its derivative), got {order!r}")
    plain = activation_pieces(activation)
    values = _stable_pieces(activation, plain)
    if order == 0:
        return StableForm(activation, plain, values, _values_at_jumps(activation, values))
    derived = derivative(activation)
    slopes = tuple(
        Piece(value.lower, value.upper, _slope(value.expr, plain.expr))
        for value, plain in zip(values, derived.pieces, strict=True)
    )
    # The left piece holds at a break; where the declared slope is another, it is set apart.
    special = tuple((k.point, k.value) for k in derived.kinks if k.value != k.left)
    return StableForm(activation, derived.pieces, slopes, special, _REACH[1])


def _values_at_jumps(
    activation: Activation, values: tuple[Piece, ...]
) -> tuple[tuple[Expr, Expr], ...]:
    """Where the formula does not take the value of the piece on the left, as x ≥ 0 does at 0."""
    # Abs, Min and Max are continuous, and ``pieces`` takes no other jumping function.
    if not activation.expr.has(Piecewise, sign):
        return ()
    at_breaks = ((p.upper, activation.expr.subs(x, p.upper), p.expr) for p in values[:-1])
    return tuple(
        (point, value)
        for point, value, left in at_breaks
        if (value - left.subs(x, point)).equals(0) is not True
    )


def numbered(expr: Expr) -> Expr:
    """The expression with the roots of polynomials, which no printer knows, as 20 digits."""
    # 17 digits tell any two float64 apart; 3 more keep the second rounding harmless.
    return expr.xreplace({root: root.evalf(20) for root in expr.atoms(CRootOf)})


def _slope(value: Expr, derived: Expr) -> Expr:
    """The quotient rule cancels in rational functions, so there the derived form is used."""
    return derived if derived.is_rational_function(x) else diff(value, x)
