"""Gradients of all four moments against differences of many-digit ones, wherever the mean is."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import Piecewise, exp, lambdify

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian._rules.gradients import hermite
from actmath.numeric._gaussian._rules.panels import Panels
from actmath.numeric._gaussian.array_ops import torch_ops
from actmath.numeric._gaussian.evaluate import gaussian

from ....strategies import breaks

COLUMNS = ("mean", "variance", "derivative_mean", "derivative_second")
JUMPING = Activation("jumping", Piecewise((exp(x) - 3, x < -1), (x**2, x < 2), (x / 8, True)))
SUBJECTS = [*(catalog.get(name) for name in sorted(catalog.CATALOG)), JUMPING]
DIGITS = 30
STEP = mp.mpf(10) ** -10


def gradients(activation, points, method=gaussian):
    """∂/∂mean and ∂/∂variance of the four moments: an array (4, 2, points)."""
    mean, variance = (leaf.clone().requires_grad_() for leaf in torch.tensor(points).double().T)
    found = method(activation, mean, variance)
    sums = [getattr(found, column).sum() for column in COLUMNS]
    return np.array([torch.autograd.grad(s, (mean, variance), retain_graph=True) for s in sums])


@lru_cache(maxsize=1)
def nodes(activation):
    """Points from −16 to 16, Gauss–Legendre weights, and f and f′ at the points by mpmath."""
    kinks = breaks(activation)
    around = {math.ceil(kink) + step for kink in kinks for step in range(-12, 13)}
    ends = sorted({*range(-16, 17), *around, *kinks})
    # Of siren's slope a panel holds the square, sixty radians.
    rule = np.polynomial.legendre.leggauss(60 if activation.name == "siren" else 24)
    # The same float nodes serve all moments: their rounding moves no difference of two.
    at, weight = (
        np.concatenate([column(a, b) for a, b in pairwise(ends)])
        for column in (
            lambda a, b: (a + b) / 2 + (b - a) / 2 * rule[0],
            lambda a, b: (b - a) / 2 * rule[1],
        )
    )
    value = lambdify(x, activation.formula(), "mpmath")
    with mp.workdps(DIGITS + 20):
        points = [mp.mpf(float(point)) for point in at]
        f = np.array([mp.mpf(value(point)) for point in points])
        near = np.array([mp.mpf(value(point + STEP**2)) for point in points])
    return np.array(points), weight, f, (near - f) / STEP**2


def many_digit_moments(activation, mean, variance):
    at, weight, f, slope = nodes(activation)
    # Beyond nine deviations, where the density is 1e-18 of its height, nothing counts.
    near = abs(at - mean) < 9 * mp.sqrt(variance)
    at, weight, f, slope = (column[near] for column in (at, weight, f, slope))
    height = np.array([mp.exp(power) for power in -((at - mean) ** 2) / (2 * variance)])
    density = height * weight / mp.sqrt(2 * mp.pi * variance)
    first, second, steep, square = (density @ h for h in (f, f * f, slope, slope * slope))
    return np.array([first, second - first**2, steep, square])


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_gradients_at_kinks_at_grid_points_and_at_random(subject):
    """A mean on a kink, an inner node of a rule away from it, and anywhere."""
    rng = np.random.default_rng(len(subject.name))
    kinks = breaks(subject) or [0.0]
    offsets = [0.0, *rng.choice(np.arange(-8, 9), 1, replace=False) / 4, rng.choice([-1.5, 1.5])]
    points = [(float(rng.choice(kinks)) + k, 1.0) for k in offsets]
    points += [(rng.uniform(-3, 3), rng.uniform(0.3, 1.2)) for _ in range(1)]
    got = gradients(subject, points)
    with mp.workdps(DIGITS):
        for i, (mean, variance) in enumerate(points):
            for by, move in ((0, (STEP, 0)), (1, (0, STEP))):
                ends = (
                    many_digit_moments(subject, mean + side * move[0], variance + side * move[1])
                    for side in (1, -1)
                )
                right = [float(d / (2 * STEP)) for d in -np.subtract(*reversed([*ends]))]
                np.testing.assert_allclose(got[:, by, i], right, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("subject", [catalog.tanh, catalog.hard_swish, catalog.gelu, JUMPING])
def test_second_derivatives(subject):
    leaves = [torch.tensor(v, dtype=torch.float64).requires_grad_() for v in ((-1.0, 0.3), (1, 2))]

    def four(mean, variance):
        found = gaussian(subject, mean, variance)
        return tuple(getattr(found, column) for column in COLUMNS)

    assert torch.autograd.gradgradcheck(four, leaves)


def test_a_gradient_by_the_variance_alone():
    """∂Var f/∂ν of the identity is 1, and the mean needs no gradient."""
    variance = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
    found = Panels(catalog.identity).moments(torch_ops(), torch.zeros(2).double(), variance)
    (growth,) = torch.autograd.grad(found.variance.sum(), variance)
    np.testing.assert_allclose(growth, 1, rtol=1e-14)


def test_hermites_polynomials():
    z = np.array([-1.5, 0.0, 2.0])
    for degree, right in enumerate((1 + 0 * z, z, z**2 - 1, z**3 - 3 * z, z**4 - 6 * z**2 + 3)):
        np.testing.assert_array_equal(hermite(z, degree), right)
