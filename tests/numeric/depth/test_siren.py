"""SIREN's own networks, drawn, beside the lengths of infinite width."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from actmath.derive import sine_layers, turning_of_uniform
from actmath.numeric import simulate_siren


@pytest.mark.parametrize("biases", [False, True])
def test_networks_do_what_is_derived_of_lengths_and_gradients(biases: bool) -> None:
    width, depth = 128, 8
    found = simulate_siren(depth, width=width, biases=biases, inputs=32, seeds=range(12))
    bound = 30 / width**0.5 if biases else 0
    rule = sine_layers(2, turning_of_uniform(bound))
    growth = (found.gradient.middle[1] / found.gradient.middle[-1]) ** (1 / (depth - 2))
    assert growth == pytest.approx(float(rule.gradient_there), rel=0.02)
    # Behind the first layer, whose sines are spread evenly, the length is 1; a bias adds its own.
    predicted = np.array(rule.lengths(1.0, depth - 1)) + bound**2 / 3
    inside = (found.length.low[1:] < predicted) & (predicted < found.length.high[1:])
    assert np.mean(inside) > 0.5


def test_the_frequency_leaves_hidden_layers_as_they_are() -> None:
    slow, fast = (simulate_siren(4, width=64, omega_0=w, seeds=range(3)) for w in (40.0, 80.0))
    assert slow.length.middle[-1] == pytest.approx(fast.length.middle[-1], rel=0.2)
    assert fast.length.middle[0] == pytest.approx(4 * slow.length.middle[0])


def test_one_layer_of_one_sine_is_a_network() -> None:
    """Its argument is ω₀·w·x with w and x uniform on ±1: of mean square ω₀²/9."""
    found = simulate_siren(1, width=1, coordinates=1, inputs=1, omega_0=3.0, seeds=range(2000))
    assert found.length.middle.shape == (1,)
    assert found.length.high[0] <= 9


@pytest.mark.parametrize(
    "given",
    [
        *({"depth": 0}, {"coordinates": 0}, {"omega_0": 0.0}, {"omega_0": np.inf}),
        *({"seeds": ()}, {"coverage": 1.0}),
    ],
)
def test_misuse_is_a_sentence(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        simulate_siren(**{"depth": 2, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [{"depth": 2.5}, {"width": True}, {"inputs": "3"}])
def test_a_count_that_is_no_integer_is_a_sentence(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="must be an integer, got"):
        simulate_siren(**{"depth": 2, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("biases", [False, True])
def test_each_layer_is_the_authors_by_autograd(biases: bool) -> None:
    """The same draws in a network of tensors: arguments, and the gradient that comes back."""
    depth, width, coordinates, inputs, omega = 4, 6, 3, 5, 7.0
    rng = np.random.default_rng(9)
    signal = torch.tensor(rng.uniform(-1, 1, (coordinates, inputs)))
    nets = []
    for layer in range(depth):
        fan = width if layer else coordinates
        end = np.sqrt(6 / width) / omega if layer else 1 / coordinates
        net = torch.tensor(rng.uniform(-end, end, (width, fan))) @ signal
        if biases:
            net = net + torch.tensor(rng.uniform(-1, 1, (width, 1)) / fan**0.5)
        nets.append((omega * net).requires_grad_())
        signal = torch.sin(nets[-1])
    above = torch.tensor(rng.normal(size=(width, inputs)))
    gradients = torch.autograd.grad(nets[-1], nets, above)
    found = simulate_siren(
        depth,
        width=width,
        coordinates=coordinates,
        omega_0=omega,
        biases=biases,
        inputs=inputs,
        seeds=[9],
    )
    lengths = [float((net.detach() ** 2).mean()) for net in nets]
    np.testing.assert_allclose(found.length.middle, lengths, rtol=1e-12)
    squares = [float((gradient**2).mean()) for gradient in gradients]
    np.testing.assert_allclose(found.gradient.middle, squares, rtol=1e-12)


def test_quantiles_are_those_of_the_networks_one_by_one() -> None:
    seeds = (4, 0, 7, 2, 9)
    found = simulate_siren(3, width=4, inputs=2, seeds=seeds, coverage=0.5)
    single = [simulate_siren(3, width=4, inputs=2, seeds=[seed]) for seed in seeds]
    for side in ("length", "gradient"):
        spread, runs = getattr(found, side), [getattr(one, side).middle for one in single]
        for column, share in ((spread.low, 0.25), (spread.middle, 0.5), (spread.high, 0.75)):
            np.testing.assert_allclose(column, np.quantile(runs, share, axis=0), rtol=1e-12)
        assert (spread.width, spread.seeds, spread.coverage) == (4, seeds, 0.5)


def test_points_and_first_weights_span_the_domain() -> None:
    """ω₀·Σ w·x of d terms, each of variance 1/3 and 1/3d²: of mean square ω₀²/9d."""
    found = simulate_siren(1, width=900, coordinates=4, omega_0=6.0, inputs=400, seeds=range(3))
    assert found.length.middle[0] == pytest.approx(36 / 36, rel=0.1)
    with pytest.raises(ValueError, match="omega_0 must be positive and finite, got -1"):
        simulate_siren(1, omega_0=-1)
    with pytest.raises(ValueError, match="width must be an integer of at least 1, got 0"):
        simulate_siren(1, width=0)
    with pytest.raises(ValueError, match="inputs must be an integer of at least 1, got 0"):
        simulate_siren(1, inputs=0)
