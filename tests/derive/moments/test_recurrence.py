"""The recurrence and its tails: error functions and long polynomials beside other quadrature."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp
from sympy import Rational, S, binomial, factorial2, pi, simplify, sqrt

from actmath import Activation, moments
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.derive._moments.recurrence import completed, of_density, of_mass, tail_moment
from actmath.derive._moments.terms import Term
from actmath.notation import mu, nu, x

from ...pace import pace

Function = Callable[[Any], Any]
DIGITS = 50


def density(t: Any) -> Any:
    return mp.exp(-t * t / 2) / mp.sqrt(2 * mp.pi)


def cdf(t: Any) -> Any:
    return mp.erfc(-t / mp.sqrt(2)) / 2


def bell(t: Any) -> Any:
    return 2 / mp.sqrt(mp.pi) * mp.exp(-t * t)


#: f and f′, typed by hand, and where they break.
TWINS: dict[str, tuple[Function, Function, tuple[int, ...]]] = {
    "x*(1 + erf(x/sqrt(2)))/2": (lambda t: t * cdf(t), lambda t: cdf(t) + t * density(t), ()),
    "erf(x)": (mp.erf, bell, ()),
    "erf(2*x - 1) + x": (
        lambda t: mp.erf(2 * t - 1) + t,
        lambda t: 2 * bell(2 * t - 1) + 1,
        (),
    ),
    "x**2*erfc(x)*exp(-x**2 + x)": (
        lambda t: t**2 * mp.erfc(t) * mp.exp(t - t**2),
        lambda t: mp.exp(t - t**2) * ((2 * t + t**2 * (1 - 2 * t)) * mp.erfc(t) - t**2 * bell(t)),
        (),
    ),
    "max(0, x)**2": (lambda t: max(t, 0) ** 2, lambda t: 2 * max(t, 0), (0,)),
    "max(x - 1, 0)**7 - x**3": (
        lambda t: max(t - 1, 0) ** 7 - t**3,
        lambda t: 7 * max(t - 1, 0) ** 6 - 3 * t**2,
        (1,),
    ),
    "where(x > 0, x**20, x)": (
        lambda t: t**20 if t > 0 else t,
        lambda t: 20 * t**19 if t > 0 else mp.one,
        (0,),
    ),
}


def expectation(function: Function, mean: Any, deviation: Any, breaks: tuple[int, ...]) -> Any:
    """E f(mean + deviation·Z): by the trapezoidal rule where f is entire, else by panels."""
    if not breaks:
        # The sum errs by e^{−2π²/step²} and what the function grows by across the strip.
        step = mp.mpf(1) / 24
        at = (k * step for k in range(-480, 481))
        return step * mp.fsum(density(z) * function(mean + deviation * z) for z in at)
    ends = {mean + k * deviation for k in range(-20, 21, 4)} | {mp.mpf(b) for b in breaks}
    return mp.quad(lambda t: function(t) * mp.npdf(t, mean, deviation), sorted(ends))


@pytest.mark.slow
@pytest.mark.parametrize("text", TWINS)
def test_moments_are_those_of_quadrature_at_fifty_digits(text: str) -> None:
    twin, slope, breaks = TWINS[text]
    rng = random.Random(text)
    mean, variance = Rational(rng.randint(-30, 30), 13), Rational(rng.randint(5, 40), 17)
    with mp.workdps(DIGITS + 25):
        m, s = mp.mpf(mean.p) / mean.q, mp.sqrt(mp.mpf(variance.p) / variance.q)
        kinds = (twin, lambda t: twin(t) ** 2, slope, lambda t: slope(t) ** 2)
        wanted = [expectation(f, m, s, breaks) for f in kinds]
    found = moments(Activation("unit", text), mean, variance, digits=DIGITS + 5)
    assert found.route == "closed form"
    got = (found.mean, found.second, found.derivative_mean, found.derivative_second)
    with mp.workdps(DIGITS + 25):
        for one, other in zip(got, wanted, strict=True):
            assert abs(mp.mpf(str(one)) - other) <= mp.mpf(10) ** -DIGITS * abs(other)


def test_gelu_at_the_standard_normal() -> None:
    found, at = gaussian_moments("gelu"), {mu: 0, nu: 1}
    want = 1 / (2 * sqrt(pi)), Rational(1, 3) + 1 / (2 * sqrt(3) * pi), S.Half
    forms = (found.mean, found.second, found.derivative_mean)
    assert all(simplify(f.subs(at) - w) == 0 for f, w in zip(forms, want, strict=True))
    # E f′² = 1/3 + 2/(3√3·π), by parts from E Φ² = 1/3.
    slope = Rational(1, 3) + 2 / (3 * sqrt(3) * pi)
    assert simplify(found.derivative_second.subs(at) - slope) == 0


def test_gelus_moments_take_no_time() -> None:
    moments("gelu", digits=20)
    took = []
    for k in range(1, 6):
        start = time.process_time()
        moments("gelu", Rational(k, 7), Rational(3, k), digits=20)
        took.append(time.process_time() - start)
    # The least: what else the machine does only adds to it.
    assert min(took) < 0.05 * pace()


@pytest.mark.parametrize("text", ["x*(1 + erf(x/sqrt(2)))/2", "erf(x)", "x*erf(3*x) + x/2"])
def test_far_out_a_variance_is_no_negative_number(text: str) -> None:
    for mean, variance in ((-12, Rational(1, 50)), (9, 40), (0, Rational(1, 10**8))):
        found = moments(Activation("unit", text), mean, variance, digits=15)
        assert found.variance > 0
        assert found.derivative_second > 0


@pytest.mark.parametrize("degree", range(9))
def test_both_polynomials_by_their_meanings(degree: int) -> None:
    """P_k = Σ C(k, 2j)·(2j − 1)!!·sʲ·m^{k−2j}; and xᵏφ is the slope of P_kΦ − sφQ_k."""
    mass, density = of_mass(degree, mu, nu), of_density(degree, mu, nu, x)
    want = sum(
        binomial(degree, 2 * j) * factorial2(2 * j - 1) * nu**j * mu ** (degree - 2 * j)
        for j in range(degree // 2 + 1)
    )
    assert (mass - want).expand() == 0
    # φ′ = −(x − m)φ/s.
    assert (mass - nu * density.diff(x) + (x - mu) * density - x**degree).expand() == 0


def test_a_completed_square_is_the_product_of_both_factors() -> None:
    """e^{ax² + bx}·φ(x; μ, ν) = c·φ(x; m, s) at any x."""
    a, b, mean, variance = Rational(-2, 5), Rational(3, 7), Rational(-1, 3), Rational(7, 4)
    centre, spread, scale = (float(v) for v in completed(mean, variance, a, b))
    for at in (-2.0, 0.3, 1.7):
        left = mp.exp(a * at**2 + b * at) * mp.npdf(at, mean, mp.sqrt(float(variance)))
        right = scale * mp.npdf(at, centre, mp.sqrt(spread))
        assert float(left) == pytest.approx(float(right), rel=1e-13)


@pytest.mark.parametrize("tails", [0, 1, 2])
@pytest.mark.parametrize("degree", [0, 1, 2, 3, 5])
def test_moments_with_tails_are_sums_over_the_line(degree: int, tails: int) -> None:
    rng = random.Random(10 * degree + tails)
    curvature, rate, slope, offset, mean = (Rational(rng.randint(-9, 9), 7) for _ in range(5))
    variance = Rational(rng.randint(2, 9), 5)
    term = Term(degree, -abs(curvature), rate, S(99), tails, (slope, offset))
    at = {mu: mean, nu: variance}
    found = tail_moment(term).subs(at)
    assert abs((found - tail_moment(term, mean, variance)).evalf(30)) < 1e-20
    a, b, c, d = (float(v) for v in (-abs(curvature), rate, slope, offset))

    def function(t: Any) -> Any:
        return t**degree * mp.exp(a * t * t + b * t) * mp.erfc(c * t + d) ** tails

    want = expectation(function, mp.mpf(float(mean)), mp.sqrt(mp.mpf(float(variance))), ())
    assert float(found.evalf(20)) == pytest.approx(float(want), rel=1e-11, abs=1e-13)
