"""The recurrence of Gaussian moments, its polynomials multiplied out, and its start with tails.

For z ~ N(m, s), I_k = E zᵏ over a range obeys I_k = m·I_{k−1} + (k − 1)s·I_{k−2} − s[x^{k−1}φ]
between the ends of the range, so that I_k = P_k·I₀ − s[φ·Q_k], with polynomials P_k in m and s and
Q_k in m, s and x. With erfc(u)ʲ beside the power the same parts leave E z^{k−1}·(erfc(u)ʲ)′, which
has one tail less.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, Poly, Rational, S, erfc, exp, pi, sqrt

from ...notation import auxiliary, mu, nu
from .owen import OwenT
from .terms import Term

_CENTRE, _SPREAD, _END = (auxiliary(name, real=True) for name in ("centre", "spread", "end"))


def completed(mean: Expr, variance: Expr, curvature: Expr, rate: Expr) -> tuple[Expr, Expr, Expr]:
    """m, s and c of e^{ax² + bx} φ(x; μ, ν) = c·φ(x; m, s)."""
    # c = e^{(bμ + b²ν/2 + aμ²)/t}/√t, m = (μ + bν)/t and s = ν/t with t = 1 − 2aν.
    t = 1 - 2 * curvature * variance
    exponent = (rate * mean + rate**2 * variance / 2 + curvature * mean**2) / t
    return (mean + rate * variance) / t, variance / t, exp(exponent) / sqrt(t)


def of_mass(degree: int, centre: Expr, spread: Expr) -> Expr:
    """P_k at m and s.

    >>> from actmath.notation import mu, nu
    >>> of_mass(3, mu, nu)
    mu**3 + 3*mu*nu
    """
    return _of_mass(degree).as_expr().subs({_CENTRE: centre, _SPREAD: spread}, simultaneous=True)


def of_density(degree: int, centre: Expr, spread: Expr, end: Expr) -> Expr:
    """Q_k at m, s and an end.

    >>> from actmath.notation import mu, nu
    >>> of_density(2, mu, nu, S.Zero)
    mu
    """
    values = {_CENTRE: centre, _SPREAD: spread, _END: end}
    return _of_density(degree).as_expr().subs(values, simultaneous=True)


@lru_cache(maxsize=256)
def _of_mass(degree: int) -> Poly:
    """P₀ = 1, P₁ = m, P_k = m·P_{k−1} + (k − 1)s·P_{k−2}."""
    centre, spread = (Poly(symbol, _CENTRE, _SPREAD) for symbol in (_CENTRE, _SPREAD))
    if degree < 2:
        return centre**degree
    return centre * _of_mass(degree - 1) + (degree - 1) * spread * _of_mass(degree - 2)


@lru_cache(maxsize=256)
def _of_density(degree: int) -> Poly:
    """Q₀ = 0, Q₁ = 1, Q_k = m·Q_{k−1} + (k − 1)s·Q_{k−2} + x^{k−1}."""
    symbols = _CENTRE, _SPREAD, _END
    centre, spread, end = (Poly(symbol, *symbols) for symbol in symbols)
    if degree < 2:
        return Poly(degree, *symbols)
    before = centre * _of_density(degree - 1) + (degree - 1) * spread * _of_density(degree - 2)
    return before + end ** (degree - 1)


def tail_moment(term: Term, mean: Expr = mu, variance: Expr = nu) -> Expr:
    """E zᵏ e^{az² + bz} erfc(cz + d)ʲ for z ~ N(mean, variance), on the whole line.

    >>> tail_moment(Term(0, S.Zero, S.Zero, S.One, 1, (S.One, S.Zero))).subs({mu: 0, nu: 1})
    1
    """
    centre, spread, scale = completed(mean, variance, term.curvature, term.rate)
    if not term.tails:
        return scale * of_mass(term.degree, centre, spread)
    slope, offset = term.line

    def by_parts(power: int) -> Expr:
        """E zᵏ·(erfc(u)ʲ)′, with (erfc(u)ʲ)′ = −2jc/√π·e^{−u²}·erfc(u)ʲ⁻¹."""
        rest = Term(power, -(slope**2), -2 * slope * offset, S.One, term.tails - 1, term.line)
        factor = -2 * term.tails * slope / sqrt(pi) * exp(-(offset**2))
        return factor * tail_moment(rest, centre, spread)

    previous, current = S.Zero, _mean_of_tails(centre, spread, term)
    for k in range(1, term.degree + 1):
        following = centre * current + spread * ((k - 1) * previous + by_parts(k - 1))
        previous, current = current, following
    return scale * current


def _mean_of_tails(centre: Expr, spread: Expr, term: Term) -> Expr:
    """E erfc(u)ʲ: of one tail the tail, wider; of two how likely both of two Gaussians are below.

    With h = √2(cm + d)/√(1 + 2c²s), E erfc(u) = erfc(h/√2) and, by Owen's function,
    E erfc(u)² = 2·erfc(h/√2) − 8·T(h, 1/√(1 + 4c²s)).
    """
    slope, offset = term.line
    width = 2 * slope**2 * spread
    wider = (slope * centre + offset) / sqrt(1 + width)
    if term.tails == 1:
        return erfc(wider)
    return 2 * erfc(wider) - 8 * OwenT(sqrt(2) * wider, (1 + 2 * width) ** Rational(-1, 2))
