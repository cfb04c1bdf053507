"""The quadrature that serves as oracle, against formulas known by hand."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Integer, Max, Rational, tanh

from actmath import Activation, catalog
from actmath.derive._iteration.settled import NotSettledError
from actmath.notation import x
from actmath.number import mp
from actmath.numeric import expectations, moments
from actmath.numeric._digits import quadrature
from actmath.numeric._digits.integrand import Integrand


@pytest.mark.parametrize("digits", [15, 30])
def test_nodes_integrate_the_normal_density(digits: int) -> None:
    """Weights sum to 1, and the moments of z are 0, 1, 0, 3."""
    with mp.workdps(digits):
        nodes = quadrature.nodes((mp.mpf("0.3"),), mp.mpf("0.7"), mp.mpf(2))
        moments = [sum(w * z**k for z, w in nodes) for k in range(5)]
        for got, true in zip(moments, (1, 0, 1, 0, 3), strict=True):
            assert abs(got - true) < mp.mpf(10) ** (3 - digits)


@pytest.mark.parametrize(("mean", "variance"), [("0", "1"), ("-2", "1/4"), ("1.5", "9")])
def test_relu_by_hand(mean: str, variance: str) -> None:
    """E f = mΦ(m/s) + sφ(m/s), E f² = (m² + s²)Φ(m/s) + msφ(m/s), E f′ = E f′² = Φ(m/s)."""
    with mp.workdps(40):
        m, v = mp.mpf(mean), mp.mpf(variance.partition("/")[0]) / int(variance.split("/")[-1] or 1)
        v = v if "/" in variance else mp.mpf(variance)
        s, below, density = mp.sqrt(v), mp.ncdf(m / mp.sqrt(v)), mp.npdf(m / mp.sqrt(v))
        true = (m * below + s * density, (m * m + v) * below + m * s * density, below, below)
        for got, want in zip(expectations(catalog.relu, m, v), true, strict=True):
            assert abs(got / want - 1) < mp.mpf(10) ** -35


def test_kinks_are_ends_of_panels() -> None:
    with mp.workdps(20):
        assert Integrand(catalog.hard_tanh, mp.zero, mp.one).breaks == [-1, 1]
        assert Integrand(catalog.tanh, mp.zero, mp.one).breaks == []


@pytest.mark.slow
def test_derivatives_by_stein_against_differences() -> None:
    with mp.workdps(40):
        mean, variance, h = mp.mpf("0.4"), mp.mpf("1.3"), mp.mpf(10) ** -12
        found = quadrature.with_derivatives(catalog.softsign, mean, variance)

        def both(m: mp.mpf, v: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
            return expectations(catalog.softsign, m, v)[:2]

        assert found[:2] == pytest.approx(both(mean, variance), rel=1e-30)
        by_mean = [
            (b - a) / (2 * h)
            for a, b in zip(both(mean - h, variance), both(mean + h, variance), strict=True)
        ]
        by_variance = [
            (b - a) / (2 * h)
            for a, b in zip(both(mean, variance - h), both(mean, variance + h), strict=True)
        ]
        for got, want in zip(
            found[2:], (by_mean[0], by_variance[0], by_mean[1], by_variance[1]), strict=True
        ):
            assert abs(got - want) < 1e-18


@pytest.mark.slow
@pytest.mark.parametrize(("c", "digits"), [(6, 15), (12, 15), (12, 40), (30, 10)])
def test_a_kink_far_out_is_no_symmetry(c: int, digits: int) -> None:
    """tanh is odd: E f = E max(0, z − c) = φ(c) − c·Φ(−c)."""
    found = moments(Activation("far", tanh(x) + Max(0, x - c)), digits=digits).mean
    with mp.workdps(120):
        true = mp.npdf(c) - c * mp.erfc(c / mp.sqrt(2)) / 2
        assert abs(mp.mpf(str(found)) / true - 1) < mp.mpf(10) ** (1 - digits)


@pytest.mark.parametrize("sign", [1, -1])
def test_how_far_the_mean_and_how_wide_the_deviation_may_be(sign: int) -> None:
    """1,063 bits: 10³²⁰."""
    with mp.workprec(100):
        far = sign * mp.ldexp(1, 1062)
        bits = quadrature._working_precision(far, mp.one)
        # Between the mean and one that is 2⁻¹⁰⁰ of a deviation beside it there is a difference.
        assert bits >= 1062 + 100
        assert bits <= 1062 + 100 + 60
        with pytest.raises(NotSettledError, match=r"^N\(.*, 1\.0\) is out of reach of the quad"):
            quadrature._working_precision(2 * far, mp.one)
        assert 1062 + 100 <= quadrature._working_precision(2 * far, mp.mpf(16)) <= bits
        assert quadrature._working_precision(mp.zero, mp.ldexp(1, 2125)) <= 160
        with pytest.raises(NotSettledError, match="or its deviation more than 1e320"):
            quadrature._working_precision(mp.zero, mp.ldexp(1, 2127))
        with pytest.raises(NotSettledError, match=r"^N\(1/3, 1e700\) is out of reach"):
            quadrature._working_precision(Rational(1, 3), Integer(10) ** 700)


def test_answers_are_numbers_of_the_context_that_asks() -> None:
    """Of relu under N(0, 1) to 30 digits, in mpmath's own context and in another."""
    for context in (mpmath.mp, mpmath.MPContext()):
        with context.workdps(30):
            found = expectations(catalog.relu, context.mpf(0), context.mpf(1))
            assert all(value.context is context for value in found)
            root = 1 / context.sqrt(2 * context.pi)
            wanted = (root, context.mpf(1) / 2, context.mpf(1) / 2, context.mpf(1) / 2)
            for value, true in zip(found, wanted, strict=True):
                assert abs(value / true - 1) < context.mpf(10) ** -29


