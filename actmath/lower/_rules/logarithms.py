"""Logarithms of sums, in which a small term or a large one would be lost."""

from __future__ import annotations

from dataclasses import replace

from sympy import Add, Expr, Mul, Pow, S, asinh, exp, log, sqrt

from ...notation import x
from .._functions.algebraic import HyperbolicRamp, Hypotenuse, Log1pSquare
from .._functions.exponential import (
    Expit,
    Log1p,
    Log1pExp,
    LogCosh,
    LogMeanExp,
)
from .one_exponential import ExponentialProduct, exponential_product
from .roots import positive_quadratic


def log_of_exponentials(expr: Expr) -> Expr | None:
    """The logarithm of a positive product of sums of one exponential.

    >>> log_of_exponentials(1 / (1 + exp(-x)))
    -Log1pExp(-x)
    """
    found = exponential_product(expr)
    if found is None or not found.constant.is_positive or found.crossings != 0:
        return None
    if any(not c.is_nonnegative for p, _ in found.others for c in p):
        return None
    product = found.shifted().with_constant_inside()
    late = [(p, n) for p, n in product.others if p[-1] == 1 and p[-2] == 0]
    product = replace(product, factors=tuple(f for f in product.factors if f not in late))
    total = _log_of_monomial(product)
    total += Add(*(n * _log_after_a_gap(p, product.argument) for p, n in late))
    for (coefficients, exponent), (polynomial, _) in zip(
        product.others, product.homogeneous(), strict=True
    ):
        total += exponent * _log_of_polynomial(coefficients, polynomial, product.argument)
    return total


def _log_after_a_gap(coefficients: tuple[Expr, ...], w: Expr) -> Expr:
    """log(1 + Q) as log(1 + e^{log Q}) for a Q without a term in eʷ, whose logarithm is no sum."""
    n = len(coefficients) - 1
    rest = Add(*(c * exp((n - i) * w) for i, c in enumerate(coefficients[:-1])))
    return Log1pExp(log_of_exponentials(rest) or log(rest))


def _log_of_monomial(product: ExponentialProduct) -> Expr:
    """log(constant·Expit(w)^s·Expit(−w)^m) without terms that take each other away."""
    w, s, m, constant = product.argument, product.power, product.falling, product.constant
    # log Expit(w) = −log(1 + e^{−w}).
    function, offset = Log1pExp, log(constant)
    if not product.others and constant == 2 ** (s + m) and s + m != 0:
        # Then the whole is 0 at w = 0: log(2·Expit(w)) = −log((1 + e^{−w})/2).
        function, offset = LogMeanExp, S.Zero
    if s == m:
        # log(4·Expit(w)·Expit(−w)) = −2·log cosh(w/2).
        return -2 * s * LogCosh(w / 2) + log(constant / 4**s)
    # log(1 + eʷ) = w + log(1 + e^{−w}), so that what is left has one sign.
    if s * m >= 0:
        return -s * function(-w) - m * function(w) + offset
    if abs(s) > abs(m):
        return -(s + m) * function(-w) - m * w + offset
    return -(s + m) * function(w) + s * w + offset


def _log_of_polynomial(coefficients: tuple[Expr, ...], polynomial: Expr, w: Expr) -> Expr:
    """log P(a, b), as log(1 + (P − (a + b)ⁿ)) where that difference keeps its digits.

    It adds positive terms; or P is 1 at −∞, and the difference is small there.
    """
    n = len(coefficients) - 1
    binomials = [S.One]
    for k in range(n):
        binomials.append(binomials[-1] * (n - k) / (k + 1))
    rest = [c - b for c, b in zip(coefficients, binomials, strict=True)]
    if not (rest[-1] == 0 or all(c.is_nonnegative for c in rest)):
        return log(polynomial)
    a, b = Expit(w), Expit(-w)
    return Log1p(Add(*(c * a ** (n - i) * b**i for i, c in enumerate(rest))))


def stable_logarithm(expr: Expr) -> Expr | None:
    """log(u), or None; its argument is stable already."""
    if not isinstance(expr, log):
        return None
    u = expr.args[0]
    quadratic = positive_quadratic(u)
    if quadratic is not None:
        v, c = quadratic
        # log(v² + c) = log c + log(1 + v²/c).
        return log(c) + Log1pSquare(v / sqrt(c))
    if isinstance(u, Add):
        one, rest = u.as_independent(x, as_Add=True)
        return Log1p(rest) if one == 1 else None
    if isinstance(u, exp):
        return u.args[0]
    return _of_product(u)


def _of_product(u: Expr) -> Expr | None:
    """log of k·F^n for a positive k, where F is a function of this package that is positive."""
    k, rest = u.as_independent(x, as_Add=False)
    base, n = rest.as_base_exp() if isinstance(rest, Pow) else (rest, S.One)
    if not k.is_positive or n.has(x) or isinstance(rest, Mul):
        return None
    if isinstance(base, Hypotenuse):
        v, c = base.args
        return log(k * sqrt(c) ** n) + n / 2 * Log1pSquare(v / sqrt(c))
    if isinstance(base, HyperbolicRamp):
        # 2·ramp(v, c) = √c·e^{asinh(v/√c)}.
        v, c = base.args
        return log(k * (sqrt(c) / 2) ** n) + n * asinh(v / sqrt(c))
    if isinstance(rest, Pow) and base.is_positive:
        return log(k) + n * log(base)
    return None
