"""Multiples of x inside functions, which SymPy's polynomials take for degrees."""

from __future__ import annotations

from sympy import Expr, Function, Rational, exp
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

# With higher multiples factoring and simplifying take seconds; with 1e17 they do not return.
_MOST = 1_000


def may_be_factored(expr: Expr) -> bool:
    """Is e^{px/q} nowhere with a p so large that a polynomial of degree p would not return?

    >>> from sympy.abc import x
    >>> may_be_factored(exp(7 * x)), may_be_factored(exp(10**6 * x))
    (True, False)
    """
    return _highest(expr, exp) <= _MOST


def may_be_simplified(expr: Expr) -> bool:
    """Is no angle such a multiple that SymPy, which expands cos(px) to degree p, would not return?

    >>> from sympy import cos
    >>> from sympy.abc import x
    >>> may_be_simplified(cos(7 * x)), may_be_simplified(cos(10**17 * x))
    (True, False)
    """
    return _highest(expr, TrigonometricFunction, HyperbolicFunction) <= _MOST


def _highest(expr: Expr, *functions: type[Function]) -> int:
    """The largest numerator inside these functions."""
    numbers = (number for node in expr.atoms(*functions) for number in node.atoms(Rational))
    return max((abs(int(number.p)) for number in numbers), default=0)
