"""What is found by trying: panels, or a strip in which the trapezoidal rule agrees with them."""

from __future__ import annotations

import pytest
from sympy import exp, pi

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian._rules.calibration import calibrate
from actmath.numeric._gaussian._rules.panels import Panels
from actmath.numeric._gaussian._rules.trapezoid import Trapezoid


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


def test_what_has_no_moments_at_a_probe_is_left_to_panels():
    """E exp(x²/4)² is infinite where the variance is 1 or more."""
    steep = Activation("steep", exp(x**2 / 8))
    assert calibrate(steep) == Panels(steep)
