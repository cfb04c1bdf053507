"""Smoothed losses against quadrature over the noise."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp
from sympy import Expr, Rational, Symbol, binomial, cos, exp, factorial2, lambdify, log, sin

from actmath.derive._saturation.smoothing import smooth
from actmath.notation import s as deviation
from actmath.notation import x

y = Symbol("y", real=True)
LOSSES = [
    x**5 - 3 * x**2 + 1,
    exp(-((x - 1) ** 2) / 2) * (x**2 + 2),
    x**2 * cos(3 * x + 1) + sin(x) / 2,
    x * exp(-(x**2) + x / 3) * sin(2 * x - 1),
]


@pytest.mark.parametrize("loss", LOSSES, ids=str)
@pytest.mark.parametrize(("at", "s"), [(0.4, 0.3), (-1.7, 1.4)])
def test_one_weight(loss: object, at: float, s: float) -> None:
    function = lambdify(x, loss, "mpmath")
    expected = mp.quad(lambda z: function(at + s * z) * mp.npdf(z), range(-13, 14))
    got = lambdify((x, deviation), smooth(loss, x), "mpmath")(at, s)
    assert abs(got - expected) < 1e-12 * (1 + abs(expected))


def test_two_weights_that_mix() -> None:
    loss = exp(-((x - 1) ** 2) / 2 - (y + 1) ** 2 / 3 + x * y / 9) + x**2 * y
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    one, two = np.meshgrid(nodes, nodes, indexing="ij")
    values = lambdify((x, y), loss, "numpy")(0.3 + one / 2, 0.4 + two / 2)
    expected = weights @ values @ weights / (2 * np.pi)
    got = lambdify((x, y, deviation), smooth(loss, x, y), "math")(0.3, 0.4, 0.5)
    assert got == pytest.approx(expected, abs=1e-12)


def test_no_noise_gives_the_loss_back() -> None:
    for loss in LOSSES:
        gap = lambdify(x, smooth(loss, x).subs(deviation, 0) - loss, "mpmath")
        assert all(abs(gap(t)) < 1e-14 for t in (-1.1, 0.2, 2.3))


@pytest.mark.parametrize("loss", [log(1 + x**2), exp(x**4), cos(x**2), cos(x) * sin(2 * x)])
def test_other_terms_are_refused(loss: object) -> None:
    with pytest.raises(NotImplementedError):
        smooth(loss, x)


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (cos(x) * sin(2 * x), "a product of waves; write it as a sum"),
        (exp(x**4), "no closed form for an exponent x\\*\\*4: not quadratic"),
        (exp(sin(x)), "no closed form for an exponent sin"),
        (cos(x**2), "no closed form for a wave of x\\*\\*2: not linear"),
        (cos(exp(x)), "no closed form for an exponent exp"),
        (log(x) * exp(x), "no polynomial times e"),
        (exp(x**3), "not quadratic"),
    ],
    ids=str,
)
def test_what_is_refused_is_named(loss: Expr, why: str) -> None:
    with pytest.raises(NotImplementedError, match=why):
        smooth(y * loss, x)


@pytest.mark.parametrize("degree", range(8))
def test_moments_of_a_power_are_sums_over_pairs(degree: int) -> None:
    """E (x + sξ)ⁿ = Σ C(n, 2j)·(2j − 1)!!·s²ʲ·xⁿ⁻²ʲ."""
    want = sum(
        binomial(degree, 2 * j)
        * factorial2(2 * j - 1)
        * deviation ** (2 * j)
        * x ** (degree - 2 * j)
        for j in range(degree // 2 + 1)
    )
    assert (smooth(x**degree, x) - want).expand() == 0


def test_only_the_named_coordinates_are_smoothed() -> None:
    wide = Rational(3, 2)
    moved = smooth(x**2 * y**2, x, deviation=wide)
    assert (moved - (x**2 + wide**2) * y**2).expand() == 0
    both = smooth(cos(x + 2 * y) + y**2, x, y, deviation=wide)
    # The argument moves by (1 + 4)s², of which cos keeps e^{−5s²/2}.
    want = exp(-5 * wide**2 / 2) * cos(x + 2 * y) + y**2 + wide**2
    gap = lambdify((x, y), both - want, "mpmath")
    assert all(abs(gap(s, t)) < 1e-14 for s, t in ((0.3, -1.2), (2.1, 0.4)))
    assert smooth(log(y), x) == log(y)
