"""Random networks agree with the theory of infinite width, forwards and backwards."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.numeric import phase, random_lengths
from actmath.numeric._depth.random_network import (
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
