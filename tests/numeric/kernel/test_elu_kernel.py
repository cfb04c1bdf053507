"""Elu's dual kernel against mpmath, and against panels at the ends of the correlation."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from actmath import catalog
from actmath.numeric._gaussian.evaluate import gaussian
from actmath.numeric._kernel.elu_kernel import elu_kernel, elu_kernel_holds
from actmath.numeric._kernel.plane import by_panels

from ...reference import closed_forms


@pytest.mark.slow
@pytest.mark.parametrize("c", [-0.9, -0.2, 0.0, 0.7, 1 - 1e-6])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.6732632423543772])
def test_the_kernel_is_the_mean_over_u_of_the_conditional_mean(alpha, c):
    q1, q2 = 0.5, 2.0
    value, slope, _ = elu_kernel(alpha, *(np.array(v) for v in (q1, q2, c)))
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


@pytest.mark.parametrize("c", [-1.0, -1 + 1e-12, -0.4, 0.0, 0.8, 1 - 1e-12, 1.0])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.6732632423543772])
def test_panels_agree_at_every_correlation(alpha, c):
    unit = catalog.elu.with_parameters(alpha=alpha)
    q1, q2 = np.array([0.01, 0.3, 1.0, 8.0, 8.0]), np.array([0.01, 2.0, 1.0, 8.0, 0.01])
    found = elu_kernel(alpha, q1, q2, np.full(5, c))
    summed = by_panels(unit, q1, q2, np.full(5, c))
    size = np.sqrt(np.prod([gaussian(unit, 0.0, q).second for q in (q1, q2)], axis=0))
    np.testing.assert_allclose(found[0] / size, summed[0] / size, atol=1e-13)
    np.testing.assert_allclose(found[1], summed[1], atol=1e-13)
    scaling = summed[2] / (2 * np.sqrt(q1))
    np.testing.assert_allclose(found[2] * q1 / size, scaling * q1 / size, atol=1e-13)


def test_where_it_holds():
    q1 = np.array([1.0, 0.009, 8.1, 8.0])
    assert elu_kernel_holds(q1, np.ones(4)).tolist() == [True, False, False, True]


def test_both_ends_of_the_range_belong_to_it_for_either_variance() -> None:
    ends = np.array([0.01 - 1e-12, 0.01, 8.0, 8 + 1e-9])
    for at in (0.01, 1.0, 8.0):
        one = np.full(4, at)
        for pair in ((ends, one), (one, ends)):
            assert elu_kernel_holds(*pair).tolist() == [False, True, True, False]
