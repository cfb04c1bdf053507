"""Square roots √(u² + c), which as they stand overflow and cancel."""

from __future__ import annotations

from sympy import Add, Expr, Mul, Poly, Pow, S, sqrt
from sympy.polys.polyerrors import PolynomialError

from ...notation import x
from .._functions.algebraic import Direction, HyperbolicBowl, HyperbolicRamp, Hypotenuse


def positive_quadratic(expr: Expr) -> tuple[Expr, Expr] | None:
    """v and c > 0 with v² + c = ``expr``, which is a square and a constant or a quadratic in x.

    >>> positive_quadratic(4 * x**2 + 1), positive_quadratic(x**2 + 2 * x + 3)
    ((2*x, 1), (x + 1, 2))
    """
    if not isinstance(expr, Add) or not expr.has(x):
        return None
    c, rest = expr.as_independent(x, as_Add=True)
    k, square = rest.as_independent(x, as_Add=False)
    if isinstance(square, Pow) and square.exp == 2:
        # For c or k < 0 the root would not be real everywhere.
        return (sqrt(k) * square.base, c) if c.is_positive and k.is_positive else None
    return _completed(expr) if expr.is_polynomial(x) else None


def _completed(expr: Expr) -> tuple[Expr, Expr] | None:
    try:
        coefficients = Poly(expr, x).all_coeffs()
    except PolynomialError:
        return None
    if len(coefficients) != 3:
        return None
    # kx² + lx + m = (√k·x + l/(2√k))² + m − l²/(4k).
    k, l, m = coefficients  # noqa: E741  # the letters of the formula
    rest = m - l**2 / (4 * k)
    if not (k.is_positive and rest.is_positive):
        return None
    return sqrt(k) * x + l / (2 * sqrt(k)), rest


def stable_root(expr: Expr) -> Expr | None:
    """(v² + c)^r for a broken r as Hypotenuse(v, c)^{2r}: a whole power of v² + c holds no root.

    >>> stable_root((x**2 + 1) ** (S.One / 3))
    Hypotenuse(x, 1)**(2/3)
    """
    if not isinstance(expr, Pow) or not expr.exp.is_Rational or expr.exp.is_Integer:
        return None
    found = positive_quadratic(expr.base)
    return None if found is None else Hypotenuse(*found) ** (2 * expr.exp)


def stable_conjugate(total: Expr) -> Expr | None:
    """k·√(u² + c) ± k·u as 2k·HyperbolicRamp(±u, c), and k·√(u² + c) − k·√c."""
    if not isinstance(total, Add):
        return None
    for term in total.args:
        found = _factored(term)
        if found is None:
            continue
        k, root = found
        u, c = root.args
        rest = total - term
        level = -k * sqrt(c)
        if level in Add.make_args(rest):
            return rest - level + k * HyperbolicBowl(u, c)
        # The root is even in u, so that either sign may stand beside it.
        for argument in (u, -u):
            left = rest - (k * argument).expand()
            if len(Add.make_args(left)) < len(Add.make_args(rest)) or left == 0:
                return left + 2 * k * HyperbolicRamp(argument, c)
    return None


def stable_difference(total: Expr) -> Expr | None:
    """k·√A − k·√B as k·(A − B)/(√A + √B), where B is the constant term of A or a root beside it.

    >>> stable_difference(sqrt(x + 1) - 1)
    x/(sqrt(x + 1) + 1)
    """
    if not isinstance(total, Add):
        return None
    for term in total.args:
        for root in (f for f in Mul.make_args(term) if _is_root(f)):
            k, level = term / root, root.base.as_independent(x, as_Add=True)[0]
            others = [sqrt(level)] if level.is_positive else []
            others += [f for t in total.args for f in Mul.make_args(t) if _is_root(f) and f != root]
            for other in others:
                if -k * other in total.args:
                    quotient = k * (root.base - other**2) / (root + other)
                    return total - term + k * other + quotient
    return None


def _is_root(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp == S.Half and factor.base.has(x)


def _factored(term: Expr) -> tuple[Expr, Hypotenuse] | None:
    """k and the root, for a term k·Hypotenuse(u, c) with the root to the first power."""
    factors = Mul.make_args(term)
    roots = [factor for factor in factors if isinstance(factor, Hypotenuse)]
    if len(roots) != 1:
        return None
    return Mul(*(factor for factor in factors if factor is not roots[0])), roots[0]


def stable_direction(product: Expr) -> Expr | None:
    """u^m·Hypotenuse(u, c)^{−n} with as many u as there are taken together with roots.

    So is u^m/(u² + c)^n, for which the two would overflow apart.
    """
    if not isinstance(product, Mul):
        return None
    factors = dict(factor.as_base_exp() for factor in product.args)
    for base, exponent in factors.items():
        root, n = _as_root(base, exponent)
        if root is None or not exponent.is_negative:
            continue
        u, c = root.args
        k, varying = u.as_independent(x, as_Add=False)
        m = factors.get(varying, S.Zero)
        pairs = min(m, n) if m.is_Integer and n.is_Integer else S.Zero
        if pairs <= 0:
            continue
        rest = product / (base**exponent * varying**m)
        # varying = u/k.
        apart = varying ** (m - pairs) * root ** (pairs - n)
        return rest * apart * Direction(u, c) ** pairs / k**pairs
    return None


def _as_root(base: Expr, exponent: Expr) -> tuple[Hypotenuse | None, Expr]:
    """The root whose power −n a factor is, and n."""
    if isinstance(base, Hypotenuse):
        return base, -exponent
    found = positive_quadratic(base) if isinstance(base, Add) else None
    return (None, S.Zero) if found is None else (Hypotenuse(*found), -2 * exponent)
