"""The quadrature that serves as oracle, against formulas known by hand."""

from __future__ import annotations

import pytest
from sympy import Max, tanh

from actmath import Activation, catalog
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


@pytest.mark.parametrize(("c", "digits"), [(6, 15), (12, 15), (12, 40), (30, 10)])
def test_a_kink_far_out_is_no_symmetry(c: int, digits: int) -> None:
    """tanh is odd: E f = E max(0, z − c) = φ(c) − c·Φ(−c)."""
    found = moments(Activation("far", tanh(x) + Max(0, x - c)), digits=digits).mean
    with mp.workdps(120):
        true = mp.npdf(c) - c * mp.erfc(c / mp.sqrt(2)) / 2
        assert abs(mp.mpf(str(found)) / true - 1) < mp.mpf(10) ** (1 - digits)
