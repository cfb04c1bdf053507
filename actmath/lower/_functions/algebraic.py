"""Functions of u and a positive c for formulas with √(u² + c), which overflow and cancel.

u² overflows where its root would not, and u + √(u² + c) loses every digit where u is far below 0.
"""

from __future__ import annotations

from sympy import Expr, Pow, S, sqrt

from .real import PositiveFunction, RealFunction, RisingFunction


class Hypotenuse(PositiveFunction):
    """√(u² + c)."""

    nargs = 2

    def _slopes(self) -> tuple[Expr, ...]:
        return Direction(*self.args), S.Half / self


class HyperbolicRamp(PositiveFunction):
    """(u + √(u² + c))/2 = max(u, 0) + c/(2(√(u² + c) + |u|)), the branch of a hyperbola."""

    nargs = 2

    def _slopes(self) -> tuple[Expr, ...]:
        # (1 + u/√(u² + c))/2 = (√(u² + c) + u)/(2√(u² + c)): no term cancels.
        root = Hypotenuse(*self.args)
        return self / root, S.One / 4 / root


class HyperbolicBowl(RealFunction):
    """√(u² + c) − √c = u·u/(√(u² + c) + √c), which is 0 at 0."""

    nargs = 2

    def _slopes(self) -> tuple[Expr, ...]:
        # By c it is (1/√(u² + c) − 1/√c)/2.
        u, c = self.args
        return Direction(u, c), -self / (2 * sqrt(c) * Hypotenuse(u, c))


class Direction(RisingFunction):
    """u/√(u² + c), from −1 to 1."""

    nargs = 2

    def _slopes(self) -> tuple[Expr, ...]:
        # c/(u² + c)^{3/2}: by the quotient rule it would be a difference that cancels.
        u, c = self.args
        cube = Pow(Hypotenuse(u, c), -3)
        return c * cube, -u / 2 * cube


class Log1pSquare(RealFunction):
    """log(1 + u²), also where u² overflows."""

    nargs = 1

    def _slopes(self) -> tuple[Expr, ...]:
        # 2u/(1 + u²), with one root of the denominator under u.
        (u,) = self.args
        return (2 * Direction(u, S.One) / Hypotenuse(u, S.One),)


class WholePower(RealFunction):
    """uⁿ for an integer n > 1, where SymPy would take the power of every factor of u."""

    nargs = 2

    @classmethod
    def eval(cls, u: Expr, n: Expr) -> Expr | None:
        """u itself where n is 1."""
        return u if n == 1 else None

    def _slopes(self) -> tuple[Expr, ...]:
        u, n = self.args
        return (n * WholePower(u, n - 1),)
