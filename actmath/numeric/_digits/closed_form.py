"""Closed forms at a working precision that loses none of their parts.

A piece that an exponential multiplies has E = e^{μ+ν/2}·(Φ(a) − Φ(b)) + …: where both Φ are 1 to
the working precision their difference is 0, at this precision and at the next, and the two agree on
a value without that part, though the exponential had made it as large as the others. Rounding a
factor is an error of its ulp times the others: so many more bits make that an ulp of 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import Abs, Add, Expr, Function, Mul, Piecewise, Pow, S

from ...derive._iteration.settled import NotSettledError
from ...lower._for_mpmath import compile_stable
from ...number import mp

# More bits than that, of an exponential of 2,800, take longer than the integral.
_MOST_BITS = 2**12
# Bits with which a size is evaluated, of which the order is wanted.
_ORDER = 53


def closed_form(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> Callable[..., list[Any]]:
    """Stable formulas, such as Gaussian moments, as one function of numbers of ``mp``.

    The function raises NotSettledError where an exponential costs more than 4096 bits.

    >>> from sympy import Symbol, erf, exp
    >>> a = Symbol("a", positive=True)
    >>> apart = closed_form([a], [exp(a**2) * (erf(a + 1) - erf(a)) + 1])
    >>> apart(mp.mpf(20))
    [mpf('1.0281743...')]
    """
    evaluate = compile_stable(symbols, formulas)
    sizes = compile_stable(symbols, [_size(formula) for formula in formulas])
    # Without the powers of the mean and the variance, whose digits cost nothing.
    steep = compile_stable(symbols, [_size(formula, steep=True) for formula in formulas])

    def evaluated(*values: Any) -> list[Any]:
        with mp.workprec(_ORDER):
            lost, dear = (_bits(at(*values)) for at in (sizes, steep))
        if dear > _MOST_BITS:
            raise NotSettledError(
                f"exponentials of the closed form cost more than {_MOST_BITS:,} bits"
            )
        with mp.workprec(mp.prec + lost):
            found: list[Any] = evaluate(*values)
        return found

    return evaluated


def _bits(sizes: list[Any]) -> int:
    largest = max(sizes)
    return max(0, mp.mag(largest)) if mp.isfinite(largest) else 0


def _size(expr: Expr, steep: bool = False) -> Expr:
    """The formula with every sum as one of sizes: rounding of it is some ulps of that."""

    def size(part: Expr) -> Expr:
        return _size(part, steep)

    if isinstance(expr, Add | Mul):
        return expr.func(*map(size, expr.args))
    if isinstance(expr, Pow) and expr.exp.is_positive and expr.exp.is_number:
        return Pow(size(expr.base), expr.exp)
    if isinstance(expr, Piecewise):
        return Piecewise(*((size(part), where) for part, where in expr.args))
    return Abs(expr) if expr.has(Function) or not steep else S.One
