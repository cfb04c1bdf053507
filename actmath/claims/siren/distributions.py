"""Which distributions SIREN's layers have: arcsine, normal, and how nearly."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Rational, asin, diff, integrate, pi, simplify, sin, sqrt

from ... import catalog
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import mu, n, nu, x
from ...number import Number, evaluated, exact, mp
from .._claim import Finding, Kind, Verdict, holds_if
from .._evidence.rows import FROM_MEMORY
from ._row import BOUND, siren_row, uniform_variance


def arcsine_variance() -> Expr:
    """E y² with the density 1/(π√(1 − y²)), by y = sin u with u uniform on a half turn."""
    return simplify(integrate(sin(x) ** 2, (x, -pi / 2, pi / 2)) / pi)


def _normal_sum(square: Number) -> Finding:
    variance = simplify(n * uniform_variance(sqrt(exact(square) / n)) * arcsine_variance())
    return holds_if(
        variance == 1,
        f"the n products are independent and alike, with mean 0 and variance {variance}/n, so that "
        f"their sum has variance {variance} and is normal in the limit (Lindeberg and Lévy)",
    )


def _arcsine() -> Finding:
    variance = arcsine_variance()
    return holds_if(variance == Rational(1, 2), f"E sin² u over a half turn is {variance}")


def _weights_variance(square: Number) -> Finding:
    variance = uniform_variance(sqrt(exact(square) / n))
    return holds_if(
        simplify(variance - 2 / n) == 0,
        f"(2·√({square}/n))²/12 = {variance}, and n·{variance}·1/2 = {n * variance / 2}",
    )


def sine_distribution(y: Any, deviation: Any) -> Any:
    """P(sin X ≤ y) for X ~ N(0, deviation²) and −1 ≤ y ≤ 1, as a number of ``mp``.

    With t = asin y it is the probability of [−π − t, t] and of its copies a turn apart.

    Raises:
        ValueError: for a y outside, or a deviation that is not positive and finite.
    """
    if not (-1 <= y <= 1 and 0 < deviation < mp.inf):
        raise ValueError(f"y must be in [−1, 1] and deviation positive, got {y} and {deviation}")
    turn, angle = 2 * mp.pi, mp.asin(y)
    # Beyond 10 deviations there is nothing to be seen in a float.
    most = int(10 * deviation / turn) + 1
    return mp.fsum(
        mp.ncdf((angle + k * turn) / deviation) - mp.ncdf((-mp.pi - angle + k * turn) / deviation)
        for k in range(-most, most + 1)
    )


def distance_from_arcsine(deviation: float) -> tuple[float, float]:
    """The largest gap between the distribution functions of sin X and arcsine, and its place y.

    X ~ N(0, deviation²); the arcsine law has 1/2 + asin(y)/π.
    """

    def gap(y: Any) -> Any:
        return abs(sine_distribution(y, deviation) - (mp.asin(y) / mp.pi + mp.mpf(1) / 2))

    with mp.workdps(15):
        places = [mp.sin(mp.pi * k / 400) for k in range(-199, 200)]
        worst = max(places, key=gap)
        return float(gap(worst)), float(worst)


def _how_far() -> Finding:
    plain, at = distance_from_arcsine(1.0)
    quarter, _ = distance_from_arcsine(float(pi / 2))
    second = gaussian_moments(catalog.siren).second.subs({mu: 0, nu: 1})
    (frequency,) = catalog.siren.defaults
    variances = [evaluated(second.subs(frequency, scale), 6) for scale in (1, pi / 2)]
    return Finding(
        Verdict.CORRECTED,
        f"of sin(X) the gap is largest at y = ±{abs(at):.2f} and the variance is {variances[0]}, "
        f"not 1/2; of sin(πX/2), with which the supplement works, it is {variances[1]}",
        f"by up to {plain:.3f} in the distribution function, sin(πX/2) by up to {quarter:.4f}",
    )


def _exactly_arcsine() -> Finding:
    # sin(πX/2) ≤ y where X ≤ (2/π)·asin y: of a uniform X on (−1, 1) the probability (1 + that)/2.
    density = simplify(diff((1 + 2 / pi * asin(x)) / 2, x))
    return holds_if(
        simplify(density - 1 / (pi * sqrt(1 - x**2))) == 0, f"the density of sin(πX/2) is {density}"
    )


CLAIMS = (
    siren_row(
        "1.a",
        "Inputs that are independent and arcsine distributed on [−1, 1], and weights uniform on "
        "±√(6/n), give a net input that is N(0, 1) in the limit of many inputs.",
        r"w^\top x \to \mathcal{N}(0, 1)",
        "Section 3.2; supplement, Section 1",
        lambda: _normal_sum(BOUND),
        f"weights independent of the inputs, n → ∞; {FROM_MEMORY}",
    ),
    siren_row(
        "2.a",
        "The arcsine distribution on [−1, 1] has variance 1/2.",
        r"\operatorname{Var} y = 1/2",
        "supplement, Section 1",
        _arcsine,
        FROM_MEMORY,
    ),
    siren_row(
        "2.b",
        "Weights uniform on ±√(6/n) have variance 2/n, so that n inputs of variance 1/2 give 1.",
        r"n \cdot \tfrac2n \cdot \tfrac12 = 1",
        "supplement, Section 1",
        lambda: _weights_variance(BOUND),
        FROM_MEMORY,
    ),
    siren_row(
        "3.a",
        "How far from arcsine is the sine of a standard normal net input?",
        r"\sup_y |P(\sin X \le y) - \tfrac12 - \tfrac1\pi \arcsin y|",
        "supplement, lemmas before Theorem 1.8",
        _how_far,
        f"the source calls it approximately arcsine, {FROM_MEMORY}",
        Kind.COMPUTED,
    ),
    siren_row(
        "5.a",
        "The sine of π/2 times a variable that is uniform on (−1, 1) is arcsine distributed.",
        r"\sin(\tfrac\pi2 X) \sim \mathrm{Arcsine}(-1, 1)",
        "supplement, Section 1",
        _exactly_arcsine,
        f"X uniform on (−1, 1); {FROM_MEMORY}",
    ),
)
