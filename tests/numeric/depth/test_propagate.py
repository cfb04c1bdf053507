"""Propagation through depth, and random networks that do the same."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.numeric import random_lengths, simulate
from actmath.numeric._depth.propagate import propagate
from actmath.numeric._gaussian.evaluate import gaussian


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


def test_a_mean_is_forgotten_where_no_omega_is_given():
    one = gaussian("elu", 0.0, 2.0)
    assert propagate("elu", 0.3, 2.0, 1).mean[-1] == one.mean


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


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: propagate("relu", 0, 1, 0), "depth must be"),
        (lambda: propagate("relu", 0, 1, 2, tau=-1), "tau must be"),
        (lambda: propagate("relu", 0, -1, 2), "variance"),
        (lambda: simulate("relu", 2, seeds=()), "seeds"),
    ],
)
def test_misuse(call, said):
    with pytest.raises(ValueError, match=said):
        call()
