"""Hard sigmoids clip(½ + s·x, 0, 1) of every slope s: how far from the sigmoid, and which is best.

With T = 1/(2s), where the clipping sets in, and g the sigmoid:

    ‖g − h‖_∞ = max(r/2 − 2s·artanh r, g(−T)),  r = √(1 − 4s) for s ≤ ¼,    g(−T) for s > ¼
    ‖g − h‖₂² = T/6 − 1 + (2/T)(π²/12 + Li₂(−e^{−T}))
    ‖g′ − h′‖_∞ = max(|¼ − s|, |s − g′(T)|, g′(T))
    ‖g′ − h′‖₂² = 1/6 + s − 2s·tanh(T/2)

Setting the derivative by T to zero (or two of the values equal) gives one equation each, with one
root on T > 0. As tanh(y) = 2g(2y) − 1, the hard tanh of slope m is the hard sigmoid of slope m/4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sympy import (
    Abs,
    Expr,
    Integral,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    atanh,
    cosh,
    exp,
    log,
    pi,
    polylog,
    sqrt,
    tanh,
)

from ..._text.kinds import choice_of
from ..._text.tables import Answer
from ...activation import Activation
from ...notation import T, nu, slope, t, x
from ...number import Number, exact
from .clipped_line import normal_density


class Norm(StrEnum):
    """What is measured: value or derivative, the largest gap or a root mean square."""

    SUP = "sup"
    L2 = "L2"
    GAUSS = "gauss"
    SLOPE_SUP = "slope sup"
    SLOPE_L2 = "slope L2"
    SLOPE_GAUSS = "slope gauss"

    @property
    def of_slope(self) -> bool:
        """Are derivatives compared?"""
        return self.value.startswith("slope")

    @property
    def weighted(self) -> bool:
        """Is the square weighted with a Gaussian density?"""
        return self.value.endswith("gauss")


@dataclass(frozen=True, repr=False)
class SlopeProblem(Answer):
    """The distance of the sigmoid from its hard version in one norm, and the equation of the best.

    Attributes:
        norm: which.
        distance: as a function of ``notation.slope``, for a Gaussian weight also of its variance
            ``nu``.
        equation: in ``notation.T`` = 1/(2·slope); its one positive root is the best slope's.
        sign: that of ``equation`` where the slope is too steep (T too small).
    """

    norm: Norm
    distance: Expr
    equation: Expr
    sign: int


def slope_problem(norm: Norm | str) -> SlopeProblem:
    """The closed forms of one norm; a Gaussian weight leaves one integral over 0 < t < T.

    Raises:
        ValueError: for an unknown norm.

    >>> slope_problem("slope L2").distance
    sqrt(-2*slope*tanh(1/(4*slope)) + slope + 1/6)
    """
    kind = choice_of(norm, Norm, "norm")
    return SlopeProblem(kind, _DISTANCES[kind](), *_EQUATIONS[kind]())


def clipped(steepness: Number, low: Number = 0, high: Number = 1) -> Activation:
    """The line of that slope through the middle of a range, clipped to the range.

    Fixed points, Lipschitz constant and saturation follow as for any activation.

    Raises:
        ValueError: if the slope is not positive or the range is empty.

    >>> from actmath.derive import fixed_points
    >>> [fixed_points(clipped(s)).isolated[0].x for s in ("1/4", "1/5", "1/6", "1/2")]
    [2/3, 5/8, 3/5, 1]
    """
    rise = exact(steepness, "slope")
    bottom = exact(low, "low")
    top = exact(high, "high")
    if not (rise > 0 and bottom < top):
        raise ValueError(f"need slope > 0 and low < high, got {rise}, {bottom}, {top}")
    line = rise * x + (bottom + top) / 2
    return Activation("clipped_line", Max(Min(line, top), bottom))


def _logistic(t: Expr) -> Expr:
    """g(t) = ½ + ½tanh(t/2)."""
    return S.Half + tanh(t / 2) / 2


def _logistic_slope(t: Expr) -> Expr:
    """g′(t) = 1/(4cosh²(t/2))."""
    return 1 / (4 * cosh(t / 2) ** 2)


def _ends() -> Expr:
    return 1 / (2 * slope)


def _sup() -> Expr:
    # g′ = s has solutions only for s ≤ ¼; there g − h turns, with g − ½ = ±r/2.
    r = sqrt(1 - 4 * slope)
    at_clip = _logistic(-_ends())
    inner = r / 2 - 2 * slope * atanh(r)
    return Piecewise((Max(inner, at_clip), slope < Rational(1, 4)), (at_clip, True))


def _l2() -> Expr:
    # 2∫₀ᵀ(g − ½ − st)² + 2∫_T^∞ g(−t)²; Li₂ comes from ∫ log(1 + e^{−t}).
    end = _ends()
    square = end / 6 - 1 + 2 / end * (pi**2 / 12 + polylog(2, -exp(-end)))
    return sqrt(square)


def _slope_sup() -> Expr:
    # |g′ − s| is monotone inside, so largest at 0 (g′ = ¼) or at T; outside g′ falls from g′(T).
    there = _logistic_slope(_ends())
    return Max(Abs(Rational(1, 4) - slope), Abs(slope - there), there)


def _slope_l2() -> Expr:
    return Rational(1, 6) + slope - 2 * slope * tanh(_ends() / 2)


def _gauss() -> Expr:
    # g − h is odd about 0, so each half of the line counts once and is doubled.
    inside = (_logistic(t) - S.Half - slope * t) ** 2 * _weight()
    outside = _logistic(-t) ** 2 * _weight()
    return sqrt(
        2 * Integral(inside, (t, 0, _ends())) + 2 * Integral(outside, (t, _ends(), S.Infinity))
    )


def _slope_gauss() -> Expr:
    inside = (_logistic_slope(t) - slope) ** 2 * _weight()
    outside = _logistic_slope(t) ** 2 * _weight()
    return sqrt(
        2 * Integral(inside, (t, 0, _ends())) + 2 * Integral(outside, (t, _ends(), S.Infinity))
    )


def _weight() -> Expr:
    return normal_density(t / sqrt(nu)) / sqrt(nu)


def _equate_sup() -> tuple[Expr, int]:
    # The two candidates of the largest gap are equal; 4s = 2/T.
    r = sqrt(1 - 2 / T)
    return r / 2 - atanh(r) / T - _logistic(-T), -1


def _equate_l2() -> tuple[Expr, int]:
    # (T²/2)·d/dT of the squared distance; so also for the Gaussian weight below.
    root = T**2 / 12 + T * log(1 + exp(-T)) - pi**2 / 12 - polylog(2, -exp(-T))
    return root, -1


def _equate_slope_sup() -> tuple[Expr, int]:
    # ¼ − s = s − g′(T), with 2s = 1/T.
    return 1 / T - Rational(1, 4) - _logistic_slope(T), 1


def _equate_slope_l2() -> tuple[Expr, int]:
    # −T²·d/dT of the squared distance.
    return S.Half - tanh(T / 2) + 2 * T * _logistic_slope(T), 1


def _equate_gauss() -> tuple[Expr, int]:
    # h is continuous at T, so that the moving end of the integral adds nothing.
    gap = (_logistic(t) - S.Half - t / (2 * T)) * t * _weight()
    return Integral(gap, (t, 0, T)), -1


def _equate_slope_gauss() -> tuple[Expr, int]:
    # −(T²/2)·d/dT; h′ jumps at T, so that the moving end adds the second term.
    gap = Integral((1 / (2 * T) - _logistic_slope(t)) * _weight(), (t, 0, T))
    edge = (_logistic_slope(T) - 1 / (4 * T)) * T * _weight().subs(t, T)
    return gap + edge, 1


_DISTANCES = {
    Norm.SUP: _sup,
    Norm.L2: _l2,
    Norm.GAUSS: _gauss,
    Norm.SLOPE_SUP: _slope_sup,
    Norm.SLOPE_L2: lambda: sqrt(_slope_l2()),
    Norm.SLOPE_GAUSS: _slope_gauss,
}
_EQUATIONS = {
    Norm.SUP: _equate_sup,
    Norm.L2: _equate_l2,
    Norm.GAUSS: _equate_gauss,
    Norm.SLOPE_SUP: _equate_slope_sup,
    Norm.SLOPE_L2: _equate_slope_l2,
    Norm.SLOPE_GAUSS: _equate_slope_gauss,
}
