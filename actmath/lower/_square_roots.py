"""Two functions for formulas with √(u² + c), which as they stand overflow and cancel.

u² overflows where its root would not, and u + √(u² + c) loses every digit where u is far below 0.
"""

from __future__ import annotations

from sympy import Add, Expr, Function, Pow, S, sqrt
from sympy.core.function import ArgumentIndexError

from ..notation import x


class _OfRealAndPositive(Function):  # type: ignore[misc]
    """A real function of a real u and a positive c."""

    nargs = 2

    def _eval_is_extended_real(self) -> bool | None:
        # For real u and positive c, u² + c > 0: both functions are real.
        real: bool | None = self.args[0].is_extended_real
        return real


class Hypotenuse(_OfRealAndPositive):
    """√(u² + c)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """u/√(u² + c) by u, 1/(2√(u² + c)) by c."""
        if argindex not in (1, 2):
            raise ArgumentIndexError(self, argindex)
        return (self.args[0] if argindex == 1 else S.Half) / self


class HyperbolicRamp(_OfRealAndPositive):
    """(u + √(u² + c))/2 = max(u, 0) + c/(2(√(u² + c) + |u|)), the branch of a hyperbola."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """The function itself over √(u² + c) by u, 1/(4√(u² + c)) by c: neither cancels."""
        if argindex not in (1, 2):
            raise ArgumentIndexError(self, argindex)
        # ∂/∂u = (1 + u/√(u² + c))/2 = (√(u² + c) + u)/(2√(u² + c)).
        return (self if argindex == 1 else S.One / 4) / Hypotenuse(*self.args)


def stable_roots(expr: Expr, positive: dict[Expr, Expr] | None = None) -> Expr:
    """The same function of ``notation.x``, its square roots in terms of this module's functions.

    Args:
        positive: for symbols that are known to be positive, ones of which SymPy knows it too.

    >>> from sympy import sqrt
    >>> stable_roots((x + sqrt(x**2 + 4)) / 2)
    HyperbolicRamp(x, 4)
    """
    if not expr.args or not expr.has(x):
        return expr
    # The innermost first: a ramp is told by the Hypotenuse in it.
    rewritten = expr.func(*(stable_roots(arg, positive) for arg in expr.args))
    if isinstance(rewritten, Add):
        return _ramp(rewritten)
    return _hypotenuse(rewritten, positive or {}) if isinstance(rewritten, Pow) else rewritten


def _hypotenuse(power: Pow, positive: dict[Expr, Expr]) -> Expr:
    """(k·v² + c)^(n/2) as Hypotenuse(√k·v, c)ⁿ, where k and c are positive."""
    # Odd n alone: a whole power of u² + c holds no root.
    if not (2 * power.exp).is_Integer or power.exp.is_Integer or not isinstance(power.base, Add):
        return power
    c, rest = power.base.as_independent(x, as_Add=True)
    k, square = rest.as_independent(x, as_Add=False)
    even = isinstance(square, Pow) and square.exp == 2
    # For c or k < 0 the function would not be real everywhere.
    if not even or not all(part.xreplace(positive).is_positive for part in (c, k)):
        return power
    return Hypotenuse(sqrt(k) * square.base, c) ** (2 * power.exp)


def _ramp(total: Add) -> Expr:
    """k·Hypotenuse(u, c) ± k·u as 2k·HyperbolicRamp(±u, c)."""
    for term in total.args:
        k, root = term.as_independent(x, as_Add=False)
        if not isinstance(root, Hypotenuse):
            continue
        u, c = root.args
        # Hypotenuse(u, c) is even in u, so that either sign may stand beside it.
        for argument in (u, -u):
            if k * argument in total.args:
                return total - term - k * argument + 2 * k * HyperbolicRamp(argument, c)
    return total
