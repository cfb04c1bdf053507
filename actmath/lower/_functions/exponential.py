"""Functions that stand for what plain formulas with exponentials lose, and know their derivatives.

Each is computed in every arithmetic without overflow and to its last digits; its derivative is
written in these functions again, so that the derivative of a stable formula is stable.
"""

from __future__ import annotations

from sympy import Expr, Function, S, exp, pi, sqrt
from sympy.core.function import ArgumentIndexError


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


class _Positive(_Elementary):
    """One whose values are positive."""

    def _eval_is_positive(self) -> bool | None:
        # Of a real argument; of others nothing is said.
        return True if self.args[0].is_real else None


class _Rising(_Elementary):
    """One that rises through 0 at 0, so that it has its argument's sign."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """0 at 0, so that pieces that meet there are seen to meet."""
        return S.Zero if u.is_zero else None

    def _eval_is_positive(self) -> bool | None:
        positive: bool | None = self.args[0].is_positive
        return positive

    def _eval_is_negative(self) -> bool | None:
        negative: bool | None = self.args[0].is_negative
        return negative


class Expm1(_Rising):
    """exp(u) − 1."""

    def _slope(self, u: Expr) -> Expr:
        return exp(u)


class Log1p(_Rising):
    """log(1 + u)."""

    def _slope(self, u: Expr) -> Expr:
        return 1 / (1 + u)


class Expit(_Positive):
    """1/(1 + exp(−u))."""

    def _slope(self, u: Expr) -> Expr:
        # expit·(1 − expit), where 1 − expit(u) = expit(−u) takes no subtraction.
        return Expit(u) * Expit(-u)


class LogisticPower(Function):  # type: ignore[misc]
    """Expit(u)^p·Expit(−u)^q for numbers p and q, where a factor alone would leave the range."""

    nargs = 3

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """The function times p·Expit(−u) − q·Expit(u), which for p = q is −p·tanh(u/2)."""
        u, p, q = self.args
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        if p == q:
            return -p * StableTanh(u / 2) * self
        return (p * Expit(-u) - q * Expit(u)) * self


class Log1pExp(_Positive):
    """log(1 + exp(u))."""

    def _slope(self, u: Expr) -> Expr:
        # eᵘ/(1 + eᵘ) = 1/(1 + e^{−u}).
        return Expit(u)


class LogMeanExp(_Rising):
    """log((1 + exp(u))/2), which is 0 at 0."""

    def _slope(self, u: Expr) -> Expr:
        return Expit(u)


class LogCosh(_Elementary):
    """log(cosh(u))."""

    def _slope(self, u: Expr) -> Expr:
        return StableTanh(u)


class UpperErfc(_Positive):
    """erfc(u), not rewritten for negated arguments."""

    def _slope(self, u: Expr) -> Expr:
        return -2 / sqrt(pi) * exp(-(u**2))


class StableTanh(_Rising):
    """tanh(u), with 1 − tanh(u)² written as a product."""

    def _slope(self, u: Expr) -> Expr:
        # 1 − tanh² = 4/((1 + e^{−2u})(1 + e^{2u})).
        return 4 * Expit(2 * u) * Expit(-2 * u)


class UpperAtan(_Positive):
    """π/2 − atan(u), the angle that is left of a right one."""

    def _slope(self, u: Expr) -> Expr:
        return -1 / (1 + u**2)
