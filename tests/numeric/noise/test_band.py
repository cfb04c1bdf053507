"""Curves of noisy units: finite everywhere, and the draws are what the band says."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.derive import harden
from actmath.derive._noise.noisy_unit import Variant, noisy
from actmath.numeric._noise.band import noise_band

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
