"""Signal and noise against a nested sample, and the law of total variance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import lambdify

from actmath import catalog
from actmath.derive import harden
from actmath.derive._noise.noisy_unit import Variant, noisy
from actmath.notation import alpha, c, p, s, x, xi
from actmath.numeric._noise.signal_to_noise import SignalToNoise, signal_to_noise

from .by_hand import mean_and_variance, panels

TANH = harden(catalog.tanh)


@pytest.mark.parametrize("variant", list(Variant))
def test_signal_and_noise_add_up_to_the_variance(variant: Variant) -> None:
    unit, n = noisy(TANH, variant), 400_000
    found = signal_to_noise(unit, 0.4, 2.0, mix=0.9, level=5, steepness=1.5)
    random = np.random.default_rng(4)
    inputs, draws = 0.4 + math.sqrt(2) * random.standard_normal(n), random.standard_normal(n)
    values = {alpha: 0.9, c: 5.0, s: 5.0, p: 1.5}
    seen = lambdify((x, xi), unit.phi.subs(values), "numpy")(inputs, draws)
    fourth = np.mean((seen - seen.mean()) ** 4)
    error = 5 * math.sqrt((fourth - seen.var() ** 2) / n)
    assert found.signal + found.noise == pytest.approx(seen.var(), abs=error)


@pytest.mark.parametrize("variant", list(Variant))
def test_noise_alone_from_pairs_at_one_input(variant: Variant) -> None:
    """Two draws at the same x differ by noise only: E(φ − φ′)²/2 is the noise."""
    unit, n = noisy(TANH, variant), 200_000
    found = signal_to_noise(unit, 0.4, 2.0, level=5, steepness=1.5)
    random = np.random.default_rng(8)
    inputs = 0.4 + math.sqrt(2) * random.standard_normal(n)
    phi = lambdify((x, xi), unit.phi.subs({alpha: 1, c: 5.0, s: 5.0, p: 1.5}), "numpy")
    one, two = (phi(inputs, random.standard_normal(n)) for _ in range(2))
    halves = (one - two) ** 2 / 2
    assert found.noise == pytest.approx(halves.mean(), abs=5 * halves.std() / math.sqrt(n))


def test_the_two_ratios_are_square_and_root() -> None:
    found = signal_to_noise(noisy(TANH, "NAN"), level=3)
    assert found.variances == pytest.approx(found.deviations**2)
    assert found.variances != pytest.approx(found.deviations)


def test_louder_noise_drowns_nan_but_not_nah() -> None:
    """Half-normal noise shifts the mean with x, and what shifts with x counts as signal."""
    quiet, loud = (signal_to_noise(noisy(TANH, "NAN"), level=c).variances for c in (10, 1e6))
    assert loud < 1e-6 * quiet
    floors = [signal_to_noise(noisy(TANH, "NAH"), level=c).variances for c in (1e5, 1e7)]
    assert floors[1] == pytest.approx(floors[0], rel=1e-3)
    assert floors[1] > 0.5
    loud_half = signal_to_noise(noisy(TANH, "NAH"), level=1e6)
    assert loud_half.hard / loud_half.noise < 1e-6


def test_variance_of_the_hard_unit_does_not_depend_on_the_noise() -> None:
    draws = np.clip(0.4 + np.random.default_rng(0).standard_normal(400_000), -1, 1)
    found = [signal_to_noise(noisy(TANH, v), 0.4, level=3).hard for v in Variant]
    assert found == pytest.approx([found[0]] * len(found))
    assert found[0] == pytest.approx(draws.var(), abs=5 * draws.std() / math.sqrt(400_000))


def test_a_unit_that_makes_no_noise() -> None:
    still = signal_to_noise(noisy(TANH, "NAN"), 0.0, 1e-6)
    assert still.variances == math.inf


def test_misuse() -> None:
    with pytest.raises(ValueError, match="positive"):
        signal_to_noise(noisy(TANH, "NAN"), variance=0)


@pytest.mark.parametrize("variant", list(Variant))
def test_each_part_is_a_sum_over_the_inputs(variant: Variant) -> None:
    """Var E[φ|x], E Var[φ|x] and Var h of the unit typed by hand, to 9 digits."""
    mean, deviation, mix, level, steep = 0.4, 1.3, 0.8, 2.5, 1.5
    z, weights = panels((np.array([-1.0, 1.0, 0.0]) - mean) / deviation, 8.0)
    at = mean + deviation * z
    means, variances = np.array([mean_and_variance(variant, x, mix, level, steep) for x in at]).T
    hard = np.clip(at, -1, 1)
    wanted = (
        weights @ (means - weights @ means) ** 2,
        weights @ variances,
        weights @ (hard - weights @ hard) ** 2,
    )
    found = signal_to_noise(
        noisy(TANH, variant), mean, deviation**2, mix=mix, level=level, steepness=steep
    )
    assert (found.signal, found.noise, found.hard) == pytest.approx(wanted, rel=1e-9)


def test_a_standard_input_and_noise_of_size_one_are_meant_if_nothing_is_said() -> None:
    one, said = (signal_to_noise(noisy(TANH, "NANI"), *given) for given in ((), (0.0, 1.0)))
    assert one == said == signal_to_noise(noisy(TANH, "NANI"), mix=1, level=1, steepness=1)
    # E clip(z, −1, 1)² = 1 − 2φ(1), of mean 0.
    assert one.hard == pytest.approx(1 - 2 * math.exp(-0.5) / math.sqrt(2 * math.pi), rel=1e-12)


def test_without_noise_the_ratios_are_infinite_and_else_those_of_the_parts() -> None:
    assert SignalToNoise(0.0, 0.0, 1.0).deviations == math.inf
    half = SignalToNoise(1.0, 4.0, 9.0)
    assert (half.variances, half.deviations) == (0.25, 0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"variance": 0.0}, "variance and level must be positive, got 0.0 and 1.0"),
        ({"variance": -1.0}, "variance and level must be positive, got -1.0 and 1.0"),
        ({"level": 0.0}, "variance and level must be positive, got 1.0 and 0.0"),
        ({"level": -2}, "variance and level must be positive, got 1.0 and -2"),
        ({"mean": math.inf}, "mean must be finite"),
        ({"variance": math.nan}, "variance must be finite"),
        ({"steepness": math.nan}, "steepness must be finite"),
    ],
)
def test_what_is_refused_is_named(given: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        signal_to_noise(noisy(TANH, "NAN"), **given)


def test_the_smallest_variance_and_level_are_taken() -> None:
    found = signal_to_noise(noisy(TANH, "NAN"), 0.5, 1e-12, level=5e-324)
    assert found.signal == pytest.approx(1e-12, rel=1e-3, abs=0)
    with pytest.raises(TypeError, match=r"derive\.noisy\(hardened, variant\) makes one"):
        signal_to_noise(TANH)  # type: ignore[arg-type]
