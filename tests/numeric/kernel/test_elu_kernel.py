"""Bivariate normal probabilities and elu's dual kernel against mpmath."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from actmath.numeric._kernel.elu_kernel import (
    bivariate_normal_cdf,
    elu_kernel,
    elu_kernel_holds,
)

from ...reference import closed_forms


def probability(h, k, c):
    """∫ φ(x)·Φ((k − c·x)/√(1 − c²)) dx up to h."""
    root = mp.sqrt(1 - mp.mpf(c) ** 2)
    ends = [min(-12, h - 1), h - 4, h - 2, h - 1, h]
    return mp.quad(
        lambda x: mp.npdf(x) * mp.ncdf((k - c * x) / root), sorted({mp.mpf(e) for e in ends})
    )


@pytest.mark.parametrize(
    ("h", "k"), [(0.0, 0.0), (0.0, -1.0), (1.0, 2.0), (-1.5, 0.5), (-2.0, -3.0), (0.7, 0.7)]
)
@pytest.mark.parametrize("c", [-0.95, -0.3, 0.0, 0.6, 0.99])
def test_probabilities(h, k, c):
    got = float(bivariate_normal_cdf(np.array(h), np.array(k), np.array(c)))
    with mp.workdps(25):
        assert abs(got - probability(h, k, c)) < 4e-16


@pytest.mark.parametrize("c", [-0.9, -0.2, 0.0, 0.7])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.6732632423543772])
def test_the_kernel_is_the_mean_over_u_of_the_conditional_mean(alpha, c):
    q1, q2 = 0.5, 2.0
    value, slope = elu_kernel(alpha, *(np.array(v) for v in (q1, q2, c)))
    with mp.workdps(25):
        a, spread = mp.mpf(alpha), mp.mpf(q2) * (1 - mp.mpf(c) ** 2)
        inner, root = closed_forms.exponential(a), mp.sqrt(mp.mpf(q1))
        along = c * mp.sqrt(mp.mpf(q2) / q1)

        def conditional(u):
            return closed_forms.moments(inner, along * u, spread)["mean"]

        def steep(u):
            """E f′(v): P(v > 0) + a·E[e^v; v < 0]."""
            m = along * u
            deviation = mp.sqrt(spread)
            below = mp.exp(m + spread / 2) * mp.ncdf(-(m + spread) / deviation)
            return mp.ncdf(m / deviation) + a * below

        def mean(f, g):
            ends = [k * root for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12)]
            return mp.quad(lambda u: f(u) * g(u) * mp.npdf(u, 0, root), ends)

        want = mean(lambda u: u if u > 0 else a * mp.expm1(u), conditional)
        want_slope = mean(lambda u: 1 if u > 0 else a * mp.exp(u), steep)
        assert abs(float(value) - want) < 1e-13
        assert abs(float(slope) - want_slope) < 1e-13


def test_where_it_holds():
    q1 = np.array([1.0, 0.04, 4.0, 1.0])
    c = np.array([0.5, 0.5, 0.9, 0.9999])
    assert elu_kernel_holds(q1, np.ones(4), c).tolist() == [True, False, False, False]
