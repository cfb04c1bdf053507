"""Propagation through depth, and random networks that do the same."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation
from actmath.numeric import random_lengths, simulate
from actmath.numeric._depth.propagate import check_square, checked_spreads, propagate
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


def test_a_line_keeps_its_mean_and_variance_but_for_the_weights():
    """Layer by layer omega and tau; a gradient passes the layers after its own."""
    mean, variance = np.array([[0.5], [-2.0]]), np.array([0.0, 1.0, 3.0])
    found = propagate("identity", mean, variance, 4, omega=-0.5, tau=1.25)
    assert found.mean.shape == found.variance.shape == found.gradient.shape == (5, 2, 3)
    layer = np.arange(5)[:, None, None]
    np.testing.assert_allclose(found.mean, (-0.5) ** layer * mean + 0 * variance, atol=1e-15)
    np.testing.assert_allclose(found.variance, 1.25**layer * variance + 0 * mean, rtol=1e-14)
    np.testing.assert_allclose(found.gradient, 1.25 ** (4 - layer) + 0 * found.mean, rtol=1e-14)
    # If nothing is said the weights add up to 0, and their squares to 1.
    assert propagate("identity", 3.0, 2.0, 1).mean.tolist() == [3, 0]
    assert propagate("identity", 3.0, 2.0, 1).variance.tolist() == pytest.approx([2, 2])


def test_lengths_and_gradients_of_a_rectifier_are_geometric():
    """q goes to w²q/2 + b², and a layer multiplies a gradient's mean square by w²/2."""
    w, b, square = 1.2, 0.3, np.array([[0.5], [4.0]])
    found = random_lengths("relu", square, 5, sigma_w=w, sigma_b=b)
    lengths = [w * w * square + b * b]
    for _ in range(4):
        lengths.append(w * w * lengths[-1] / 2 + b * b)
    np.testing.assert_allclose(found.length, lengths, rtol=1e-13)
    assert found.gradient.shape == (5, 2, 1)
    np.testing.assert_allclose(found.gradient[:, 1, 0], (w * w / 2) ** np.arange(4, -1, -1))
    plain = random_lengths("relu", 2.0, 2)
    assert plain.length.tolist() == pytest.approx([2, 1])
    assert random_lengths("relu", 2.0, 1, sigma_w=3).gradient.tolist() == [1]


def test_spreads_are_finite_from_0_on_and_have_squares():
    assert checked_spreads(0, 1e154) == (0.0, 1e154)
    assert all(isinstance(value, float) for value in checked_spreads(1, 2))
    for given, name, got in (
        ((-5e-324, 1), "sigma_w", "-5e-324"),
        ((1, np.inf), "sigma_b", "inf"),
        ((np.nan, 1), "sigma_w", "nan"),
    ):
        with pytest.raises(ValueError, match=f"{name} must be finite and not negative, got {got}"):
            checked_spreads(*given)
    with pytest.raises(ValueError, match=r"sigma_b must have a square that a float holds, got 2e"):
        checked_spreads(1, 2e154)
    check_square(np.array([[1e154], [-1e154]]), "w")
    with pytest.raises(ValueError, match=r"w must have a square that a float holds, got 3e\+154"):
        check_square([1.0, -3e154, 4e155], "w")


def test_quantiles_are_those_of_the_networks_one_by_one():
    settings = {"width": 5, "inputs": 3, "sigma_b": 0.4, "mean": 0.5, "variance": 2.0}
    seeds = (3, 0, 11, 4, 5)
    found = simulate("tanh", 3, seeds=seeds, coverage=0.6, **settings)
    single = [simulate("tanh", 3, seeds=[seed], **settings) for seed in seeds]
    lengths = np.array([each.length for each in single])
    for column, share in ((found.low, 0.2), (found.length, 0.5), (found.high, 0.8)):
        np.testing.assert_allclose(column, np.quantile(lengths, share, axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.mean, np.median([each.mean for each in single], axis=0))
    np.testing.assert_allclose(
        found.variance, np.median([each.variance for each in single], axis=0)
    )
    assert (found.width, found.seeds, found.coverage) == (5, seeds, 0.6)


def test_outputs_have_the_mean_and_variance_that_is_said():
    """Of a line the length is variance + mean², network by network; of a constant the bias's."""
    line = simulate("identity", 4, width=7, inputs=9, seeds=[2], sigma_w=0.9, sigma_b=0.3)
    np.testing.assert_allclose(line.length, line.variance + line.mean**2, rtol=1e-12)
    np.testing.assert_array_equal(line.low, line.high)
    two = simulate(Activation("two", 2), 3, width=400, inputs=2, seeds=[1], sigma_w=0.0, sigma_b=3)
    assert two.mean.tolist() == [2, 2, 2]
    assert two.variance.tolist() == [0, 0, 0]
    np.testing.assert_allclose(two.length, 9, rtol=0.3)


def test_inputs_and_weights_have_the_variance_that_is_said():
    """The length of the first layer is w²(m² + v) + b², then w²q + b², of a line."""
    given = {"sigma_w": 0.8, "sigma_b": 0.5, "mean": 1.5, "variance": 4.0}
    found = simulate("identity", 2, width=300, inputs=60, seeds=range(5), **given)
    first = 0.64 * (2.25 + 4) + 0.25
    np.testing.assert_allclose(found.length, [first, 0.64 * first + 0.25], rtol=0.1)
    still = simulate("identity", 1, width=300, inputs=4, seeds=range(5), mean=2.0, variance=0)
    assert still.length[0] == pytest.approx(4, rel=0.2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: propagate("relu", 0, 1, 2, tau=0), "tau must be positive and finite, got 0"),
        (lambda: propagate("relu", 0, 1, 2, tau=np.inf), "tau must be finite"),
        (lambda: propagate("relu", 0, 1, 2, omega=np.nan), "omega must be finite"),
        (lambda: random_lengths("relu", 1, 0), "depth must be an integer of at least 1"),
        (lambda: simulate("relu", 0), "depth must be an integer of at least 1"),
        (lambda: simulate("relu", 1, width=0), "width must be an integer of at least 1"),
        (lambda: simulate("relu", 1, inputs=0), "inputs must be an integer of at least 1"),
        (lambda: simulate("relu", 1, coverage=0), r"coverage must lie in \(0, 1\), got 0"),
        (lambda: simulate("relu", 1, coverage=1), r"coverage must lie in \(0, 1\), got 1"),
        (lambda: simulate("relu", 1, mean=np.inf), r"mean and variance must .* got \(inf, 1"),
        (lambda: simulate("relu", 1, variance=-1), r"the one not negative, got \(0.0, -1"),
        (lambda: simulate("relu", 1, variance=np.nan), "mean and variance must be finite"),
    ],
    ids=range(12),
)
def test_what_cannot_be_asked_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
