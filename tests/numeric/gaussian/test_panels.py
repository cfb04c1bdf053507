"""Panels against exact moments and integrals: kinks, jumps, polynomials, gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import Piecewise, exp, sin

from actmath import Activation, catalog, moments
from actmath.notation import x
from actmath.numeric import MomentRoute
from actmath.numeric._gaussian.array_ops import NUMPY_OPS, torch_ops
from actmath.numeric._gaussian.calibration import calibrate
from actmath.numeric._gaussian.evaluate import gaussian
from actmath.numeric._gaussian.panels import Break, Panels, breaks

from .oracle import worst

AT = [(-1.0, 0.01), (0.0, 1.0), (0.4, 4.0), (2.5, 0.3), (-3.0, 16.0)]
STEP = Activation("step", Piecewise((1, x > 0), (0, True)))
SAW = Activation("saw", Piecewise((x, x < 1), (x - 2, True)))


def test_breaks_and_their_jumps():
    assert breaks(catalog.hard_tanh) == (Break(-1.0, 0.0), Break(1.0, 0.0))
    assert breaks(STEP) == (Break(0.0, 1.0),)
    assert breaks(SAW) == (Break(1.0, -2.0),)
    assert breaks(catalog.tanh) == ()


def test_a_cubic_is_exact():
    """E z³ = m³ + 3mv, Var z³ = 9m⁴v + 36m²v² + 15v³, E 3z² = 3(m² + v)."""
    mean, variance = (np.array(column) for column in zip(*AT, strict=True))
    found = Panels(Activation("cubic", x**3)).moments(NUMPY_OPS, mean, variance)
    spread = 9 * mean**4 * variance + 36 * mean**2 * variance**2 + 15 * variance**3
    np.testing.assert_allclose(found.mean, mean**3 + 3 * mean * variance, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(found.variance, spread, rtol=1e-14)
    np.testing.assert_allclose(found.derivative_mean, 3 * (mean**2 + variance), rtol=1e-14)


@pytest.mark.parametrize(
    ("activation", "value", "slope", "kinks"),
    [
        (catalog.relu, lambda z: max(z, 0), lambda z: int(z > 0), [0]),
        (STEP, lambda z: int(z > 0), lambda z: 1 - int(z > 0) - int(z <= 0), [0]),
        (SAW, lambda z: z if z < 1 else z - 2, lambda z: mp.one, [1]),
        (catalog.softsign, lambda z: z / (1 + abs(z)), lambda z: (1 + abs(z)) ** -2, [0]),
        (Activation("wave", sin(3 * x)), lambda z: mp.sin(3 * z), lambda z: 3 * mp.cos(3 * z), []),
        (Activation("steep", exp(2 * x)), lambda z: mp.exp(2 * z), lambda z: 2 * mp.exp(2 * z), []),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_against_integrals(activation, value, slope, kinks):
    near = [(0.5, 1.0), (2.5, 0.3), (4.0, 2.0)] if activation.name == "steep" else AT
    if activation is STEP:
        mean, variance = (np.array(column) for column in zip(*near, strict=True))
        found = Panels(STEP).moments(NUMPY_OPS, mean, variance)
        for i, (m, v) in enumerate(near):
            with mp.workdps(40):
                share = mp.ncdf(mp.mpf(m) / mp.sqrt(v))
                assert abs(found.mean[i] - share) < 2e-16
                assert abs(found.variance[i] / (share * (1 - share)) - 1) < 1e-14
        assert (found.derivative_second == 0).all()
        return
    errors = worst(Panels(activation), value, slope, near, kinks)
    assert errors["mean"] < 1e-14
    assert errors["variance"] < 2e-14
    assert errors["square"] < 2e-14


def test_a_mean_on_a_kink_a_jump_and_a_point_of_the_grid():
    at = [(1.0, 0.5), (1.2, 0.5), (np.nextafter(1.0, 2), 0.5), (2.4, 1e-6)]
    errors = worst(Panels(SAW), lambda z: z if z < 1 else z - 2, lambda z: mp.one, at, [1])
    assert errors["variance"] < 2e-14


def test_the_route_says_quadrature():
    where = np.zeros(1), np.ones(1)
    assert Panels(catalog.relu).route(NUMPY_OPS, *where) is MomentRoute.QUADRATURE


def test_many_rows_are_those_of_one_row_each():
    rng = np.random.default_rng(1)
    mean, variance = rng.normal(size=205), rng.uniform(0.1, 4, 205)
    panels = Panels(catalog.hard_swish)
    whole = panels.moments(NUMPY_OPS, mean, variance)
    for i in (0, 95, 96, 191, 192, 204):
        alone = panels.moments(NUMPY_OPS, mean[[i]], variance[[i]])
        np.testing.assert_allclose(whole.variance[i], alone.variance[0], rtol=1e-14)


def test_the_gradient_at_a_kink_is_that_of_the_smooth_expectation():
    """At mean 0, ∂E relu/∂mu = E relu′ = ½ and ∂E relu/∂ν = φ(0)/(2σ)."""
    mean = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    variance = torch.tensor([1.0, 4.0], dtype=torch.float64, requires_grad=True)
    found = Panels(catalog.relu).moments(torch_ops(), mean, variance)
    by_mean, by_variance = torch.autograd.grad(found.mean.sum(), (mean, variance))
    np.testing.assert_allclose(by_mean.numpy(), 0.5, atol=1e-9)
    want = 1 / (2 * np.sqrt(2 * np.pi * variance.detach().numpy()))
    np.testing.assert_allclose(by_variance.numpy(), want, atol=1e-9)
    assert (
        found.mean.tolist()
        == Panels(catalog.relu).moments(torch_ops(), mean.detach(), variance.detach()).mean.tolist()
    )


@pytest.mark.parametrize("z", [1.0, 5.0, 6.5, 8.0, 12.0, 30.0])
def test_panels_reach_beyond_a_kink_behind_which_all_of_the_variance_lies(z):
    assert calibrate(catalog.get("hard_swish")).resolution == 1
    mean, variance = -3 - z / 64, 1 / 64**2
    got, true = (call("hard_swish", mean, variance) for call in (gaussian, moments))
    assert float(got.variance) == pytest.approx(float(true.variance), rel=1e-13)
