"""Polynomials with given coefficients as functions of SymPy, for the arithmetics of floats.

They stand for a formula on an interval where it cancels or overflows. The polynomial is evaluated
by Horner's rule, the offset from a point that is no float in two subtractions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from sympy import Expr, Float, Integer, Pow, Rational, S, oo, sign

from ...notation import x
from .real import RealFunction

#: Decimal digits that name a float64 whichever way they are printed: 17, and 3 to spare.
_DIGITS = 20
# The largest number of float64, and what no integer of 64 bits, one of them the sign, comes to.
_LARGEST = sys.float_info.max
_LONG = 2**63


def coefficient(value: Any) -> Expr:
    """The nearest float64 to a number, as SymPy's: it prints with all its digits."""
    return Float(float(value), _DIGITS)


class Series(RealFunction):
    """c₀ + c₁u + c₂u² + … of (u, c₀, c₁, …)."""

    def _slopes(self) -> tuple[Expr, ...]:
        u, *numbers = self.args
        higher = [k * c for k, c in enumerate(numbers) if k]
        return (Series(u, *higher) if higher else S.Zero,)


class Offset(RealFunction):
    """u − (h + l) of (u, h, l): exact but for one rounding where u is near h and l far below it."""

    nargs = 3

    def _slopes(self) -> tuple[Expr, ...]:
        return (S.One,)


class Reciprocal(RealFunction):
    """1/u, whose square is no reciprocal of a square: that may overflow where this one does not."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        return (-(self**2),)


class ScaledPower(RealFunction):
    """c·uⁿ of (u, c, n) as (c·u)·u^{n−1}: for |c| < 1 the power alone would overflow."""

    nargs = 3

    def _slopes(self) -> tuple[Expr, ...]:
        u, c, n = self.args
        return (n * c * u ** (n - 1),)


class SplitPower(RealFunction):
    """u^{h + l} of (u, h, l) for u ≥ 0: an exponent such as 1/3 is no float.

    Rounded to one it would cost |log u|/2 ulps, which are hundreds where u is near the range's end.
    """

    nargs = 3

    def _slopes(self) -> tuple[Expr, ...]:
        u, high, low = self.args
        exponent = Rational(high) + Rational(low)
        # Split anew: a float less 1 need be none.
        return (coefficient(exponent) * _split(u, exponent - 1),)


def with_split_powers(expr: Expr) -> Expr:
    """The formula of ``notation.x`` with such powers in place of those that floats would spoil.

    Integers of more than 64 bits, which PyTorch refuses and NumPy takes for objects, become floats,
    and ±∞ where they are beyond all.
    """
    long = [node for node in expr.atoms(Integer) if abs(node) >= _LONG]
    expr = expr.xreplace({node: _as_float(node) for node in long}) if long else expr
    # Replacing builds every part anew, in which SymPy may find another order.
    return expr.replace(_is_spoilt, _split_power) if any(map(_is_spoilt, expr.atoms(Pow))) else expr


def _as_float(number: Integer) -> Expr:
    return oo * int(sign(number)) if abs(number) > _LARGEST else coefficient(number)


def _is_spoilt(expr: Expr) -> bool:
    # Exact numbers alone: a Float is what a fit gave.
    exact = isinstance(expr, Pow) and isinstance(expr.exp, Rational) and expr.base.has(x)
    return exact and Rational(float(expr.exp)) != expr.exp


def _split_power(power: Pow) -> Expr:
    return _split(power.base, power.exp)


def _split(base: Expr, exponent: Rational) -> Expr:
    high = float(exponent)
    return SplitPower(base, coefficient(high), coefficient(exponent - Rational(high)))


def horner(u: Any, *numbers: float) -> Any:
    """c₀ + u(c₁ + u(c₂ + …)), for an array or a tensor."""
    total = 0 * u + numbers[-1] if len(numbers) == 1 else numbers[-1]
    for number in numbers[-2::-1]:
        total = total * u + number
    return total


def offset(u: Any, high: float, low: float) -> Any:
    """(u − h) − l."""
    return (u - high) - low


def _scaled_power(u: Any, c: float, n: int) -> Any:
    return c * u * (u if n == 2 else u ** (n - 1))


#: By the names of the classes, for ``lambdify``.
POLYNOMIALS: dict[str, Callable[..., Any]] = {
    "Series": horner,
    "Offset": offset,
    "Reciprocal": lambda u: 1 / u,
    "ScaledPower": _scaled_power,
}
