"""The half-line integrals against mpmath, every order, and their derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from mpmath import mp

from actmath.numeric._gaussian.array_ops import NUMPY_OPS, torch_ops
from actmath.numeric._gaussian.half_line import (
    U_MAX,
    density,
    downwards,
    far_clipped,
    half_line,
    mills,
)


def half_line_integrand(u, k):
    return lambda s: s**k / mp.factorial(k) * mp.exp(-u * s - s * s / 2)


@pytest.mark.slow
def test_the_half_line_integrals():
    u = np.array([0.0, 1e-3, 0.3, 1.0, 4.0, 12.0, 39.0, 64.0])
    found = half_line(NUMPY_OPS, u, 6)
    with mp.workdps(60):
        for k in (0, 1, 3, 6):
            for value, at in zip(found[k], u, strict=True):
                true = mp.quad(half_line_integrand(at, k), [0, 0.1, 0.5, 1, 2, 4, 8, 16])
                assert abs(value / true - 1) < 3e-15


def test_mills_ratio_errs_by_an_ulp_in_its_table_and_by_three_beyond():
    rng = np.random.default_rng(3)
    u = np.concatenate([[-1.0, 0.0, 16.0], rng.uniform(-1, 16, 1500), rng.uniform(16, 1500, 100)])
    with mp.workdps(40):
        true = [
            mp.sqrt(mp.pi / 2) * mp.erfc(x / mp.sqrt(2)) * mp.exp(x**2 / 2) for x in map(mp.mpf, u)
        ]
        error = np.array(
            [float(abs(g / t - 1)) for g, t in zip(mills(NUMPY_OPS, u), true, strict=True)]
        )
    assert error[:1503].max() < 1.1 * 2.0**-52
    assert error[1503:].max() < 3 * 2.0**-52


def test_the_way_down_gives_ratios_that_obey_the_recurrence():
    u = np.array([0.0, 0.7, 5.0, 64.0])
    ratios = dict(downwards(NUMPY_OPS, u, 8))
    assert list(ratios) == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    for k in range(1, 8):
        np.testing.assert_allclose(
            ratios[k - 1], u * ratios[k] + (k + 1) * ratios[k + 1], rtol=1e-15
        )


def test_what_is_far_is_held_at_the_end_of_the_series():
    held = far_clipped(NUMPY_OPS, np.array([-3.0, 0.5, 1e300, -1e300]))
    assert held.tolist() == [3.0, 0.5, U_MAX, U_MAX]
    assert density(NUMPY_OPS, np.array([U_MAX]), np.array([1.0])) == 0.0


@pytest.mark.parametrize(("offset", "variance"), [(0.3, 2.0), (-5.0, 0.7), (25.0, 1.0)])
def test_the_density_is_that_of_the_normal_distribution(offset, variance):
    with mp.workdps(30):
        true = mp.npdf(mp.mpf(offset) / mp.sqrt(mp.mpf(variance)))
        got = float(density(NUMPY_OPS, np.array([offset]), np.array([variance]))[0])
        # An ulp of the exponent −u²/2 counts u²/2 times.
        bound = 4e-16 * (1 + offset**2 / variance / 2)
        assert abs(got / true - 1) < bound


def test_the_gradient_of_mills_ratio_keeps_its_digits():
    """G_0′ = u·G_0 − 1 and G_0″ = G_0 + u·G_0′."""
    u = torch.linspace(-0.99, 15.9, 400, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(mills(torch_ops(), u).sum(), u, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), u)
    with mp.workdps(40):
        for at, got, second in zip(u.tolist(), slope.tolist(), bend.tolist(), strict=True):
            x = mp.mpf(at)
            ratio = mp.sqrt(mp.pi / 2) * mp.erfc(x / mp.sqrt(2)) * mp.exp(x**2 / 2)
            assert abs(got - (x * ratio - 1)) < 2e-15
            assert abs(second - (ratio + x * (x * ratio - 1))) < 1e-14
