"""A formula as a sum of terms c·xᵏ·e^{ax² + bx}·erfc(u)ʲ, u a line: a wave is two of them."""

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
    erf,
    erfc,
    exp,
    expand,
    sin,
    sinh,
)

from ...notation import x
from .._formula.expansion import expanded_terms, is_short

# Of the squares: a moment has some k²/4 terms, and half a second is long for one.
HIGHEST = 64
# Of erfc: E erfc³ is the probability of three correlated Gaussians, for which nobody has a form.
_MOST_TAILS = 2
# A wave is two terms, and its square with what stands beside may have some hundred.
_MOST = 300
_OF_EXPONENTIALS = (sin, cos, sinh, cosh)


class Term(NamedTuple):
    """c·xᵏ·e^{ax² + bx}·erfc(u)ʲ, a, b and c complex; the real part of a is 0 or negative.

    ``tails`` is j, up to 2, and ``line`` the u of all terms of a formula: a pair (slope, value at
    0) of real numbers.
    """

    degree: int
    curvature: Expr
    rate: Expr
    coefficient: Expr
    tails: int = 0
    line: tuple[Expr, Expr] = (S.Zero, S.Zero)


def exponential_terms(expr: Expr) -> tuple[Term, ...]:
    """The terms of a formula; of a wave e^{iωx} and e^{−iωx}, whose sum is real.

    Raises:
        sympy.PolynomialError: if it is no such sum, or too long.

    >>> for term in exponential_terms(x * (exp(2 * x) - 3)):
    ...     print(tuple(term)[:4])
    (1, 0, 0, -3)
    (1, 0, 2, 1)
    """
    _check_degree(expr)
    # Those of numbers stay: as exponentials they would be complex, with no imaginary part.
    waves = {wave: wave.rewrite(exp) for wave in expr.atoms(*_OF_EXPONENTIALS) if wave.has(x)}
    spelt, tail, line = _one_tail(expr.xreplace(waves))
    if expanded_terms(spelt) > _MOST:
        raise PolynomialError(f"{expr} is too long when it is multiplied out")
    by_exponent: dict[tuple[Expr, Expr, int], Expr] = {}
    for term in expand(spelt).as_ordered_terms():
        constant, varying = term.as_independent(x, as_Add=False)
        rest, tails = _without(tail, varying)
        curvature, rate, rest = _exponent(rest, term)
        key = curvature, rate, tails
        by_exponent[key] = by_exponent.get(key, S.Zero) + constant * rest
    terms = [
        Term(int(degree), curvature, rate, _real_part(coefficient, curvature, rate), tails, line)
        for (curvature, rate, tails), polynomial in by_exponent.items()
        for (degree,), coefficient in Poly(polynomial, x).terms()
        if coefficient != 0
    ]
    return tuple(sorted(terms, key=str))


def _exponent(varying: Expr, term: Expr) -> tuple[Expr, Expr, Expr]:
    """a and b of the exponentials in a product, and what is left of it."""
    # e^{bx} may come as several factors; their exponents add up.
    factors = varying.as_ordered_factors()
    powers = [factor for factor in factors if isinstance(factor, exp)]
    exponent = expand(sum((factor.args[0] for factor in powers), start=S.Zero))
    curvature, rate = exponent.coeff(x, 2), exponent.coeff(x)
    if not exponent.is_polynomial(x) or expand(exponent - curvature * x**2 - rate * x) != 0:
        raise PolynomialError(f"{term} is no polynomial times e^(ax² + bx)")
    # Where a is positive the moments end at some variance.
    if not curvature.as_real_imag()[0].is_nonpositive:
        raise PolynomialError(f"{term} may grow faster than any exponential")
    # Only factors: what stands in a denominator too stays there, and makes it no polynomial.
    return curvature, rate, Mul(*(factor for factor in factors if factor not in powers))


def _one_tail(expr: Expr) -> tuple[Expr, Expr, tuple[Expr, Expr]]:
    """The formula with one erfc(u) in place of all erf and erfc of u and −u, that erfc, and u."""
    spelt = expr.replace(erf, lambda u: 1 - erfc(u) if u.has(x) else erf(u))
    found = sorted((tail for tail in spelt.atoms(erfc) if tail.has(x)), key=str)
    if not found:
        return spelt, S.One, (S.Zero, S.Zero)
    tail = found[0]
    (u,) = tail.args
    for other in found[1:]:
        if expand(other.args[0] + u) != 0:
            raise PolynomialError(f"{expr} has error functions of more than one argument")
        spelt = spelt.xreplace({other: 2 - tail})
    u = expand(u)
    line = u.coeff(x), u.coeff(x, 0)
    if not (u.is_polynomial(x) and expand(u - line[0] * x - line[1]) == 0 and u.is_real):
        raise PolynomialError(f"{tail} is no error function of a line")
    return spelt, tail, line


def _without(tail: Expr, varying: Expr) -> tuple[Expr, int]:
    """The product without its powers of the tail, and how many there were."""
    if tail is S.One:
        return varying, 0
    factors = varying.as_ordered_factors()
    powers = [factor for factor in factors if factor.as_base_exp()[0] == tail]
    power = sum((factor.as_base_exp()[1] for factor in powers), start=S.Zero)
    if not (power.is_Integer and 0 <= power <= _MOST_TAILS):
        raise PolynomialError(f"{varying} has a power of an error function beyond the square")
    rest = Mul(*(factor for factor in factors if factor not in powers))
    if rest.has(tail):
        raise PolynomialError(f"{varying} has an error function in a denominator, or in another")
    return rest, int(power)


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
