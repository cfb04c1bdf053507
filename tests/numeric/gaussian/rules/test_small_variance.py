"""Gradients of E f′ and E f′² at variances as small as a float can be."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from mpmath import mp

from actmath import Activation, catalog
from actmath.numeric._gaussian._rules.small_variance import slope_unit, where_smooth
from actmath.numeric._gaussian.evaluate import gaussian

MEANS = (-1.3, 0.4, 0.9)
SMALL = (1e-5, 1e-8, 1e-12, 1e-30)
UNITS = {
    "tanh": mp.tanh,
    "sigmoid": lambda t: 1 / (1 + mp.exp(-t)),
    # Smooth at these means: its break is at 0.
    "softsign": lambda t: t / (1 + abs(t)),
}


@pytest.mark.parametrize("name", sorted(UNITS))
def test_against_taylor_series(name):
    """E g = Σ g⁽²ᵏ⁾(mean)·νᵏ/(2ᵏk!) for g = f‴/2, f″, f″² + f′f‴ and 2f′f″."""
    at = [(m, v) for m in MEANS for v in SMALL]
    mean, variance = (
        torch.tensor(c, dtype=torch.float64).requires_grad_() for c in zip(*at, strict=True)
    )
    found = gaussian(name, mean, variance)
    fields = (found.derivative_mean, found.derivative_second)
    got = [torch.autograd.grad(c.sum(), (mean, variance), retain_graph=True) for c in fields]
    with mp.workdps(60):
        for i, (m, v) in enumerate(at):
            series = mp.taylor(UNITS[name], mp.mpf(m), 11)
            f = [series[k] * mp.factorial(k) for k in range(12)]
            slope = [[f[k + j] / mp.factorial(k) for k in range(8)] for j in range(4)]

            def product(a, b, slope=slope):
                return [
                    mp.fsum(slope[a][i] * slope[b][k - i] for i in range(k + 1)) for k in range(8)
                ]

            squares = [p + q for p, q in zip(product(2, 2), product(1, 3), strict=True)]
            wanted = (slope[2], [s / 2 for s in slope[3]], [2 * s for s in product(1, 2)], squares)
            for tensor, coefficients in zip((*got[0], *got[1]), wanted, strict=True):
                # E d²ᵏ = νᵏ·(2k − 1)!!.
                true = mp.fsum(
                    coefficients[2 * k] * mp.mpf(v) ** k * mp.fac2(2 * k - 1) for k in range(4)
                )
                assert abs(tensor[i].item() / true - 1) < 1e-10


def test_a_break_in_reach_is_left_to_hermite():
    mean, variance = np.array([0.0, 1e-3, 1e-3, 1.0]), np.array([1e-8, 1e-8, 1e-12, 1.0])
    assert where_smooth(catalog.softsign, mean, variance).tolist() == [False, True, True, False]
    # 9.25 deviations are 9.25e-4.
    assert not where_smooth(catalog.softsign, mean / 2, variance)[1]


def test_bends_as_narrow_as_the_gaussian_are_seen():
    steep = Activation("steep", "tanh(1e6*x)")
    assert not where_smooth(steep, np.zeros(1), np.array([1e-10])).any()


def test_a_slope_is_a_unit():
    assert slope_unit(catalog.tanh).formula().equals(catalog.tanh.expr.diff())


@pytest.mark.parametrize("at", [1.2, 6.0, 12.0, 15.6])
def test_an_end_of_the_plain_grid_is_no_bend(at):
    mean = np.array([-at, at])
    assert where_smooth(catalog.tanh, mean, np.full(2, 1e-8)).all()
