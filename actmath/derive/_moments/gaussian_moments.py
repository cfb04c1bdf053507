"""Moments of f(z) and f′(z) for a Gaussian z, in closed form, by a rule.

The rule covers every activation whose pieces are sums of c·xᵏ·e^{bx}. Completing the square,

    e^{bx} φ(x; μ, ν) = e^{bμ + b²ν/2} φ(x; μ + bν, ν),

turns each term into a moment of a truncated Gaussian, and integrating by parts gives the
recurrence I_k = m I_{k-1} + (k-1) ν I_{k-2} − ν [x^{k-1} φ] between the ends of the piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import (
    Add,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    S,
    erfc,
    exp,
    expand,
    latex,
    oo,
    pi,
    sqrt,
)

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import latex_names, mu, nu, x
from ...number import one_at_a_time
from .._formula.derivative import derivative
from .._formula.expansion import is_short
from .._formula.pieces import Piece, activation_pieces
from .._subject import resolve

# Of the squares: the recurrence, not multiplied out, grows by a factor of 1.6 with each power.
_HIGHEST = 16


@dataclass(frozen=True, repr=False)
class GaussianMoments(Answer):
    """E f, E f², E f′ and E f′² of z ~ N(mu, nu), as formulas in ``notation.mu`` and ``nu``."""

    mean: Expr
    second: Expr
    derivative_mean: Expr
    derivative_second: Expr

    @property
    def variance(self) -> Expr:
        """E f² − (E f)²."""
        return self.second - self.mean**2

    def _repr_latex_(self) -> str:
        names = latex_names()
        mean, second = (latex(e, symbol_names=names) for e in (self.mean, self.second))
        return rf"$\displaystyle \mathbb{{E}} f = {mean},\quad \mathbb{{E}} f^2 = {second}$"


@lru_cache(maxsize=256)
@one_at_a_time
def gaussian_moments(activation: Activation | str) -> GaussianMoments:
    """The closed forms, with the activation's parameters left as symbols.

    Raises:
        NotImplementedError: if a piece is not a sum of terms c·xᵏ·e^{bx}, or k is above 8; the
            message names the numeric route.

    >>> from actmath import catalog
    >>> gaussian_moments(catalog.relu).second.subs({"mu": 0, mu: 0, nu: 1})
    1/2
    """
    activation = resolve(activation)
    values = activation_pieces(activation)
    slopes = derivative(activation).pieces
    try:
        return GaussianMoments(
            expectation(values),
            expectation(values, power=2),
            expectation(slopes),
            expectation(slopes, power=2),
        )
    except PolynomialError:
        raise NotImplementedError(
            f"{activation.name} is not piecewise polynomial × exponential, of a degree up to "
            f"{_HIGHEST // 2}, so the rule gives no closed form; "
            f"actmath.moments({activation.name!r}, …) integrates numerically"
        ) from None


def expectation(parts: tuple[Piece, ...], power: int = 1) -> Expr:
    """E f(z)ᵖ for z ~ N(mu, nu), f given by its pieces.

    Raises:
        sympy.PolynomialError: if a piece is not a sum of terms c·xᵏ·e^{bx}.
    """
    return sum(
        (
            coefficient * _truncated_moment(degree, rate, part.lower, part.upper)
            for part in parts
            for degree, rate, coefficient in _exponential_polynomial(part.expr**power)
        ),
        start=S.Zero,
    )


def _exponential_polynomial(expr: Expr) -> tuple[tuple[int, Expr, Expr], ...]:
    """The terms (k, b, c) of expr = Σ c·xᵏ·e^{bx}.

    Raises:
        sympy.PolynomialError: if it is not of that form.

    >>> from sympy import exp
    >>> _exponential_polynomial(x * (exp(2 * x) - 3))
    ((1, 0, -3), (1, 2, 1))
    """
    _check_degree(expr)
    by_rate: dict[Expr, Expr] = {}
    for term in expand(expr).as_ordered_terms():
        constant, varying = term.as_independent(x, as_Add=False)
        # e^{bx} may come as several factors; their exponents add up to b·x and nothing else.
        powers = [factor for factor in varying.as_ordered_factors() if isinstance(factor, exp)]
        exponent = sum((factor.args[0] for factor in powers), start=S.Zero)
        # NaN where the exponent is no polynomial: then the comparison below fails.
        rate = exponent.coeff(x) if expand(exponent).is_polynomial(x) else S.NaN
        if expand(exponent - rate * x) != 0:
            raise PolynomialError(f"{term} is no polynomial times e^(bx)")
        rest = constant * varying.xreplace(dict.fromkeys(powers, S.One))
        by_rate[rate] = by_rate.get(rate, S.Zero) + rest
    terms = [
        (int(degree), rate, coefficient)
        for rate, polynomial in by_rate.items()
        for (degree,), coefficient in Poly(polynomial, x).terms()
        if coefficient != 0
    ]
    return tuple(sorted(terms, key=str))


def _check_degree(expr: Expr) -> None:
    """Whether the formula is worth writing, before anything is multiplied out.

    Raises:
        sympy.PolynomialError: if not.
    """
    if not is_short(expr) or _degree(expr) > _HIGHEST:
        raise PolynomialError(f"{expr} is too long when it is multiplied out")


def _degree(expr: Expr) -> int:
    """The highest power of x beside exponentials, if nothing cancels."""
    if isinstance(expr, Add | Mul):
        degrees = [_degree(part) for part in expr.args]
        return max(degrees) if isinstance(expr, Add) else sum(degrees)
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
        return int(expr.exp) * _degree(expr.base)
    return 1 if expr == x else 0


def _truncated_moment(degree: int, rate: Expr, lower: Expr, upper: Expr) -> Expr:
    """∫ xᵏ e^{bx} φ(x; mu, nu) dx from ``lower`` to ``upper``, by the rule of this module."""
    # Completing the square: e^{bx} φ(x; μ, ν) = e^{bμ + b²ν/2} φ(x; μ + bν, ν).
    centre = mu + rate * nu
    scale = exp(rate * mu + rate**2 * nu / 2)
    ends = [end for end in (lower, upper) if not end.is_infinite]
    density = {end: exp(-((end - centre) ** 2) / (2 * nu)) / sqrt(2 * pi * nu) for end in ends}

    # [xᵏ φ] between the ends; φ beats every power at ±∞.
    def boundary(power: int) -> Expr:
        at = [end**power * density[end] if end in density else S.Zero for end in (lower, upper)]
        return at[1] - at[0]

    # I_k = m·I_{k−1} + (k − 1)ν·I_{k−2} − ν[x^{k−1}φ], from I_0 = P(lower < z < upper).
    previous, current = S.Zero, _mass(centre, lower, upper)
    for k in range(1, degree + 1):
        following = centre * current + (k - 1) * nu * previous - nu * boundary(k - 1)
        previous, current = current, following
    return scale * current


def _mass(centre: Expr, lower: Expr, upper: Expr) -> Expr:
    """The probability that N(centre, nu) lies between the ends."""

    def above(end: Expr) -> Expr:
        if end.is_infinite:
            return S.One if end == -oo else S.Zero
        # P(z > end) = erfc((end − m)/√(2ν))/2; erfc keeps its digits in the upper tail.
        return erfc((end - centre) / sqrt(2 * nu)) / 2

    return above(lower) - above(upper)
