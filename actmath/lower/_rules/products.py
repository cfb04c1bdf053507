"""Products in which one factor overflows while another has died out."""

from __future__ import annotations

from sympy import Expr, Mul, Pow, S, exp

from ...notation import x
from .._functions.algebraic import WholePower
from .._functions.exponential import Expit, LogisticPower, UpperErfc

_DYING = (exp, Expit, LogisticPower, UpperErfc)


def merged_exponents(product: Expr) -> Expr | None:
    """exp(U)·Expit(−w)^q for positive w as exp(U − q·w)·Expit(w)^q: U is far below w.

    >>> merged_exponents(exp(x) * Expit(-exp(x)))
    exp(x - exp(x))*Expit(exp(x))
    """
    if not isinstance(product, Mul):
        return None
    exponents = [f.args[0] for f in product.args if isinstance(f, exp) and f.has(x)]
    if not exponents:
        return None
    for factor in product.args:
        base, q = factor.as_base_exp()
        if isinstance(base, Expit) and q.is_positive and base.args[0].is_negative:
            w = -base.args[0]
            whole = exp(sum(exponents, S.Zero) - q * w) * Expit(w) ** q
            growing = [f for f in product.args if isinstance(f, exp) and f.has(x)]
            return Mul(*(f for f in product.args if f not in (factor, *growing))) * whole
    return None


def shared_decay(product: Expr) -> Expr | None:
    """xⁿ·D with a factor D that dies out as (x·D^{1/n})ⁿ: xⁿ overflows alone, and inf·0 is nan.

    >>> shared_decay(x**2 * exp(-(x**2)))
    WholePower(x*exp(-x**2/2), 2)
    """
    if not isinstance(product, Mul):
        return None
    powers = [f for f in product.args if f == x or (isinstance(f, Pow) and f.base == x)]
    n = powers[0].as_base_exp()[1] if powers else S.Zero
    dying = [f for f in product.args if _dies(f)]
    if not (n.is_Integer and n >= 2 and dying):
        return None
    rest = [f for f in product.args if f not in dying and f not in powers]
    return Mul(*rest) * WholePower(x * Mul(*(_root(factor, n) for factor in dying)), n)


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
