"""Shifts and crossings in numbers, against Monte Carlo and against the definition."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actmath import catalog, moments
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


def test_no_crossing_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not come to pass"):
        variation_crossing(LEAKY, catalog.elu)
