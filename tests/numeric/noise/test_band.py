"""Curves of noisy units: finite everywhere, and the draws are what the band says."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.derive import harden
from actmath.derive._noise.noisy_unit import Variant, noisy
from actmath.numeric._noise.band import noise_band

from .by_hand import mean_and_variance, phi

UNITS = [harden(catalog.tanh), harden(catalog.sigmoid), harden(catalog.softplus)]


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("hardened", UNITS)
def test_draws_lie_around_the_mean(variant: Variant, hardened: object) -> None:
    n = 4000
    band = noise_band(
        noisy(hardened, variant), mix=0.9, level=6, steepness=2, points=81, draws=n, seed=3
    )
    assert np.isfinite(band.mean).all()
    assert np.isfinite(band.deviation).all()
    error = 6 * band.deviation / np.sqrt(n) + 1e-9
    assert (np.abs(band.draws.mean(axis=0) - band.mean) <= error).all()
    np.testing.assert_allclose(band.draws.std(axis=0), band.deviation, rtol=0.2, atol=0.01)


def test_without_noise_all_curves_are_the_hard_unit() -> None:
    band = noise_band(noisy(UNITS[0], "NAN"), level=0, points=33, draws=2)
    assert np.array_equal(band.hard, np.clip(band.x, -1, 1))
    assert np.array_equal(band.mean, band.hard)
    assert not band.deviation.any()
    assert np.array_equal(band.draws[1], band.hard)


@pytest.mark.parametrize("mix", [0.75, 1.0, 1.25])
@pytest.mark.parametrize("variant", list(Variant))
def test_every_curve_is_that_of_the_unit_typed_by_hand(variant: Variant, mix: float) -> None:
    """At the thresholds too, which are saturated: there the noise of NANIS is on."""
    level, steep = 3.0, 1.5
    found = noise_band(
        noisy(UNITS[0], variant),
        mix=mix,
        level=level,
        steepness=steep,
        low=-2.0,
        high=3.0,
        points=11,
        draws=3,
        seed=5,
    )
    assert found.name == variant
    np.testing.assert_array_equal(found.x, np.arange(-2, 3.5, 0.5))
    np.testing.assert_array_equal(found.hard, np.clip(found.x, -1, 1))
    wanted = np.array([mean_and_variance(variant, at, mix, level, steep) for at in found.x]).T
    np.testing.assert_allclose(found.mean, wanted[0], atol=1e-12)
    np.testing.assert_allclose(found.deviation**2, wanted[1], atol=1e-12)
    # Fresh noise for each point and each row.
    noise = np.random.default_rng(5).standard_normal((3, 11))
    drawn = phi(variant, found.x, noise, mix, level, steep)
    np.testing.assert_allclose(found.draws, drawn, atol=1e-12)


def test_what_a_band_is_if_nothing_is_said() -> None:
    """α, c and p are 1, of 401 points from −4 to 4, and nothing is drawn."""
    plain = noise_band(noisy(UNITS[0], "NAH"))
    np.testing.assert_allclose(plain.x, np.arange(-200, 201) / 50, atol=1e-14)
    assert plain.draws.shape == (0, 401)
    mean, variance = mean_and_variance(Variant.NAH, -2.5, 1.0, 1.0, 1.0)
    assert plain.x[75] == -2.5
    assert plain.mean[75] == pytest.approx(mean, rel=1e-12)
    assert plain.deviation[75] == pytest.approx(variance**0.5, rel=1e-9)
    assert noise_band(noisy(UNITS[0], "NAN"), points=1).x.tolist() == [-4]
    one, again, other = (
        noise_band(noisy(UNITS[0], "NAN"), points=2, draws=1, seed=seed).draws for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"points": 0}, "points must be an integer of at least 1, got 0"),
        ({"draws": -1}, "draws must be an integer of at least 0, got -1"),
        ({"level": np.nan}, "level must be finite"),
        ({"mix": np.inf}, "mix must be finite"),
        ({"steepness": -np.inf}, "steepness must be finite"),
        ({"low": np.inf}, "low must be finite"),
        ({"high": np.nan}, "high must be finite"),
    ],
)
def test_misuse_is_said(given: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        noise_band(noisy(UNITS[0], "NAN"), **given)  # type: ignore[arg-type]


def test_what_is_no_noisy_unit_is_told_how_one_is_had() -> None:
    with pytest.raises(TypeError, match=r"derive\.noisy\(hardened, variant\) makes one"):
        noise_band(UNITS[0])  # type: ignore[arg-type]
