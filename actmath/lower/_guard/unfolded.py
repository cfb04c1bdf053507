"""Sums with an error function that SymPy unfolded, folded again: they cancel where it is small."""

from __future__ import annotations

from sympy import Add, Expr, Function, erf, erfc


class KeptErfc(Function):  # type: ignore[misc]
    """erfc, which stays as it is written."""


def unfolded(expr: Expr) -> Expr:
    """c + c·erf(u), and 2c − c·erfc(u), into which SymPy turns c·erfc(−u), as c·erfc(−u).

    >>> from actmath.notation import x
    >>> unfolded(erfc(-x))
    KeptErfc(-x)
    """
    number, rest = expr.as_coeff_Add() if isinstance(expr, Add) else (0, expr)
    for term in Add.make_args(rest) if number else ():
        factor, function = term.as_coeff_Mul()
        if isinstance(function, erfc) and number == -2 * factor:
            return rest - term - factor * KeptErfc(-function.args[0])
        if isinstance(function, erf) and abs(factor) == abs(number):
            return rest - term + number * KeptErfc(-factor / number * function.args[0])
    return expr
