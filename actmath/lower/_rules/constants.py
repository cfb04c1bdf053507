"""A formula with floats for its parameters and constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Add, Expr, Rational, expand, preorder_traversal

from ...notation import x
from ...number import evaluated
from .._arithmetics import FLOAT64
from .._functions.series import coefficient

# Three numbers below it, or quotients of them, multiply to a float.
_MODERATE = 1e100
# Of a constant before it is rounded to a float.
_DIGITS = 20


def keeps_sums(expr: Expr, numbers: Mapping[Expr, Expr]) -> bool:
    """Are the sums of a formula still there with its numbers? SymPy turns 2·(x + 1) to 2·x + 2."""
    found = expr.xreplace(numbers)
    sums = (node for node in preorder_traversal(expr) if node.is_Add and node.has(x))
    return all(found.has(each.xreplace(numbers)) for each in sums)


def is_moderate(numbers: Iterable[Expr]) -> bool:
    """Is each product of three of them a float, in whichever order it is taken?"""
    return all(1 / _MODERATE < abs(number) < _MODERATE for number in numbers if number)


def in_floats(expr: Expr) -> Expr:
    """With each constant part as one number: erf(2) − 1 in floats would lose digits for ever."""
    if isinstance(expr, Rational) or not (expr.args or expr.is_number):
        return expr
    if not expr.free_symbols:
        return coefficient(evaluated(expr, _DIGITS))
    if expr.is_Add or expr.is_Mul:
        # All constant terms, or factors, are one constant together.
        number, rest = expr.as_independent(*expr.free_symbols, as_Add=expr.is_Add)
        return expr.func(in_floats(number), *map(in_floats, expr.func.make_args(rest)))
    return expr.func(*map(in_floats, expr.args))


def is_line(expr: Expr) -> bool:
    """Is each term of a sum a number, or a number times x?"""
    return all((term / x).is_number or term.is_number for term in Add.make_args(expr))


def rounded_line(exact: Expr) -> Expr | None:
    """The line with its two coefficients as floats; None where one is beside the normal floats."""
    line = expand(exact)
    if not is_line(line):
        return None
    numbers = [evaluated(line.coeff(x, power), _DIGITS) for power in (1, 0)]
    if not all(FLOAT64.smallest <= abs(number) <= FLOAT64.largest for number in numbers if number):
        return None
    slope, level = map(coefficient, numbers)
    return slope * x + level
