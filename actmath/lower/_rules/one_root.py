"""Formulas with one root r = √(k²x² + c), as quotients of polynomials in r."""

from __future__ import annotations

from sympy import Add, Expr, Poly, Pow, factor, fraction, together

from ...notation import stand_in, x
from .._functions.algebraic import Hypotenuse
from .roots import positive_quadratic

# Beyond so many operations factoring takes longer than it is worth.
_CHEAP = 80


def by_one_root(expr: Expr) -> Expr | None:
    """The same formula with x² = (r² − c)/k² put in, so that differences of both are taken.

    None for formulas without a root, or with several.

    >>> from sympy import sqrt
    >>> by_one_root(1 / sqrt(x**2 + 1) - x**2 / sqrt(x**2 + 1) ** 3)
    Hypotenuse(x, 1)**(-3)
    """
    powers = [p for p in expr.atoms(Pow) if p.base.has(x) and _is_broken(p.exp)]
    bases = {p.base for p in powers}
    found = positive_quadratic(bases.pop()) if len(bases) == 1 else None
    if found is None or expr.count_ops() > _CHEAP:
        return None
    v, c = found
    k, root = v / x, stand_in(x)
    named = expr.xreplace({p: root ** (2 * p.exp) for p in powers})
    if k.has(x) or not named.is_rational_function(x):
        return None
    above, below = (_reduced(part, (root**2 - c) / k**2) for part in fraction(together(named)))
    return factor(above / below).xreplace({root: Hypotenuse(v, c)})


def _is_broken(exponent: Expr) -> bool:
    return bool((2 * exponent).is_Integer and not exponent.is_Integer)


def _reduced(part: Expr, square: Expr) -> Expr:
    """A polynomial in x with its even powers in terms of the square."""
    coefficients = reversed(Poly(part, x).all_coeffs())
    return Add(*(p * square ** (i // 2) * x ** (i % 2) for i, p in enumerate(coefficients)))
