"""A formula at a point, node by node, in a context of mpmath of its own: as it was written.

Nothing is rewritten, lowered or compiled: what the package's own routes are compared with is the
declaration and enough digits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import MPContext
from sympy import (
    Abs,
    And,
    Expr,
    Float,
    Max,
    Min,
    Not,
    NumberSymbol,
    Or,
    Piecewise,
    Pow,
    Rational,
    cosh,
    exp,
    preorder_traversal,
    sign,
    sinc,
    sinh,
    tanh,
)
from sympy.core.relational import Relational
from sympy.functions.elementary.trigonometric import TrigonometricFunction
from sympy.functions.special.error_functions import erf, erfc

from ...notation import x

# e^u and e^{−u} stand for infinity and 0 beyond u = 10^700: their exponents still have 2400 bits.
_EXPONENT = 10**700
# tanh and erf are closer to ±1 than 10^{-86000} beyond this, and mpmath's own may not return.
_SATURATED = 10**5
# sin u needs as many digits as u has before its point.
_MOST_BITS = 20_000


class UnknownValueError(ArithmeticError):
    """The formula has no finite real value there, or none that can be computed in a short time."""


class Walk:
    """One formula in ``notation.x``, evaluated in one context of mpmath.

    >>> from sympy import sqrt
    >>> walk = Walk(sqrt(x**2 + 1) - x)
    >>> walk.context.dps = 700
    >>> walk.context.nstr(walk(walk.context.mpf(10) ** 300), 5)
    '5.0e-301'
    """

    def __init__(self, formula: Expr) -> None:
        self.formula = formula
        self.context = MPContext()
        # Constants such as SELU's, which are long formulas, are evaluated once at each precision.
        nodes = preorder_traversal(formula)
        self._fixed = {node for node in nodes if node.args and not node.free_symbols}
        self._constants: dict[tuple[Expr, int], Any] = {}

    def __call__(self, at: Any) -> Any:
        """The value at an mpf of ``context``, at its precision.

        Raises:
            UnknownValueError: where there is no finite real value.
            NotImplementedError: for a function that mpmath does not have.
        """
        try:
            value = self._value(self.formula, at)
        except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
            raise UnknownValueError(
                f"{self.formula} at {self.context.nstr(at, 17)}: {error}"
            ) from None
        if not self.context.isfinite(value) or not hasattr(value, "_mpf_"):
            raise UnknownValueError(f"{self.formula} at {self.context.nstr(at, 17)} is {value}")
        return value

    def _value(self, expr: Expr, at: Any) -> Any:
        if expr == x:
            return at
        if expr in self._fixed:
            key = (expr, self.context.prec)
            if key not in self._constants:
                self._constants[key] = self._computed(expr, at)
            return self._constants[key]
        return self._computed(expr, at)

    def _computed(self, expr: Expr, at: Any) -> Any:
        if isinstance(expr, Rational):
            return self.context.mpf(int(expr.p)) / int(expr.q)
        if isinstance(expr, Float):
            return self.context.mpf(Rational(expr).p) / int(Rational(expr).q)
        if isinstance(expr, NumberSymbol):
            return self.context.make_mpf(expr._as_mpf_val(self.context.prec))
        if isinstance(expr, Piecewise):
            return self._piece(expr, at)
        values = [self._value(arg, at) for arg in expr.args]
        if expr.is_Add:
            return self.context.fsum(values)
        if expr.is_Mul:
            return self.context.fprod(values)
        return self._called(expr, values)

    def _piece(self, expr: Piecewise, at: Any) -> Any:
        for value, condition in expr.args:
            if self._holds(condition, at):
                return self._value(value, at)
        raise UnknownValueError(f"{expr} has no value at {at}")

    def _holds(self, condition: Any, at: Any) -> bool:
        if isinstance(condition, And | Or):
            join = all if isinstance(condition, And) else any
            return join(self._holds(part, at) for part in condition.args)
        if isinstance(condition, Not):
            return not self._holds(condition.args[0], at)
        if isinstance(condition, Relational):
            left, right = (self._value(side, at) for side in (condition.lhs, condition.rhs))
            return bool(_COMPARED[condition.rel_op](left, right))
        return bool(condition)

    def _called(self, expr: Expr, values: list[Any]) -> Any:
        context, first = self.context, values[0]
        if isinstance(expr, exp | sinh | cosh):
            held = max(-_EXPONENT, min(_EXPONENT, first))
            large = isinstance(expr, exp) and abs(held) > _SATURATED
            return self._large_exponential(held) if large else self._function(expr)(held)
        if isinstance(expr, Pow):
            return self._power(first, values[1])
        if isinstance(expr, Max | Min):
            return max(values) if isinstance(expr, Max) else min(values)
        if isinstance(expr, Abs | sign):
            return abs(first) if isinstance(expr, Abs) else context.sign(first)
        if isinstance(expr, tanh | erf | erfc) and abs(first) > _SATURATED:
            limit = context.sign(first)
            return 1 - limit if isinstance(expr, erfc) else limit
        if isinstance(expr, TrigonometricFunction) and context.mag(first) > _MOST_BITS:
            raise UnknownValueError(f"{expr.func} of a number of {_MOST_BITS} bits")
        return self._function(expr)(*values)

    def _large_exponential(self, exponent: Any) -> Any:
        """e^u as e^{u + ½}/e^½: of a whole number of 1000 bits mpmath makes powers for a second."""
        context = self.context
        half = context.mpf(0.5)
        with context.extraprec(max(0, context.mag(exponent)) + 10):
            found = context.exp(exponent + half) / context.exp(half)
        return +found

    def _power(self, base: Any, exponent: Any) -> Any:
        if base == 0 and exponent < 0:
            raise ZeroDivisionError("a negative power of 0")
        return self.context.power(base, exponent)

    def _function(self, expr: Expr) -> Callable[..., Any]:
        name = type(expr).__name__
        if isinstance(expr, sinc):
            return lambda u: self.context.sinc(u)
        found = getattr(self.context, name, None) or getattr(self.context, name.lower(), None)
        if not callable(found):
            raise NotImplementedError(f"mpmath has no function {name}")
        return found  # type: ignore[no-any-return]


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
