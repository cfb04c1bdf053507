"""Quotients of sums of exponentials, divided above and below by what dominates.

In a = Expit(w) and b = Expit(−w) a quotient of polynomials in E = exp(w) is a^s·b^m times
polynomials in a and b, which never overflow; with positive coefficients none of them cancels
either. E − 1 = tanh(w/2)·(E + 1) is the one factor with a zero that formulas are full of.
"""

from __future__ import annotations

from sympy import Expr, exp, sinh

from .._functions.exponential import Expit, Expm1, LogisticPower, StableTanh
from .one_exponential import ExponentialProduct, exponential_product


def stable_exponentials(expr: Expr) -> Expr | None:
    """The same formula without overflow; None where it may stay as it is."""
    found = exponential_product(expr)
    if found is None or not found.factors:
        return None
    divided = any(not (n.is_Integer and n.is_positive) for _, n in found.factors)
    if divided:
        return _divided(found.shifted())
    return _difference(found) if found.crossings and len(found.factors) == 1 else None


def _difference(found: ExponentialProduct) -> Expr:
    """constant·E^e·(E − 1)^r by Expm1, taken out so that no factor grows while another dies."""
    w, e, r = found.argument, found.power, found.crossings
    if e >= 0:
        return found.constant * exp(e * w) * Expm1(w) ** r
    if e + r <= 0:
        return found.constant * exp((e + r) * w) * (-Expm1(-w)) ** r
    if 2 * e == -r:
        return found.constant * (2 * sinh(w / 2)) ** r
    # E^e·(1 + E)^r grows at both ends.
    return found.constant * StableTanh(w / 2) ** r * _monomial(w, e, -e - r)


def _divided(found: ExponentialProduct) -> Expr | None:
    """a^s·b^m·tanh(w/2)^r·Π P(a, b), if what is divided by has no zero."""
    below = [p for p, n in found.others if not (n.is_Integer and n.is_positive)]
    if not all(c.is_nonnegative for p in below for c in p):
        return None
    if found.crossings.is_Integer is False:
        return None
    product = found.constant * _monomial(found.argument, found.power, found.falling)
    for polynomial, exponent in found.homogeneous():
        product *= polynomial**exponent
    return product * StableTanh(found.argument / 2) ** found.crossings


def _monomial(w: Expr, s: Expr, m: Expr) -> Expr:
    """Expit(w)^s·Expit(−w)^m."""
    if s == -m:
        return exp(s * w)
    if all(n.is_Integer and n.is_nonnegative for n in (s, m)):
        return Expit(w) ** s * Expit(-w) ** m
    # (1 + e^{±w})ⁿ, whose terms are all positive.
    for one, other, sign in ((s, m, 1), (m, s, -1)):
        if other.is_Integer and other.is_negative and one == 0:
            return (1 + exp(sign * w)) ** -other
    return LogisticPower(w, s, m)
