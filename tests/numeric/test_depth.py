"""Mean-field maps, propagation through depth, and initialisation."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.derive._depth.initialization import initialization
from actmath.numeric import (
    correlation_map,
    edge_of_chaos,
    length_map,
    phase,
    random_lengths,
    simulate,
)
from actmath.numeric._depth.gains import gains
from actmath.numeric._depth.propagate import propagate
from actmath.numeric._gaussian.evaluate import gaussian


def test_edge_of_chaos_is_where_chi_is_one():
    q = np.array([0.5, 1.0, 2.0])
    edge = edge_of_chaos("tanh", q)
    found = phase("tanh", edge.sigma_w, edge.sigma_b)
    np.testing.assert_allclose(found.length, q, rtol=1e-10)
    np.testing.assert_allclose(found.chi, 1.0, rtol=1e-12)


def test_he_is_the_edge_of_chaos_of_relu_at_every_length():
    edge = edge_of_chaos("relu", [0.1, 1.0, 50.0])
    np.testing.assert_allclose(edge.sigma_w, np.sqrt(2), rtol=1e-14)
    np.testing.assert_allclose(edge.sigma_b, 0.0, atol=1e-7)


def test_lengths_on_the_edge_attract_for_tanh_and_not_for_gelu():
    q = np.array([0.5, 1.0])
    for name in ("tanh", "gelu", "relu"):
        edge = edge_of_chaos(name, q)
        near = length_map(name, 1.001 * q, edge.sigma_w, edge.sigma_b)
        np.testing.assert_allclose((near - q) / (0.001 * q), edge.length_slope, rtol=2e-3)
    assert (np.abs(edge_of_chaos("tanh", q).length_slope) < 0.9).all()
    assert (edge_of_chaos("gelu", q).length_slope > 1.001).all()
    np.testing.assert_allclose(edge_of_chaos("relu", q).length_slope, 1.0, rtol=1e-9)


def test_phases_of_tanh():
    found = phase("tanh", [0.5, 1.0, 2.5, 2.5], [0.0, 0.0, 0.0, 0.3])
    assert list(found.ordered) == [True, False, False, False]
    assert list(found.length[:2]) == [0.0, 0.0]
    assert (found.correlation_scale[2:] < 0).all()
    q = found.length[2:]
    np.testing.assert_allclose(length_map("tanh", q, 2.5, [0.0, 0.3]), q, rtol=1e-12)


def test_relu_grows_without_bound_above_he():
    found = phase("relu", [1.0, 2.0], [0.5, 0.1])
    assert found.length[0] == pytest.approx(0.5, rel=1e-12)
    assert np.isnan(found.length[1])


def test_chi_is_the_slope_of_the_correlation_map_at_one():
    at = phase("tanh", 1.2, 0.4)
    q, step = float(at.length), 1e-4
    ends = correlation_map("tanh", [1 - 2 * step, 1 - step, 1.0], q, 1.2, 0.4)
    slope = (3 * ends[2] - 4 * ends[1] + ends[0]) / (2 * step)
    assert ends[2] == pytest.approx(1.0, rel=1e-12)
    assert slope == pytest.approx(float(at.chi), rel=1e-5)


def test_length_scale_is_what_iteration_shows():
    at = phase("tanh", 1.3, 0.2)
    q = [float(at.length) * 1.001]
    for _ in range(4):
        q.append(float(length_map("tanh", q[-1], 1.3, 0.2)))
    gaps = np.array(q) - float(at.length)
    assert -1 / np.log(gaps[4] / gaps[3]) == pytest.approx(float(at.length_scale), rel=1e-2)


def test_propagation_composes_the_moment_map():
    run = propagate("elu", [0.3, -1.0], [2.0, 0.5], 3, omega=0.4, tau=1.1)
    assert run.mean.shape == (4, 2)
    mean, variance, growth = np.array([0.3, -1.0]), np.array([2.0, 0.5]), []
    for layer in range(3):
        at = gaussian("elu", 0.4 * mean, 1.1 * variance)
        mean, variance = at.mean, at.variance
        growth.append(1.1 * at.derivative_second)
        np.testing.assert_array_equal(run.variance[layer + 1], variance)
    np.testing.assert_allclose(run.gradient[0], np.prod(growth, axis=0), rtol=1e-14)
    assert (run.gradient[-1] == 1).all()


@pytest.mark.parametrize(("name", "sigma_w"), [("selu", 1.0), ("relu", 2**0.5), ("tanh", 1.5)])
def test_random_networks_follow_the_theory_within_their_band(name, sigma_w):
    depth, width, seeds = 8, 300, tuple(range(12))
    seen = simulate(
        name, depth, width=width, inputs=32, seeds=seeds, sigma_w=sigma_w, coverage=0.98
    )
    expected = random_lengths(name, 1.0, depth, sigma_w=sigma_w).length
    assert (seen.low <= expected).all()
    assert (expected <= seen.high).all()
    assert (seen.low < seen.length).all()
    again = simulate(name, depth, width=width, inputs=32, seeds=seeds, sigma_w=sigma_w)
    np.testing.assert_array_equal(again.length, seen.length)


@pytest.mark.parametrize("name", ["relu", "selu", "elu", "hard_tanh", "celu", "shifted_relu"])
def test_symbolic_and_numeric_gains_agree(name):
    derived, found = initialization(catalog.get(name)), gains(name)
    defaults = catalog.get(name).defaults
    assert float(derived.forward_gain.subs(defaults)) == pytest.approx(found.forward, rel=1e-13)
    assert float(derived.backward_gain.subs(defaults)) == pytest.approx(found.backward, rel=1e-13)


def test_gains_published_by_frameworks_are_near_or_not():
    assert gains("tanh").forward == pytest.approx(1.59254, abs=5e-6)
    assert gains("sigmoid").forward == pytest.approx(1.84623, abs=5e-6)
    assert gains("selu").forward == pytest.approx(1, rel=1e-14)


def test_no_closed_form_names_the_numeric_route():
    with pytest.raises(NotImplementedError, match="moments"):
        initialization(catalog.tanh)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: propagate("relu", 0, 1, 0), "depth must be"),
        (lambda: propagate("relu", 0, 1, 2, tau=-1), "tau must be"),
        (lambda: propagate("relu", 0, -1, 2), "variance"),
        (lambda: simulate("relu", 2, seeds=()), "seeds"),
        (lambda: phase("relu", -1.0, 0.0), "sigma_w"),
        (lambda: gains("relu", 0.0), "length must be positive"),
    ],
)
def test_misuse(call, said):
    with pytest.raises(ValueError, match=said):
        call()
