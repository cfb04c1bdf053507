"""A formula as a sum of terms c·xᵏ·e^{ax² + bx}, a and b complex: a wave is two of them."""

from __future__ import annotations

from typing import NamedTuple

from sympy import (
    Add,
    Expr,
    I,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    S,
    cos,
    cosh,
    exp,
    expand,
    sin,
    sinh,
)

from ...notation import x
from .._formula.expansion import expanded_terms, is_short

# Of the squares: the recurrence, not multiplied out, grows by a factor of 1.6 with each power.
HIGHEST = 16
# A wave is two terms, and its square with what stands beside may have some hundred.
_MOST = 300
_OF_EXPONENTIALS = (sin, cos, sinh, cosh)


class Term(NamedTuple):
    """c·xᵏ·e^{ax² + bx}, a, b and c complex; the real part of a is 0 or negative."""

    degree: int
    curvature: Expr
    rate: Expr
    coefficient: Expr


def exponential_terms(expr: Expr) -> tuple[Term, ...]:
    """The terms of a formula; of a wave e^{iωx} and e^{−iωx}, whose sum is real.

    Raises:
        sympy.PolynomialError: if it is no such sum, or too long.

    >>> for term in exponential_terms(x * (exp(2 * x) - 3)):
    ...     print(tuple(term))
    (1, 0, 0, -3)
    (1, 0, 2, 1)
    """
    _check_degree(expr)
    spelt = expr.rewrite(list(_OF_EXPONENTIALS), exp) if expr.has(*_OF_EXPONENTIALS) else expr
    if expanded_terms(spelt) > _MOST:
        raise PolynomialError(f"{expr} is too long when it is multiplied out")
    by_exponent: dict[tuple[Expr, Expr], Expr] = {}
    for term in expand(spelt).as_ordered_terms():
        constant, varying = term.as_independent(x, as_Add=False)
        # e^{bx} may come as several factors; their exponents add up.
        powers = [factor for factor in varying.as_ordered_factors() if isinstance(factor, exp)]
        exponent = expand(sum((factor.args[0] for factor in powers), start=S.Zero))
        curvature, rate = exponent.coeff(x, 2), exponent.coeff(x)
        if not exponent.is_polynomial(x) or expand(exponent - curvature * x**2 - rate * x) != 0:
            raise PolynomialError(f"{term} is no polynomial times e^(ax² + bx)")
        # Where a is positive the moments end at some variance.
        if not curvature.as_real_imag()[0].is_nonpositive:
            raise PolynomialError(f"{term} may grow faster than any exponential")
        rest = constant * varying.xreplace(dict.fromkeys(powers, S.One))
        key = curvature, rate
        by_exponent[key] = by_exponent.get(key, S.Zero) + rest
    terms = [
        Term(int(degree), curvature, rate, _real_part(coefficient, curvature, rate))
        for (curvature, rate), polynomial in by_exponent.items()
        for (degree,), coefficient in Poly(polynomial, x).terms()
        if coefficient != 0
    ]
    return tuple(sorted(terms, key=str))


def _real_part(coefficient: Expr, curvature: Expr, rate: Expr) -> Expr:
    """What i stands for in a coefficient beside real exponents adds up to 0, as in sin 1."""
    if not coefficient.has(I) or rate.has(I) or curvature.has(I):
        return coefficient
    return expand(coefficient).as_real_imag()[0]


def is_wave(term: Term) -> bool:
    """Does it oscillate?"""
    return bool(term.rate.has(I) or term.curvature.has(I))


def _check_degree(expr: Expr) -> None:
    """Whether the formula is worth writing, before anything is multiplied out.

    Raises:
        sympy.PolynomialError: if not.
    """
    if not is_short(expr) or _degree(expr) > HIGHEST:
        raise PolynomialError(f"{expr} is too long when it is multiplied out")


def _degree(expr: Expr) -> int:
    """The highest power of x beside exponentials, if nothing cancels."""
    if isinstance(expr, Add | Mul):
        degrees = [_degree(part) for part in expr.args]
        return max(degrees) if isinstance(expr, Add) else sum(degrees)
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
        return int(expr.exp) * _degree(expr.base)
    return 1 if expr == x else 0
