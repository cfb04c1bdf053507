"""Quotients of polynomials in x, whose numerators and denominators overflow apart.

With s = x/√(x² + 1) and c = 1/√(x² + 1), so that s² + c² = 1, a polynomial of degree n is
P(x) = (x² + 1)^{n/2}·Σ pₖ·sᵏ·c^{n−k}: the sum stays in the range, and adds where P did.
"""

from __future__ import annotations

from sympy import Add, Expr, Poly, Pow, S, fraction, together
from sympy.polys.polyerrors import PolynomialError

from ...notation import x
from .._functions.algebraic import Direction, Hypotenuse

# Beyond it the sums would be longer than they are worth.
_HIGHEST_DEGREE = 12


def stable_quotient(expr: Expr) -> Expr | None:
    """The same quotient where numerator and denominator may both overflow; None for others.

    >>> stable_quotient(x**3 / (1 + x**2))
    Direction(x, 1)**3*Hypotenuse(x, 1)
    """
    if not expr.is_rational_function(x) or expr.is_polynomial(x):
        return None
    line = _inner_line(expr)
    if line is not None:
        return _at_line(stable_quotient(expr.xreplace({line: x})), line)
    try:
        above, below = (Poly(part, x) for part in fraction(together(expr)))
    except PolynomialError:
        return None
    n, d = above.degree(), below.degree()
    # A denominator of degree 1 overflows with x alone, a constant above it never.
    if d < 2 or n < 1 or max(n, d) > _HIGHEST_DEGREE:
        return None
    one = S.One
    scale = Pow(Hypotenuse(x, one), n - d)
    return scale * _homogeneous(above) / _homogeneous(below)


def stable_power(expr: Expr) -> Expr | None:
    """P(x)^r for a polynomial of degree 3 or more and a broken r; None for other formulas.

    >>> stable_power((1 + x**4) ** (S.One / 4))
    (Direction(x, 1)**4 + Hypotenuse(x, 1)**(-4))**(1/4)*Hypotenuse(x, 1)
    """
    if not isinstance(expr, Pow) or not expr.exp.is_Rational or expr.exp.is_Integer:
        return None
    if not expr.base.is_polynomial(x):
        return None
    line = _inner_line(expr.base)
    if line is not None:
        return _at_line(stable_power(expr.xreplace({line: x})), line)
    polynomial = Poly(expr.base, x)
    n = polynomial.degree()
    # Quadratics are those of ``roots``.
    if not 3 <= n <= _HIGHEST_DEGREE:
        return None
    return Hypotenuse(x, S.One) ** (n * expr.exp) * _homogeneous(polynomial) ** expr.exp


def stable_divisor(expr: Expr) -> Expr | None:
    """(kx + c)^{−n} for a number |k| > 1 as k^{−n}·(x + c/k)^{−n}: kx overflows before x does.

    >>> stable_divisor(1 / (2 + 3 * x))
    1/(3*(x + 2/3))
    """
    if not (isinstance(expr, Pow) and isinstance(expr.base, Add) and expr.exp.is_negative):
        return None
    if not (expr.exp.is_Integer and expr.base.is_polynomial(x)):
        return None
    line = Poly(expr.base, x)
    k = line.LC()
    if line.degree() != 1 or not k.is_Rational or abs(k) <= 1:
        return None
    return k**expr.exp * line.monic().as_expr() ** expr.exp


def _inner_line(expr: Expr) -> Expr | None:
    """The line v = kx + c ≠ x of which alone a formula is made, as (x − 2)⁴ + 1 is of x − 2."""
    lines = {node.base for node in expr.atoms(Pow) if isinstance(node.base, Add)}
    for line in lines:
        if line.has(x) and line.diff(x).is_number and not expr.xreplace({line: S.One}).has(x):
            return line
    return None


def _at_line(found: Expr | None, line: Expr) -> Expr | None:
    return None if found is None else found.xreplace({x: line})


def _homogeneous(polynomial: Poly) -> Expr:
    """Π of Σ pₖ·sᵏ·c^{n−k} over the factors."""
    s, c = Direction(x, S.One), 1 / Hypotenuse(x, S.One)
    lead, factors = polynomial.factor_list()
    product = lead
    for factor, exponent in factors:
        coefficients = factor.all_coeffs()
        n = len(coefficients) - 1
        # s² + c² = 1.
        if coefficients == [1, 0, 1]:
            continue
        terms = (p * s ** (n - i) * c**i for i, p in enumerate(coefficients))
        product *= Add(*terms) ** exponent
    return product
