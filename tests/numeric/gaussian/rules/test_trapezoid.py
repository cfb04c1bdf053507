"""The trapezoidal rule: its nodes, where it is trusted, and what happens elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from actmath import catalog
from actmath.numeric import MomentRoute
from actmath.numeric._gaussian._rules.calibration import calibrate
from actmath.numeric._gaussian._rules.panels import Panels
from actmath.numeric._gaussian._rules.trapezoid import Trapezoid, half_nodes, trapezoid_rule
from actmath.numeric._gaussian.array_ops import NUMPY_OPS

from ..oracle import worst


def test_weights_are_a_normal_distribution():
    nodes, weights = trapezoid_rule(40)
    assert weights.sum() == pytest.approx(1, abs=1e-15)
    assert (nodes[0], nodes[-1], len(nodes)) == (-9.25, 9.25, 81)
    # The first moments of N(0, 1) are 0, 1, 0, 3.
    for power, moment in ((1, 0), (2, 1), (3, 0), (4, 3)):
        assert (weights * nodes**power).sum() == pytest.approx(moment, abs=1e-14)


def test_the_step_makes_the_error_term_e_to_the_minus_42():
    deviation = np.array([0.01, 0.3, 1.0, 2.0, 5.0])
    half, delta = half_nodes(deviation, 1.5), 1.5 / deviation
    step = 9.25 / half
    assert (half[:1] == 14).all()
    for d, h in zip(delta[1:], step[1:], strict=True):
        best = min(d, 2 * np.pi / h)
        assert 2 * np.pi * best / h - best**2 / 2 >= 42 - 1e-9
    assert (np.diff(half) >= 0).all()


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("tanh", mp.tanh, lambda z: mp.sech(z) ** 2),
        (
            "silu",
            lambda z: z / (1 + mp.exp(-z)),
            lambda z: (1 + z / (1 + mp.exp(z))) / (1 + mp.exp(-z)),
        ),
    ],
)
def test_where_it_is_trusted_it_is_right(name, value, slope):
    plan = calibrate(catalog.get(name))
    assert isinstance(plan, Trapezoid)
    at = [(-1.0, 0.01), (0.0, 1.0), (0.5, 9.0), (3.5, 0.3)]
    mean, variance = (np.array(column) for column in zip(*at, strict=True))
    _, trusted = plan.trusted_moments(NUMPY_OPS, mean, variance)
    assert trusted.any()
    errors = worst(plan, value, slope, at, [])
    assert errors["mean"] < 3e-15
    assert errors["variance"] < 1e-14
    assert errors["square"] < 1e-14


def test_rows_that_are_not_trusted_go_by_panels():
    plan = calibrate(catalog.tanh)
    mean, variance = np.array([0.5, 30.0, 4.5, 0.0]), np.array([1.0, 1.0, 0.25, 1e6])
    _, trusted = plan.trusted_moments(NUMPY_OPS, mean, variance)
    assert trusted.tolist() == [True, False, False, False]
    found = plan.moments(NUMPY_OPS, mean, variance)
    by_panels = Panels(catalog.tanh).moments(NUMPY_OPS, mean[1:], variance[1:])
    np.testing.assert_array_equal(found.variance[1:], by_panels.variance)


def test_an_outermost_node_that_counts_is_not_trusted():
    """At σ = 1 the eighth power's variance is far out: (31!! − …)."""
    from actmath import Activation
    from actmath.notation import x

    power = Trapezoid(1.5, Panels(Activation("power", x**8)))
    _, trusted = power.trusted_moments(NUMPY_OPS, np.array([0.0]), np.array([1.0]))
    assert not trusted[0]


def test_the_route_says_quadrature():
    plan = Trapezoid(1.0, Panels(catalog.tanh))
    assert plan.route(NUMPY_OPS, np.zeros(1), np.ones(1)) is MomentRoute.QUADRATURE


def test_no_deviation_has_the_longest_step() -> None:
    """No division by 0, of which NumPy would warn."""
    with np.errstate(all="raise"):
        none, tiny = half_nodes(np.array([0.0, 1e-300]), 1.5)
    assert none == tiny > 0
