"""Klambauer et al. (2017), Section 3: alpha dropout and the affine map that undoes its shift."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, S, limit, oo, simplify, sqrt

from ... import catalog
from ...derive._formula.pieces import pieces
from ...notation import alpha, alpha_prime, lam, mu, nu, q, x
from .._claim import Finding, holds_if
from .._evidence.rows import Rows

PAPER, _PLACE = "klambauer2017", "Section 3, new dropout technique"
Scale = Callable[[Expr, Expr], Expr]


def printed_scale(mean: Expr, variance: Expr) -> Expr:
    """a = √(ν/(q((1 − q)(α′ − μ)² + ν))), the general form."""
    return sqrt(variance / (q * ((1 - q) * (alpha_prime - mean) ** 2 + variance)))


def printed_scale_01(mean: Expr, variance: Expr) -> Expr:
    """a = (q + α′²q(1 − q))^(−1/2), for mean 0 and variance 1."""
    return 1 / sqrt(q + alpha_prime**2 * q * (1 - q))


def keras_scale(mean: Expr, variance: Expr) -> Expr:
    """Keras's a = ((1 − r)(1 + rα′²))^(−1/2), for mean 0, variance 1 and the rate r = 1 − q."""
    return 1 / sqrt(q * (1 + (1 - q) * alpha_prime**2))


def restores(scale: Scale, mean: Expr, variance: Expr) -> Finding:
    """Does ax + b bring mean and variance back, with b = μ − a(qμ + (1 − q)α′)?"""
    # A unit is x with chance q, else α′: first and second moment of the mixture.
    first = q * mean + (1 - q) * alpha_prime
    second = q * (variance + mean**2) + (1 - q) * alpha_prime**2
    a = scale(mean, variance)
    b = mean - a * first
    new_mean = simplify(a * first + b)
    new_variance = simplify(a**2 * (second - first**2))
    return holds_if(
        simplify(new_mean - mean) == 0 and simplify(new_variance - variance) == 0,
        f"the mixture's moments give a mean of {new_mean} and a variance of {new_variance}",
    )


def lowest(value: Expr) -> Finding:
    """Is that the value to which SELU falls at −∞?"""
    found = limit(pieces(catalog.selu.expr)[0].expr, x, -oo)
    return holds_if(simplify(found - value) == 0, f"the limit at −∞ is {found}")


_KEPT = "units are kept with chance q, independently of their value, else set to α′"
_row = Rows("C-SNN", PAPER, assumptions=_KEPT)
_keras_row = Rows("C-FW", "keras", assumptions=_KEPT)

CLAIMS = (
    _row(
        "13.a",
        "With a = (q + α′²q(1 − q))^(−1/2) and b = −a(1 − q)α′, alpha dropout keeps mean 0 and "
        "variance 1.",
        r"a = (q + \alpha'^2 q (1 - q))^{-1/2},\quad b = -a (1 - q) \alpha'",
        _PLACE,
        lambda: restores(printed_scale_01, S.Zero, S.One),
    ),
    _row(
        "13.b",
        "With a = √(ν/(q((1 − q)(α′ − μ)² + ν))) and b = μ − a(qμ + (1 − q)α′), it keeps any mean "
        "and variance.",
        r"a = \sqrt{\nu / (q ((1 - q)(\alpha' - \mu)^2 + \nu))},"
        r"\quad b = \mu - a (q\mu + (1 - q)\alpha')",
        _PLACE,
        lambda: restores(printed_scale, mu, nu),
    ),
    _row(
        "13.c",
        "A dropped unit gets SELU's lowest value, α′ = −λα.",
        r"\lim_{x\to-\infty} \mathrm{selu}(x) = -\lambda\alpha",
        _PLACE,
        lambda: lowest(-lam * alpha),
    ),
    _keras_row(
        "17",
        "With a = ((1 − r)(1 + rα′²))^(−1/2) and b = −aα′r, alpha dropout keeps mean 0 and "
        "variance 1.",
        r"a = ((1 - r)(1 + r\alpha'^2))^{-1/2},\quad b = -a \alpha' r",
        "keras.layers.AlphaDropout",
        lambda: restores(keras_scale, S.Zero, S.One),
    ),
)
