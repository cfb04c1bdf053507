"""Shifts and crossings in numbers, against Monte Carlo and against the definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp

from actmath import Activation, catalog, moments
from actmath.lower import to_numpy
from actmath.numeric._geometry.bias_shift import (
    bias_shift_of,
    mean_curve,
    variance_curve,
    variation_crossing,
)

LEAKY = catalog.leaky_relu.with_parameters(a="1/10")


@pytest.mark.parametrize("unit", [catalog.relu, LEAKY, catalog.elu], ids=lambda f: f.name)
def test_shift_against_monte_carlo(unit: object) -> None:
    found = bias_shift_of(unit, (0, 1), ("1/2", "9/4"))
    z = np.random.default_rng(1).normal(size=400_000)
    f = to_numpy(unit)
    change = f(0.5 + 1.5 * z) - f(z)
    error = change.std() / math.sqrt(len(z))
    assert abs(change.mean() - found.bias_shift) < 5 * error


def test_first_order_estimate_gets_better_quadratically() -> None:
    errors = [
        abs(s.bias_shift - s.first_order)
        for s in (bias_shift_of(catalog.elu, (0, 1), (step, 1)) for step in ("1/10", "1/100"))
    ]
    assert errors[1] < errors[0] / 50


def test_curves_are_the_moments() -> None:
    assert mean_curve(catalog.elu, [-1, 2])[1] == float(moments("elu", 2, 1).mean)
    assert variance_curve(catalog.elu, [-1], 2)[0] == float(moments("elu", -1, 2).variance)


@pytest.mark.parametrize("variance", ["1/100", 1, 4])
def test_order_of_variation_changes_at_the_crossing(variance: object) -> None:
    at = float(variation_crossing(catalog.elu, LEAKY, variance))
    for side, order in ((at - 0.01, -1), (at + 0.01, 1)):
        ours, theirs = (variance_curve(f, [side], variance)[0] for f in (catalog.elu, LEAKY))
        assert math.copysign(1, ours - theirs) == order


def test_small_noise_crosses_at_the_slopes() -> None:
    assert float(variation_crossing(catalog.elu, LEAKY, "1/10000")) == pytest.approx(
        math.log(0.1), abs=1e-3
    )


def test_every_number_of_a_shift_of_leaky_relu_in_closed_form() -> None:
    """E f = a·m + (1 − a)(m·Φ + s·φ), with Φ and φ at m/s."""
    with mp.workdps(30):
        a, ends = mp.mpf(1) / 10, ((mp.mpf(-1) / 3, mp.mpf(2)), (mp.mpf(1) / 4, mp.mpf(5) / 2))

        def mean(m: mp.mpf, v: mp.mpf) -> mp.mpf:
            s = mp.sqrt(v)
            return a * m + (1 - a) * (m * mp.ncdf(m / s) + s * mp.npdf(m / s))

        (m, v), (m2, v2) = ends
        by_mean = a + (1 - a) * mp.ncdf(m / mp.sqrt(v))
        by_variance = (1 - a) * mp.npdf(m / mp.sqrt(v)) / (2 * mp.sqrt(v))
        first_order = by_mean * (m2 - m) + by_variance * (v2 - v)
        before, after = mean(*ends[0]), mean(*ends[1])
        found = bias_shift_of(LEAKY, ("-1/3", 2), ("1/4", 2.5))
        # To the last digit.
        assert (found.before, found.after) == (float(before), float(after))
    assert found.activation == "leaky_relu"
    assert found.bias_shift == float(after) - float(before)
    assert found.first_order == pytest.approx(float(first_order), rel=1e-14)


def test_what_is_no_mean_and_variance() -> None:
    for count in (1, 3):
        said = f"must be a mean and a variance, got {count} numbers"
        with pytest.raises(ValueError, match=f"before {said}"):
            bias_shift_of("relu", (1,) * count, (0, 1))
        with pytest.raises(ValueError, match=f"after {said}"):
            bias_shift_of("relu", (0, 1), (1,) * count)
    for pair, what in ((("y", 1), "mean"), ((0, "y"), "variance")):
        with pytest.raises(ValueError, match=f"the {what} before must be"):
            bias_shift_of("relu", pair, (0, 1))
        with pytest.raises(ValueError, match=f"the {what} after must be"):
            bias_shift_of("relu", (0, 1), pair)


def test_curves_of_a_line() -> None:
    """Of 3x − 1 the mean is 3m − 1 and the variance nine times as large."""
    line = Activation("line", "3*x - 1")
    assert mean_curve(line, [-1, 0.5, 2], 7) == (-4, 0.5, 5)
    assert variance_curve(line, [-1, 0.5, 2], 7) == (63, 63, 63)
    assert variance_curve(line, [4]) == (9,)


@pytest.mark.parametrize(
    ("slope", "variance"), [("1e-17", 1), ("1e-9", "1/4"), ("1/2", "1/10000"), ("1e-3", "1/100")]
)
def test_a_crossing_far_left_to_15_digits(slope: str, variance: object) -> None:
    """There eˣ − 1 has the variance e^{2m + v}(eᵛ − 1), a line of slope a has a²v."""
    with mp.workdps(30):
        a, v = mp.mpf(slope.partition("/")[0]), mp.mpf(1)
        if "/" in slope:
            a /= int(slope.partition("/")[2])
        if variance != 1:
            v /= int(str(variance).partition("/")[2])
        wanted = (2 * mp.log(a) + mp.log(v) - v - mp.log(mp.expm1(v))) / 2
        assert -40 < wanted < -0.5
        found = variation_crossing("elu", catalog.leaky_relu.with_parameters(a=slope), variance)
        assert abs(mp.mpf(str(found)) / wanted - 1) < 1e-14


def test_the_crossing_of_the_docstring_in_closed_form() -> None:
    """Of z ~ N(m, 1) with P(z < 0) = Φ(−m), E[e^{kz}; z < 0] = e^{km + k²/2}Φ(−m − k)."""

    def variances(m: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
        below, density = mp.ncdf(-m), mp.npdf(m)
        first, second = m * mp.ncdf(m) + density, (m**2 + 1) * mp.ncdf(m) + m * density
        one, two = (mp.exp(k * m + mp.mpf(k * k) / 2) * mp.ncdf(-m - k) for k in (1, 2))
        elu = second + two - 2 * one + below - (first + one - below) ** 2
        # x/10 + (9/10)x₊, whose square is x²/100 + (99/100)x₊².
        leaky = (m**2 + 1 + 99 * second) / 100 - (m + 9 * first) ** 2 / 100
        return elu, leaky

    with mp.workdps(30):
        at = mp.mpf(str(variation_crossing(catalog.elu, LEAKY)))
        for side in (-1, 1):
            elu, leaky = variances(at + side * mp.mpf("1e-14"))
            assert side * (elu - leaky) > 0


def test_the_outermost_of_two_crossings() -> None:
    """Steep between −20 and −15 and above −5: near −20 it comes to pass on more, and near −5."""
    uneven = Activation(
        "uneven",
        "Piecewise((x/10, x < -20), (2*x + 38, x < -15), (x/10 + 9.5, x < -5), (2*x + 19, True))",
    )
    found = float(variation_crossing(uneven, catalog.identity, "1/100"))
    assert found == pytest.approx(-20, abs=0.2)


def test_what_crosses_the_other_way_or_beyond_the_range() -> None:
    too_far = catalog.leaky_relu.with_parameters(a="1e-18")
    with pytest.raises(ValueError, match="elu does not come to pass on more variance than leaky"):
        variation_crossing(catalog.elu, too_far)
    with pytest.raises(ValueError, match=r"leaky_relu does not come to pass on more .* than elu"):
        variation_crossing(LEAKY, catalog.elu)