def test_weights_of_a_standard_gaussian() -> None:
    """E g·t, E g·t² and E g′·t of g = x² + x under N(1, 4), t = (x − 1)/2, by hand."""
    unit = Activation("square", x**2 + x)
    with mp.workdps(20):
        sums, sizes, infinite = quadrature.weighted(
            unit,
            mp.one,
            mp.mpf(4),
            lambda _: lambda f, slope, t: (f * t, f * t * t, slope * t),
        )
        # f = 2 + 6t + 4t², f′ = 3 + 4t.
        for got, true in zip(sums, (6, 14, 4), strict=True):
            assert abs(got - true) < 1e-17
        assert infinite == (False,) * 3
        assert sizes[1] >= sums[1] - mp.mpf(10) ** -17
        assert sizes[0] > sums[0]


def test_a_fixed_rule_sees_each_kink() -> None:
    """E |z − k| for kinks in and out of the middle, of N(0.5, 4)."""
    with mp.workdps(20):
        kinks = (mp.mpf(-3), mp.mpf("0.25"), mp.mpf(6))
        rule = quadrature.nodes(kinks, mp.mpf("0.5"), mp.mpf(4))
        assert rule is quadrature.nodes(kinks, mp.mpf("0.5"), mp.mpf(4))
        for kink in (*kinks, mp.zero):
            found = mp.fsum(w * abs(mp.mpf("0.5") + 2 * z - kink) for z, w in rule)
            t = (mp.mpf("0.5") - kink) / 2
            true = 2 * (2 * mp.npdf(t) + t * (2 * mp.ncdf(t) - 1))
            assert abs(found / true - 1) < 1e-17


def test_what_has_no_mean_says_so() -> None:
    with pytest.raises(
        ValueError, match=r"grown has no mean under N\(1/3, 2\): E \|f\| is infinite"
    ):
        quadrature.central(Activation("grown", "exp(x**2)"), Rational(1, 3), Integer(2))
