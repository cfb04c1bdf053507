"""Panels against exact moments and integrals: kinks, jumps, polynomials, gradients."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from mpmath import mp
from sympy import Piecewise, exp, sign, sin, tanh

from actmath import Activation, catalog, moments
from actmath.notation import x
from actmath.numeric import MomentRoute
from actmath.numeric._gaussian._rules.panels import Panels, _range
from actmath.numeric._gaussian.array_ops import NUMPY_OPS
from actmath.numeric._gaussian.evaluate import gaussian

from ..oracle import worst

AT = [(-1.0, 0.01), (0.0, 1.0), (0.4, 4.0), (2.5, 0.3), (-3.0, 16.0)]
STEP = Activation("step", Piecewise((1, x > 0), (0, True)))
SAW = Activation("saw", Piecewise((x, x < 1), (x - 2, True)))


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


def test_the_range_reaches_where_the_integrand_may_peak():
    """9.5 deviations; for e^{4|x|} 4σ beyond; towards 0 as far as 0, or (4 + 2|mean|)·σ."""
    given = [(0.5, 1.0), (0.5, 10.0), (-0.5, 1.0), (2.0, 0.1), (-30.0, 2.0)]
    mean, deviation = (np.array(column) for column in zip(*given, strict=True))
    low, high = _range(NUMPY_OPS, mean, deviation, [])
    np.testing.assert_allclose(low, [-10, -9.55, -13.5, -10.3, -17.5], rtol=1e-14)
    np.testing.assert_allclose(high, [13.5, 39, 10, 9.9, 24.5], rtol=1e-14)


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


@pytest.mark.parametrize("seed", range(6))
def test_a_mean_on_a_jump_sees_half_of_it_on_either_side(seed):
    """Steps of random heights at random places: E f is a sum of heights times normal shares."""
    rng = np.random.default_rng(seed)
    places = sorted(float(v) / 8 for v in rng.choice(80, 3, replace=False) - 40)
    heights = [float(v) for v in rng.integers(-8, 9, 4) / 4]
    rises = [after - before for before, after in pairwise(heights)]
    unit = Activation("steps", heights[0] + tanh(x) + sum(map(_step(seed % 3), places, rises)))
    for variance in (0.04, 1.0, 9.0):
        got = gaussian(unit, np.array(places), variance)
        smooth = gaussian("tanh", np.array(places), variance)
        with mp.workdps(30):
            deviation = mp.sqrt(variance)
            for i, mean in enumerate(places):
                pairs = zip(places, rises, strict=True)
                shares = sum(rise * mp.ncdf((mean - at) / deviation) for at, rise in pairs)
                true = heights[0] + shares + mp.mpf(float(smooth.mean[i]))
                assert abs(got.mean[i] - true) < 1e-14
        beside = gaussian(unit, np.array(places) + 1e-13, variance)
        np.testing.assert_allclose(beside.variance, got.variance, rtol=1e-11)


def _step(own):
    """A step whose value at its place is that on its left, that on its right, or their mean."""
    forms = (
        lambda at: Piecewise((0, x <= at), (1, True)),
        lambda at: Piecewise((0, x < at), (1, True)),
        lambda at: (1 + sign(x - at)) / 2,
    )
    return lambda at, rise: rise * forms[own](at)


@pytest.mark.parametrize("z", [1.0, 5.0, 6.5, 8.0, 12.0, 30.0])
def test_panels_reach_beyond_a_kink_behind_which_all_of_the_variance_lies(z):
    mean, variance = -3 - z / 64, 1 / 64**2
    got, true = (call("hard_swish", mean, variance) for call in (gaussian, moments))
    assert float(got.variance) == pytest.approx(float(true.variance), rel=1e-13)


@pytest.mark.parametrize("mean", [-20.0, 20.0])
def test_a_steep_rise_on_the_side_of_0_is_reached(mean):
    """Of a logistic of slope k at N(m, 1), m < 0, E f = Φ(m)·E e^{−mu/k}, u logistic, to 1/k²."""
    steep = Activation("steep", 1 / (1 + exp(float(np.sign(mean)) * 1000 * x)))
    with mp.workdps(30):
        share = mp.pi * 20 / 1000
        wanted = mp.ncdf(-20) * share / mp.sin(share)
    assert gaussian(steep, mean, 1.0).mean / float(wanted) == pytest.approx(1, abs=3e-6)
