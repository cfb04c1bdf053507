"""Random networks agree with the theory of infinite width, forwards and backwards."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation
from actmath.numeric import phase, random_lengths
from actmath.numeric._depth.random_network import (
    _cosine,
    _layers,
    _pair,
    _principal_plane,
    random_correlations,
    send_circle,
    simulate_correlation,
    simulate_gradient,
)

TANH = {"sigma_w": 1.5, "sigma_b": 0.3}


def test_correlations_iterate_the_arc_cosine_kernel() -> None:
    found = random_correlations("relu", 0.2, 4, sigma_w=2**0.5)
    c = [0.2]
    for _ in range(3):
        angle = np.arccos(c[-1])
        c.append((np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi)
    np.testing.assert_allclose(found, c, rtol=1e-13)


def test_correlations_of_a_linear_network_change_only_by_the_bias() -> None:
    """With the identity, q and q·c both gain sigma_b² a layer."""
    found = random_correlations("identity", 0.5, 3, sigma_w=1.0, sigma_b=0.4)
    layer = np.arange(1, 4)
    np.testing.assert_allclose(found, (0.5 + 0.16 * layer) / (1 + 0.16 * layer), rtol=1e-13)


def test_near_inputs_separate_at_the_rate_chi() -> None:
    at = phase("tanh", 1.5, 0.3)
    gap = 1 - random_correlations("tanh", 1 - 1e-8, 30, **TANH)
    assert gap[-1] / gap[-2] == pytest.approx(float(at.chi), rel=1e-4)


@pytest.mark.parametrize(("name", "sigma"), [("tanh", TANH), ("selu", {"sigma_w": 0.75})])
def test_pairs_follow_the_correlation_map_within_their_band(name, sigma) -> None:
    seen = simulate_correlation(
        name, 0.6, 8, width=400, seeds=tuple(range(16)), coverage=0.98, **sigma
    )
    expected = random_correlations(name, 0.6, 8, **sigma)
    assert ((seen.low <= expected) & (expected <= seen.high)).all()
    assert (seen.low < seen.middle).all()
    assert (seen.high - seen.low < 0.4).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sigma"), [("tanh", TANH), ("selu", {"sigma_w": 1.0}), ("relu", {"sigma_w": 2**0.5})]
)
def test_gradients_follow_the_product_of_slopes_within_their_band(name, sigma) -> None:
    settings = {"width": 300, "seeds": tuple(range(16)), "coverage": 0.98}
    seen = simulate_gradient(name, 8, **settings, **sigma)
    expected = random_lengths(name, 1.0, 8, **sigma).gradient
    assert ((seen.low <= expected) & (expected <= seen.high)).all()
    assert (seen.high < 3 * seen.low).all()
    again = simulate_gradient(name, 8, **settings, **sigma)
    np.testing.assert_array_equal(seen.middle, again.middle)


def test_gradient_of_a_linear_network_is_exact_on_average() -> None:
    seen = simulate_gradient("identity", 2, width=300, seeds=range(30), sigma_w=2.0)
    assert seen.middle[0] == pytest.approx(4.0, rel=0.02)
    assert seen.middle[1] == pytest.approx(1.0, rel=0.02)


def test_circle_stays_a_circle_without_a_bend_and_shrinks_in_the_ordered_phase() -> None:
    straight = send_circle("identity", (1, 3), sigma_w=1.0, sigma_b=0.0, width=50, points=73)
    np.testing.assert_allclose(straight.correlation[0], np.cos(2 * np.pi * 30 / 72), rtol=1e-1)
    assert straight.plane.shape == (2, 73, 2)
    np.testing.assert_allclose(straight.share, 1.0, rtol=1e-12)
    np.testing.assert_allclose(straight.plane[:, 0], straight.plane[:, -1], atol=1e-10)
    ordered = send_circle("tanh", (1, 12), sigma_w=0.9, sigma_b=0.3)
    size = np.abs(ordered.plane).max(axis=(1, 2))
    assert size[1] < 0.3 * size[0]
    chaotic = send_circle("tanh", (1, 12), sigma_w=2.5, sigma_b=0.3)
    assert chaotic.share[1] < 0.5 < chaotic.share[0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: simulate_gradient("relu", 0), "depth"),
        (lambda: simulate_gradient("relu", 2, inputs=0), "inputs"),
        (lambda: simulate_correlation("relu", 0.5, 2, seeds=()), "seeds"),
        (lambda: simulate_correlation("relu", 1.5, 2), "correlation"),
        (lambda: send_circle("relu", (), sigma_w=1, sigma_b=0), "layers"),
        (lambda: random_correlations("relu", 0.5, 0), "depth"),
    ],
)
def test_misuse(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_layers_are_the_weights_of_the_signal_and_a_bias_for_each_unit() -> None:
    signal = np.random.default_rng(1).normal(size=(300, 3))
    layers = list(_layers(np.tanh, np.random.default_rng(2), signal, 3, 1.5, 0.4))
    assert len(layers) == 3
    for weights, net in layers:
        assert weights.std() * 300**0.5 == pytest.approx(1.5, rel=0.02)
        bias = net - weights @ signal
        np.testing.assert_allclose(bias, bias[:, :1] + 0 * bias, atol=1e-12)
        assert bias[:, 0].std() == pytest.approx(0.4, rel=0.2)
        signal = np.tanh(net)


@pytest.mark.parametrize("correlation", [-1.0, -0.3, 0.0, 0.8, 1.0])
@pytest.mark.parametrize("width", [2, 7])
def test_a_pair_has_mean_squares_1_and_its_correlation(width: int, correlation: float) -> None:
    pair = _pair(np.random.default_rng(3), width, correlation)
    assert pair.shape == (width, 2)
    np.testing.assert_allclose((pair**2).mean(axis=0), 1, rtol=1e-13)
    assert pair[:, 0] @ pair[:, 1] / width == pytest.approx(correlation, abs=1e-14)
    assert _cosine(pair * [2.0, 0.1]) == pytest.approx(correlation, abs=1e-14)


def test_the_plane_holds_the_two_largest_directions() -> None:
    """Against the eigenvalues of the covariance of points of mean square length 1."""
    net = np.random.default_rng(4).normal(size=(5, 9)) * [[3], [1], [2], [0.5], [0.1]] + 1
    plane, held = _principal_plane(net)
    scaled = net / np.sqrt((net**2).sum(axis=0).mean())
    centred = scaled - scaled.mean(axis=1, keepdims=True)
    sizes = np.sort(np.linalg.eigvalsh(centred @ centred.T))[::-1]
    assert plane.shape == (9, 2)
    np.testing.assert_allclose(plane.T @ plane, np.diag(sizes[:2]), atol=1e-12)
    np.testing.assert_allclose(plane.mean(axis=0), 0, atol=1e-13)
    assert held == pytest.approx(sizes[:2].sum() / sizes.sum(), rel=1e-12)


def test_correlations_follow_lengths_that_move() -> None:
    """Of a rectifier covariances go to w²·√(q₁q₂)·κ(c)/2 + b² with κ of the arc-cosine kernel."""
    w, b, square, c = 1.7, 0.6, 2.5, -0.4
    found = random_correlations("relu", c, 5, square=square, sigma_w=w, sigma_b=b)
    q, k = w * w * square + b * b, w * w * square * c + b * b
    for seen in found:
        assert seen == pytest.approx(k / q, rel=1e-12)
        angle = np.arccos(k / q)
        kappa = (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi
        q, k = w * w * q / 2 + b * b, w * w * q * kappa / 2 + b * b


def test_the_ends_of_correlations_and_an_input_of_0() -> None:
    assert random_correlations("tanh", -1, 3).tolist() == [-1, pytest.approx(-1), pytest.approx(-1)]
    assert random_correlations("identity", 1.0, 2).tolist() == pytest.approx([1, 1])
    # With a bias alone both sums are that bias.
    assert random_correlations("tanh", 0.5, 1, square=0, sigma_b=0.1).tolist() == [1]
    with pytest.raises(ValueError, match="mean square 0 without a bias have no correlation"):
        random_correlations("tanh", 0.5, 2, square=0.0)
    for bad in (-1.0000001, 1.0000001, np.nan):
        with pytest.raises(ValueError, match=f"correlation must lie from −1 to 1, got {bad}"):
            random_correlations("tanh", bad, 1)


def test_quantiles_are_those_of_the_networks_one_by_one() -> None:
    seeds = (5, 1, 8, 0, 3)
    for call in (
        lambda **given: simulate_correlation("tanh", 0.3, 3, width=6, **TANH, **given),
        lambda **given: simulate_gradient("tanh", 3, width=6, inputs=2, **TANH, **given),
    ):
        found = call(seeds=seeds, coverage=0.5)
        runs = [call(seeds=[seed]).middle for seed in seeds]
        for column, share in ((found.low, 0.25), (found.middle, 0.5), (found.high, 0.75)):
            np.testing.assert_allclose(column, np.quantile(runs, share, axis=0), rtol=1e-12)
        assert (found.width, found.seeds, found.coverage) == (6, seeds, 0.5)


def test_equal_inputs_stay_equal_and_a_bias_alone_makes_all_equal() -> None:
    same = simulate_correlation("tanh", 1, 3, width=5, seeds=[1])
    np.testing.assert_allclose(same.middle, 1, rtol=1e-12)
    opposite = simulate_correlation("tanh", -1, 3, width=5, seeds=[1])
    np.testing.assert_allclose(opposite.middle, -1, rtol=1e-12)
    alone = simulate_correlation("tanh", 0.0, 2, width=5, seeds=[1], sigma_w=0, sigma_b=1)
    np.testing.assert_allclose(alone.middle, 1, rtol=1e-12)


def test_a_gradient_passes_the_layers_after_its_own() -> None:
    """Each multiplies its mean square by w²·slope², here (3w)² = 36/25."""
    unit = Activation("steep", "3*x")
    seen = simulate_gradient(unit, 4, width=400, inputs=20, seeds=range(5), sigma_w=0.4)
    np.testing.assert_allclose(seen.middle, 1.44 ** np.arange(3, -1, -1), rtol=0.1)
    alone = simulate_gradient(unit, 1, width=400, inputs=20, seeds=range(5))
    np.testing.assert_allclose(alone.middle, 1, rtol=0.05)


def test_a_circle_is_seen_in_the_layers_that_are_named_in_their_order() -> None:
    settings = {"sigma_w": 1.5, "sigma_b": 0.3, "width": 60, "points": 25, "neighbour": 6}
    one, two = (send_circle("tanh", rows, **settings) for rows in ((1, 3), (3, 1, 3)))
    assert (one.layers, two.layers, one.neighbour) == ((1, 3), (3, 1, 3), 6)
    for column in ("plane", "share", "correlation"):
        first, last = getattr(one, column)
        np.testing.assert_allclose(getattr(two, column), [last, first, last], atol=1e-12)
    other = send_circle("tanh", (1, 3), seed=1, **settings)
    assert not np.allclose(other.correlation, one.correlation)
    # The first point and the last one are one.
    for neighbour in (0, 24):
        same = send_circle("tanh", [2], **(settings | {"neighbour": neighbour}))
        assert same.correlation[0] == pytest.approx(1, rel=1e-12)


def test_neighbours_on_a_circle_follow_the_theory() -> None:
    """The default neighbour is 30 of 720 steps away: 15 degrees."""
    found = send_circle("tanh", (1, 2, 4), sigma_w=2.0, sigma_b=0.3)
    wanted = random_correlations("tanh", np.cos(np.pi / 12), 4, sigma_w=2.0, sigma_b=0.3)
    np.testing.assert_allclose(found.correlation, wanted[[0, 1, 3]], atol=0.12)
    assert found.plane.shape == (3, 721, 2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: send_circle("relu", (), sigma_w=1, sigma_b=0), "at least one layer from 1 on"),
        (lambda: send_circle("relu", (1, 0), sigma_w=1, sigma_b=0), "each of layers must be an"),
        (
            lambda: send_circle("relu", [1], sigma_w=1, sigma_b=0, width=1),
            "width must be an integer of at least 2, got 1",
        ),
        (
            lambda: send_circle("relu", [1], sigma_w=1, sigma_b=0, points=30),
            "neighbour must be an integer of at most 29, got 30",
        ),
        (
            lambda: send_circle("relu", [1], sigma_w=1, sigma_b=0, neighbour=-1),
            "neighbour must be an integer of at least 0, got -1",
        ),
        (lambda: simulate_correlation("relu", 0.5, 0), "depth must be an integer of at least 1"),
        (lambda: simulate_correlation("relu", 0.5, 1, width=1), "width must be an integer of at l"),
        (lambda: simulate_gradient("relu", 1, width=0), "width must be an integer of at least 1"),
        (lambda: simulate_gradient("relu", 1, coverage=1.0), "coverage must lie in"),
        (lambda: simulate_gradient("relu", 1, sigma_b=-1), "sigma_b must be finite"),
    ],
    ids=range(10),
)
def test_what_cannot_be_asked_is_said(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()
