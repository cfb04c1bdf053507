"""What the functions of stable formulas have in common: they are real, and know their slopes."""

from __future__ import annotations

from sympy import Expr, Function, S
from sympy.core.function import ArgumentIndexError


class RealFunction(Function):  # type: ignore[misc]
    """A function that is real where its first argument is."""

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative by an argument, of those by which there is one."""
        slopes = self._slopes()
        if not 1 <= argindex <= len(slopes):
            raise ArgumentIndexError(self, argindex)
        return slopes[argindex - 1]

    def _slopes(self) -> tuple[Expr, ...]:
        raise NotImplementedError


class PositiveFunction(RealFunction):
    """One whose values are positive."""

    def _eval_is_positive(self) -> bool | None:
        # Of a real argument; of others nothing is said.
        return True if self.args[0].is_real else None


class RisingFunction(RealFunction):
    """One that rises through 0 at 0, so that it has its first argument's sign."""

    @classmethod
    def eval(cls, u: Expr, *_: Expr) -> Expr | None:
        """0 at 0, so that pieces that meet there are seen to meet."""
        return S.Zero if u.is_zero else None

    def _eval_is_positive(self) -> bool | None:
        positive: bool | None = self.args[0].is_positive
        return positive

    def _eval_is_negative(self) -> bool | None:
        negative: bool | None = self.args[0].is_negative
        return negative
