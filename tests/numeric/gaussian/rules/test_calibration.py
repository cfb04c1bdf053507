"""What is found by trying: resolution, strip, or a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import pi, tanh

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian._rules.calibration import calibrate
from actmath.numeric._gaussian._rules.panels import Panels
from actmath.numeric._gaussian._rules.trapezoid import Trapezoid
from actmath.numeric._gaussian.evaluate import gaussian


@pytest.mark.parametrize(
    ("name", "distance"), [("tanh", pi / 2), ("sigmoid", pi), ("softplus", pi), ("arctan", 1)]
)
def test_the_strip_ends_before_the_nearest_pole(name, distance):
    """tanh has its first pole at iπ/2, the sigmoid and softplus at iπ, arctan at i."""
    plan = calibrate(catalog.get(name))
    assert isinstance(plan, Trapezoid)
    assert 0.4 < plan.strip < float(distance)
    assert plan.panels == Panels(catalog.get(name))


@pytest.mark.parametrize("name", ["hard_swish", "softsign", "elu", "abs"])
def test_a_kink_leaves_panels(name):
    assert calibrate(catalog.get(name)) == Panels(catalog.get(name))


def test_a_narrow_feature_is_resolved():
    """tanh(9x) has the moments of tanh at nine times the deviation."""
    sharp = Activation("sharp", tanh(9 * x))
    mean, variance = np.array([-1.0, 0.0, 0.5]), np.array([0.01, 1.0, 16.0])
    got, scaled = gaussian(sharp, mean, variance), gaussian("tanh", 9 * mean, 81 * variance)
    np.testing.assert_allclose(got.variance, scaled.variance, rtol=2e-13)
    assert calibrate(sharp).resolution > 1


def test_what_is_too_fine_is_refused_with_a_way_out():
    edge = Activation("edge", tanh(30_000 * (x - 1)))
    with pytest.raises(ArithmeticError, match="declare its sharp bends as breakpoints"):
        calibrate(edge)
