"""SIREN's own networks, drawn, beside the lengths of infinite width."""

from __future__ import annotations

import numpy as np
import pytest

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
