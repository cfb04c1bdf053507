"""One block of rows: ends of panels at every scale, and what is said of each row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp
from sympy import exp

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import gaussian
from actmath.numeric._gaussian._rules.bends import grid_of
from actmath.numeric._gaussian._rules.breaks import Break
from actmath.numeric._gaussian._rules.panel_sums import (
    _jumps,
    _outward,
    _rule,
    _steps,
    panel_sums,
)
from actmath.numeric._gaussian._rules.panels import Panels
from actmath.numeric._gaussian.array_ops import NUMPY_OPS


@pytest.mark.parametrize("mean", [1.0, 30.0, -5.0])
@pytest.mark.parametrize("variance", [1e-40, 1e-34, 1e-30, 1e-26, 1e-20])
def test_a_deviation_of_a_few_ulps_of_the_mean(mean, variance):
    """tanh is a line there: Var f = ν·sech⁴."""
    found = Panels(catalog.tanh).moments(NUMPY_OPS, np.array([mean]), np.array([variance]))
    slope = mp.sech(mean) ** 2
    assert abs(found.variance[0] / (variance * slope**2) - 1) < 1e-14
    assert abs(found.derivative_mean[0] / slope - 1) < 1e-14


@pytest.mark.parametrize("shift", [0.5, -2.0])
def test_far_from_a_bend_that_is_narrow_beside_the_deviation(shift):
    """tanh is the sign at σ = 1e50: E f = erf(shift/√2), though the mean has no digits near 0."""
    found = Panels(catalog.tanh).moments(NUMPY_OPS, np.array([shift * 1e50]), np.array([1e100]))
    share = mp.erf(shift / mp.sqrt(2))
    assert abs(found.mean[0] - share) < 1e-15
    assert abs(found.variance[0] / (1 - share**2) - 1) < 1e-14


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "variance"), [(12.457, 0.1241), (24.634, 0.5578), (20.266, 0.5493), (11.0568, 0.08749)]
)
def test_a_peak_farther_out_than_all_that_is_seen_around_the_mean(mean, variance):
    """1 − f = exp(−eˣ) grows by e¹⁸ a panel of 1.5 deviations where its square counts, at z = −25.

    Of the last, all is 0 in float64 up to z = −17.
    """
    found = gaussian("cloglog", mean, variance).variance
    with mp.workdps(60):
        sigma = mp.sqrt(variance)
        first, second = (
            mp.quad(
                lambda z, k=k: mp.exp(-k * mp.exp(mean + sigma * z)) * mp.npdf(z),
                mp.linspace(-60, 20, 641),
            )
            for k in (1, 2)
        )
        assert abs(found / (second - first**2) - 1) < 2e-13


@pytest.mark.parametrize(
    ("formula", "mean"),
    [
        # E exp(3x)² under N(0, 1) peaks at 6 deviations.
        (exp(3 * x), mp.exp(4.5)),
        # f is below its mean at both ends, where f′ is nothing: its square alone counts.
        (exp(-8 * x**2), 1 / mp.sqrt(17)),
    ],
    ids=str,
)
def test_a_row_whose_integrand_counts_at_the_end_is_told(formula, mean):
    steep = Activation("steep", formula)
    at = np.zeros(1), np.ones(1)
    for reach, right in ((5.0, False), (20.0, True)):
        ends = np.array([-reach]), np.array([reach])
        inside = grid_of(steep, 4).ends
        given = NUMPY_OPS, steep, grid_of(steep, 4), inside[abs(inside) < reach], *at, ends, (0,)
        (columns,), ended, lost = panel_sums(*given)
        assert bool(ended[0]) is right
        assert not lost[0]
    assert columns[0][0] == pytest.approx(float(mean), rel=1e-14)


@pytest.mark.parametrize("ulps", [-3, 0, 1, 40])
@pytest.mark.parametrize("deviation", [1e-14, 3e-16, 1e-17, 1e-150])
@pytest.mark.parametrize(
    ("name", "kink", "left", "right"),
    [("plu", 1.0, 1.0, 0.1), ("softshrink", 0.5, 0.0, 1.0), ("hard_swish", 3.0, 1.5, 1.0)],
)
def test_a_kink_among_few_ulps_of_the_mean(
    name: str, kink: float, left: float, right: float, deviation: float, ulps: int
) -> None:
    """Two lines: a·z⁻ + b·z⁺ about the kink, at z ~ N(t, 1) deviations of it."""
    mean = kink + ulps * math.ulp(kink)
    found = gaussian(name, mean, deviation**2)
    with mp.workdps(700):
        t = (mp.mpf(mean) - kink) / deviation
        above, density = mp.ncdf(t), mp.npdf(t)
        # E z⁺ = tΦ + φ and E (z⁺)² = (t² + 1)Φ + tφ; what is below 0 is the rest.
        part, square = t * above + density, (t**2 + 1) * above + t * density
        a, b = mp.mpf(left), mp.mpf(right)
        first = b * part + a * (t - part)
        second = b**2 * square + a**2 * (t**2 + 1 - square)
        slope = b * above + a * (1 - above)
        assert found.derivative_mean == pytest.approx(float(slope), rel=1e-12)
        variance = float((second - first**2) * mp.mpf(deviation) ** 2)
        assert found.variance == pytest.approx(variance, rel=1e-11, abs=0)


def test_the_rule_integrates_powers_from_either_end_to_each_node():
    nodes, weights, from_left, to_right = _rule()
    for k in range(24):
        whole = 1 / (k + 1)
        assert weights @ nodes**k == pytest.approx(whole, rel=1e-13)
        part = nodes ** (k + 1) / (k + 1)
        np.testing.assert_allclose(nodes**k @ from_left, part, atol=1e-15)
        np.testing.assert_allclose(nodes**k @ to_right, whole - part, atol=1e-15)
    assert (nodes > 0).all()
    assert (np.diff(nodes) > 0).all()
    assert nodes[-1] < 1


def test_panels_reach_as_far_as_a_density_and_no_integrand_falls_too_much_on_one():
    """A width w at z deviations has e^{−zw/2} of the height at its peak: e⁻⁶ at the least."""
    steps = _steps()
    assert (steps[0], steps[-1]) == (1.5, 39)
    lengths, starts = np.diff(steps), steps[:-1]
    assert (lengths > 0).all()
    assert (lengths <= 1.5).all()
    assert (lengths * starts <= 12 + 1e-12).all()


def test_sums_start_at_the_mean_and_go_outward():
    """Panels −3…−2, −2…−1, −1…0, 0…1, 1…2 with the sums 1, 10, 100, 1000 and 10⁴."""
    standard = np.array([[-3.0, -2.0, -1.0, 0.0, 1.0, 2.0]])
    totals = np.array([[1.0, 10.0, 100.0, 1000.0, 10000.0]])
    assert _outward(NUMPY_OPS, totals, standard).tolist() == [[-110, -100, 0, 0, 1000]]


@pytest.mark.parametrize(
    ("mean", "offsets"),
    [
        # A jump of 2 at 1 and of −5 at 3, to panels between −1, 1, 3 and 4.
        (0.0, [0, 2, -3]),
        (2.0, [-2, 0, -5]),
        (3.5, [3, 5, 0]),
        # One at the mean is to its left.
        (1.0, [-2, 0, -5]),
        (3.0, [3, 5, 0]),
    ],
)
def test_jumps_between_the_mean_and_each_panel(mean, offsets):
    found = (Break(1.0, 2.0, 0.0), Break(2.0, 0.0, 0.0), Break(3.0, -5.0, 0.0))
    deviation = np.array([2.0])
    standard = (np.array([[-1.0, 1.0, 3.0, 4.0]]) - mean) / 2
    got = _jumps(NUMPY_OPS, found, standard, np.array([mean]), deviation)
    assert got.tolist() == [offsets]
