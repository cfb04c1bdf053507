"""Multiples of x and constants inside functions, which SymPy's polynomials take for degrees."""

from __future__ import annotations

from sympy import Expr, Function, Rational, exp
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...notation import auxiliary, x

# With higher multiples simplifying takes seconds, factoring a tenth of one; with 1e17 neither
# returns.
_MOST, _MOST_FACTORED = 1_000, 100
# Powers of e up to this one are constants that may cancel; higher ones are none of a polynomial.
_LOW = 12


def may_be_factored(expr: Expr) -> bool:
    """Is e^{px/q} nowhere with a p so large that a polynomial of degree p would not return?

    >>> from sympy.abc import x
    >>> may_be_factored(exp(7 * x)), may_be_factored(exp(10**6 * x))
    (True, False)
    """
    return _highest(expr, exp) <= _MOST_FACTORED


def may_be_simplified(expr: Expr, *functions: type[Function]) -> bool:
    """Is no angle such a multiple that SymPy, which expands cos(px) to degree p, would not return?

    Other functions than waves are looked into where they are named: of a constant such as
    e^{10¹⁶⁰} SymPy would take all digits.

    >>> from sympy import cos
    >>> from sympy.abc import x
    >>> may_be_simplified(cos(7 * x)), may_be_simplified(cos(10**17 * x))
    (True, False)
    """
    waves = (TrigonometricFunction, HyperbolicFunction)
    return _highest(expr, *(functions or waves)) <= _MOST


def named_powers(expr: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """The formula with a symbol for each large power of e, and what the symbols stand for.

    Of e^{184 − 8x}, in 1/(1 + e^{−8(x − 23)}), SymPy would make a polynomial in e of degree 184.

    >>> named_powers(exp(184 - 8 * x))
    (power0*exp(-8*x), {power0: exp(184)})
    """
    names: dict[Expr, Expr] = {}
    changed: dict[Expr, Expr] = {}
    for node in expr.atoms(exp):
        number, rest = node.args[0].as_independent(x, as_Add=True)
        if number.is_Rational and max(abs(number.p), number.q) > _LOW:
            name = names.setdefault(exp(number), auxiliary(f"power{len(names)}", real=True))
            changed[node] = name * exp(rest)
    return expr.xreplace(changed), {name: constant for constant, name in names.items()}


def _highest(expr: Expr, *functions: type[Function]) -> int:
    """The largest numerator inside these functions."""
    numbers = (number for node in expr.atoms(*functions) for number in node.atoms(Rational))
    return max((abs(int(number.p)) for number in numbers), default=0)
