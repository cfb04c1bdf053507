"""Products in which one factor overflows while another has died out."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, degree, exp

from ...notation import x
from .._functions.algebraic import WholePower
from .._functions.exponential import Expit, Expm1, LogisticPower, UpperErfc

_DYING = (exp, Expit, LogisticPower, UpperErfc)


def merged_exponents(product: Expr) -> Expr | None:
    """Exponentials as one, and exp(U)·Expit(−w)^q for positive w as exp(U − q·w)·Expit(w)^q.

    >>> merged_exponents(exp(x) * Expit(-exp(x)))
    exp(x - exp(x))*Expit(exp(x))
    """
    if not isinstance(product, Mul):
        return None
    exponentials = [f for f in product.args if isinstance(f, exp) and f.has(x)]
    if not exponentials:
        return None
    rest = [f for f in product.args if f not in exponentials]
    falling = [f for f in rest if _falls(f)]
    if len(exponentials) + len(falling) < 2:
        return None
    exponent, others = Add(*(f.args[0] for f in exponentials)), S.One
    for factor in falling:
        # Expit(−w) = e^{−w}·Expit(w).
        base, q = factor.as_base_exp()
        exponent += q * base.args[0]
        others *= Expit(-base.args[0]) ** q
    return Mul(*(f for f in rest if f not in falling)) * others * exp(exponent)


def _falls(factor: Expr) -> bool:
    base, q = factor.as_base_exp()
    return isinstance(base, Expit) and bool(q.is_positive and base.args[0].is_negative)


def shared_decay(product: Expr) -> Expr | None:
    """Pⁿ·D with a factor D that dies out as (P·D^{1/n})ⁿ: Pⁿ overflows alone, and inf·0 is nan.

    P is x or any other polynomial.

    >>> shared_decay(x**2 * exp(-(x**2)))
    WholePower(x*exp(-x**2/2), 2)
    """
    if not isinstance(product, Mul):
        return None
    dying = [f for f in product.args if _dies(f)]
    for factor in product.args if dying else ():
        base, n = factor.as_base_exp()
        if base.has(x) and base.is_polynomial(x) and n.is_Integer and n >= 2:
            rest = Mul(*(f for f in product.args if f is not factor and f not in dying))
            return rest * WholePower(base * Mul(*(_root(f, n) for f in dying)), n)
    return None


def distributed_decay(product: Expr) -> Expr | None:
    """P·D with a factor D that dies out, as a sum over the terms of P.

    P is a polynomial, or has e^{cu} in it where D is e^{−u} or Expit(−u): that overflows alone.

    >>> distributed_decay((x**2 + 3) * exp(-x))
    x**2*exp(-x) + 3*exp(-x)
    >>> distributed_decay((x * exp(x) + 1) * Expit(-x))
    x*exp(x)*Expit(-x) + Expit(-x)
    """
    if not isinstance(product, Mul) or not any(_dies(f) for f in product.args):
        return None
    for factor in product.args:
        # x + c overflows with x alone.
        if isinstance(factor, Add) and (_is_high(factor) or _grows_against(factor, product)):
            rest = product / factor
            return Add(*(term * rest for term in factor.args))
    return None


def _is_high(total: Expr) -> bool:
    return bool(total.is_polynomial(x) and degree(total, x) >= 2)


def _grows_against(total: Expr, product: Expr) -> bool:
    dying = (factor.base if isinstance(factor, Pow) else factor for factor in product.args)
    fallen = [factor.args[0] for factor in dying if isinstance(factor, (exp, Expit))]
    grown = [part.args[0] for part in total.atoms(exp, Expm1) if part.has(x)]
    return any((u / w).is_negative for u in grown for w in fallen)


def _dies(factor: Expr) -> bool:
    base = factor.base if isinstance(factor, Pow) and factor.exp.is_positive else factor
    return isinstance(base, _DYING) and base.has(x)


def _root(factor: Expr, n: Expr) -> Expr:
    """The positive n-th root of a factor that dies out."""
    if isinstance(factor, exp):
        return exp(factor.args[0] / n)
    base, exponent = factor.as_base_exp()
    if isinstance(base, Expit):
        return LogisticPower(base.args[0], exponent / n, S.Zero)
    if isinstance(base, LogisticPower):
        w, p, q = base.args
        return LogisticPower(w, p * exponent / n, q * exponent / n)
    return base ** (exponent / n)


def joined_powers(expr: Expr) -> Expr | None:
    """(−x)^{p}·x^{n} = (−1)ⁿ(−x)^{p+n} for a broken p: at the range's end a factor alone is lost.

    >>> from sympy import Rational
    >>> joined_powers((-x) ** Rational(1, 3) / x)
    -1/(-x)**(2/3)
    """
    if not isinstance(expr, Mul):
        return None
    pairs = [factor.as_base_exp() for factor in expr.args]
    for i, (base, power) in enumerate(pairs):
        if not base.has(x) or not isinstance(power, Rational) or power.is_Integer:
            continue
        for k, (other, whole) in enumerate(pairs):
            ratio = other / base
            # A number c, so that (c·u)ⁿ·u^p = cⁿ·u^{p+n}, where u has no sign of its own to lose.
            if k != i and isinstance(whole, Integer) and whole < 0 and ratio.is_Rational:
                rest = [factor for j, factor in enumerate(expr.args) if j not in (i, k)]
                return Mul(*rest, ratio**whole, base ** (power + whole))
    return None
