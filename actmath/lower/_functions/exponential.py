"""Functions that stand for what plain formulas with exponentials lose, and know their derivatives.

Each is computed in every arithmetic without overflow and to its last digits; its derivative is
written in these functions again, so that the derivative of a stable formula is stable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
from sympy import Expr, exp, pi, sqrt

from .real import PositiveFunction, RealFunction, RisingFunction


class Expm1(RisingFunction):
    """exp(u) − 1."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        return (exp(*self.args),)


class Log1p(RisingFunction):
    """log(1 + u)."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        return (1 / (1 + self.args[0]),)


class Expit(PositiveFunction):
    """1/(1 + exp(−u))."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        # expit·(1 − expit), where 1 − expit(u) = expit(−u) takes no subtraction.
        return (self * Expit(-self.args[0]),)


class LogisticPower(PositiveFunction):
    """Expit(u)^p·Expit(−u)^q for numbers p and q, where a factor alone would leave the range."""

    nargs = 3

    def _slopes(self) -> tuple[Expr, ...]:
        # The function times p·Expit(−u) − q·Expit(u), which for p = q is −p·tanh(u/2).
        u, p, q = self.args
        if p == q:
            return (-p * StableTanh(u / 2) * self,)
        return ((p * Expit(-u) - q * Expit(u)) * self,)


class Log1pExp(PositiveFunction):
    """log(1 + exp(u))."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        # eᵘ/(1 + eᵘ) = 1/(1 + e^{−u}).
        return (Expit(*self.args),)


class LogMeanExp(RisingFunction):
    """log((1 + exp(u))/2), which is 0 at 0."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        return (Expit(*self.args),)


class LogCosh(RealFunction):
    """log(cosh(u))."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        return (StableTanh(*self.args),)


class UpperErfc(PositiveFunction):
    """erfc(u), not rewritten for negated arguments."""

    nargs = 1

    def _eval_mpmath(self) -> tuple[Callable[..., Any], tuple[Expr, ...]]:
        # It stands in constants too, which SymPy evaluates by this.
        return mpmath.erfc, self.args

    def _slopes(self) -> tuple[Expr, ...]:
        return (-2 / sqrt(pi) * exp(-(self.args[0] ** 2)),)


class StableTanh(RisingFunction):
    """tanh(u), with 1 − tanh(u)² written as a product."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        # 1 − tanh² = 4/((1 + e^{−2u})(1 + e^{2u})).
        (u,) = self.args
        return (4 * Expit(2 * u) * Expit(-2 * u),)


class UpperAtan(PositiveFunction):
    """π/2 − atan(u), the angle that is left of a right one."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        return (-1 / (1 + self.args[0] ** 2),)
