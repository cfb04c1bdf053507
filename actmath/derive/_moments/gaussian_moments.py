"""Moments of f(z) and f′(z) for a Gaussian z, in closed form, by a rule.

The rule covers every activation whose pieces are sums of c·xᵏ·e^{ax² + bx}, a ≤ 0. Completing the
square,

    e^{ax² + bx} φ(x; μ, ν) = e^{(bμ + b²ν/2 + aμ²)/s} φ(x; m, ν/s)/√s

with s = 1 − 2aν and m = (μ + bν)/s turns each term into a moment of a truncated Gaussian, and
integrating by parts gives I_k = m I_{k-1} + (k-1) (ν/s) I_{k-2} − (ν/s) [x^{k-1} φ] between the
ends of the piece. On the whole line a and b may be complex: sines and cosines of lines and of
parabolas are covered too.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Expr,
    PolynomialError,
    Rational,
    S,
    atan,
    cos,
    erfc,
    exp,
    expand,
    oo,
    pi,
    sin,
    sqrt,
)

from ..._arrays import whole_number
from ..._kept import kept
from ..._text.kinds import several_of
from ..._text.tables import Answer
from ..._text.typeset import in_terms, tex
from ...activation import Activation
from ...notation import mu, nu
from ...number import one_at_a_time
from .._formula.derivative import derivative
from .._formula.pieces import Piece, activation_pieces
from .._subject import resolve
from .recurrence import completed, of_density, of_mass, tail_moment
from .terms import HIGHEST, Term, exponential_terms, is_wave


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
        mean, second = (tex(in_terms(e)) for e in (self.mean, self.second))
        return rf"$\displaystyle \mathbb{{E}} f = {mean}, \newline \mathbb{{E}} f^2 = {second}$"


@kept(256)
@one_at_a_time
def gaussian_moments(activation: Activation | str) -> GaussianMoments:
    """The closed forms, with the activation's parameters left as symbols.

    Raises:
        NotImplementedError: if a piece is not a sum of terms c·xᵏ·e^{ax² + bx}, a ≤ 0, or k is
            above 8, or a wave ends at a break; the message names the numeric route.

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
            f"{HIGHEST // 2}, or such a wave without a break, so the rule gives no closed form; "
            f"actmath.moments({activation.name!r}, …) integrates numerically"
        ) from None


def expectation(parts: tuple[Piece, ...], power: int = 1) -> Expr:
    """E f(z)ᵖ for z ~ N(mu, nu), f given by its pieces.

    Raises:
        sympy.PolynomialError: if a piece is not a sum of terms c·xᵏ·e^{ax² + bx}.
        TypeError: for what is not several of ``pieces``.
    """
    several_of(parts, Piece, "parts", "derive.pieces(formula) gives them")
    power = whole_number(power, "power")
    return sum(
        (
            _moment(term, part.lower, part.upper)
            for part in parts
            for term in exponential_terms(part.expr**power)
        ),
        start=S.Zero,
    )


def _moment(term: Term, lower: Expr, upper: Expr) -> Expr:
    """E of a term between two ends, its real part where it oscillates."""
    everywhere = lower == -oo and upper == oo
    if is_wave(term) or term.tails:
        if not everywhere:
            raise PolynomialError("the probability up to a break is none of one Gaussian")
        if is_wave(term) and term.tails:
            raise PolynomialError("a wave times an error function")
        return _wave_moment(term) if is_wave(term) else term.coefficient * tail_moment(term)
    power = (term.degree, term.rate, lower, upper, term.curvature)
    return term.coefficient * _truncated_moment(*power)


def _truncated_moment(
    degree: int, rate: Expr, lower: Expr, upper: Expr, curvature: Expr = S.Zero
) -> Expr:
    """∫ xᵏ e^{ax² + bx} φ(x; mu, nu) dx from ``lower`` to ``upper``, by the rule above."""
    centre, spread, scale = completed(mu, nu, curvature, rate)
    inside = of_mass(degree, centre, spread) * _mass(centre, spread, lower, upper)
    ends = [(sign, end) for sign, end in ((1, lower), (-1, upper)) if not end.is_infinite]
    # φ beats every power at ±∞.
    for sign, end in ends:
        density = exp(-((end - centre) ** 2) / (2 * spread)) / sqrt(2 * pi * spread)
        inside += sign * spread * density * of_density(degree, centre, spread, end)
    return scale * inside


def _wave_moment(term: Term) -> Expr:
    """The real part of c·E zᵏ e^{az² + bz} on the whole line, a and b complex, in real numbers.

    The same recurrence, for pairs of a real and an imaginary part.
    """
    a, b, c = (expand(part).as_real_imag() for part in term[1:4])
    # 1/s with s = 1 − 2aν = p + iq, where p is 1 or more.
    p, q = 1 - 2 * a[0] * nu, -2 * a[1] * nu
    inverse = p / (p**2 + q**2), -q / (p**2 + q**2)
    spread = nu * inverse[0], nu * inverse[1]
    centre = _times((mu + b[0] * nu, b[1] * nu), inverse)
    previous, current = (S.Zero, S.Zero), (S.One, S.Zero)
    for k in range(1, term.degree + 1):
        ahead, before = _times(centre, current), _times(spread, previous)
        following = (ahead[0] + (k - 1) * before[0], ahead[1] + (k - 1) * before[1])
        previous, current = current, following
    square = _times(b, b)
    exponent = _times(tuple(b[i] * mu + square[i] * nu / 2 + a[i] * mu**2 for i in (0, 1)), inverse)
    # 1/√s has half the angle of 1/s.
    size = exp(exponent[0]) / (p**2 + q**2) ** Rational(1, 4)
    angle = exponent[1] - atan(q / p) / 2
    along, across = _times(c, current)
    return size * (along * cos(angle) - across * sin(angle))


def _times(one: tuple[Expr, ...], other: tuple[Expr, ...]) -> tuple[Expr, Expr]:
    """The product of two complex numbers, as pairs."""
    (a, b), (c, d) = one, other
    return a * c - b * d, a * d + b * c


def _mass(centre: Expr, spread: Expr, lower: Expr, upper: Expr) -> Expr:
    """The probability that N(centre, spread) lies between the ends."""

    def above(end: Expr) -> Expr:
        if end.is_infinite:
            return S.One if end == -oo else S.Zero
        # P(z > end) = erfc((end − m)/√(2ν))/2; erfc keeps its digits in the upper tail.
        return erfc((end - centre) / sqrt(2 * spread)) / 2

    return above(lower) - above(upper)
