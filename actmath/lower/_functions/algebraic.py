"""Functions of u and a positive c for formulas with √(u² + c), which overflow and cancel.

u² overflows where its root would not, and u + √(u² + c) loses every digit where u is far below 0.
"""

from __future__ import annotations

from sympy import Expr, Function, Pow, S, sqrt
from sympy.core.function import ArgumentIndexError


class _OfRealAndPositive(Function):  # type: ignore[misc]
    """A real function of a real u and a positive c."""

    nargs = 2

    def _eval_is_extended_real(self) -> bool | None:
        # For real u and positive c, u² + c > 0: the functions are real.
        real: bool | None = self.args[0].is_extended_real
        return real

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex not in (1, 2):
            raise ArgumentIndexError(self, argindex)
        u, c = self.args
        return self._slope(u, c) if argindex == 1 else self._slope_by_c(u, c)

    def _slope(self, u: Expr, c: Expr) -> Expr:
        raise NotImplementedError

    def _slope_by_c(self, u: Expr, c: Expr) -> Expr:
        raise NotImplementedError


class _Above(_OfRealAndPositive):
    """One whose values are positive."""

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None


class Hypotenuse(_Above):
    """√(u² + c)."""

    def _slope(self, u: Expr, c: Expr) -> Expr:
        return Direction(u, c)

    def _slope_by_c(self, u: Expr, c: Expr) -> Expr:
        return S.Half / self


class HyperbolicRamp(_Above):
    """(u + √(u² + c))/2 = max(u, 0) + c/(2(√(u² + c) + |u|)), the branch of a hyperbola."""

    def _slope(self, u: Expr, c: Expr) -> Expr:
        # (1 + u/√(u² + c))/2 = (√(u² + c) + u)/(2√(u² + c)): no term cancels.
        return self / Hypotenuse(u, c)

    def _slope_by_c(self, u: Expr, c: Expr) -> Expr:
        return S.One / 4 / Hypotenuse(u, c)


class HyperbolicBowl(_OfRealAndPositive):
    """√(u² + c) − √c = u·u/(√(u² + c) + √c), which is 0 at 0."""

    def _slope(self, u: Expr, c: Expr) -> Expr:
        return Direction(u, c)

    def _slope_by_c(self, u: Expr, c: Expr) -> Expr:
        # (1/√(u² + c) − 1/√c)/2.
        return -self / (2 * sqrt(c) * Hypotenuse(u, c))


class Direction(_OfRealAndPositive):
    """u/√(u² + c), from −1 to 1."""

    def _eval_is_positive(self) -> bool | None:
        positive: bool | None = self.args[0].is_positive
        return positive

    def _eval_is_negative(self) -> bool | None:
        negative: bool | None = self.args[0].is_negative
        return negative

    def _slope(self, u: Expr, c: Expr) -> Expr:
        # c/(u² + c)^{3/2}: by the quotient rule it would be a difference that cancels.
        return c * Pow(Hypotenuse(u, c), -3)

    def _slope_by_c(self, u: Expr, c: Expr) -> Expr:
        return -u / 2 * Pow(Hypotenuse(u, c), -3)


class Log1pSquare(Function):  # type: ignore[misc]
    """log(1 + u²), also where u² overflows."""

    nargs = 1

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def fdiff(self, argindex: int = 1) -> Expr:
        """2u/(1 + u²), with one root of the denominator under u."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return 2 * Direction(self.args[0], S.One) / Hypotenuse(self.args[0], S.One)


class WholePower(Function):  # type: ignore[misc]
    """uⁿ for an integer n > 1, where SymPy would take the power of every factor of u."""

    nargs = 2

    @classmethod
    def eval(cls, u: Expr, n: Expr) -> Expr | None:
        """u itself where n is 1."""
        return u if n == 1 else None

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def fdiff(self, argindex: int = 1) -> Expr:
        """n·u^{n−1}."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        u, n = self.args
        return n * WholePower(u, n - 1)
