"""The flow of mean and variance: steps, orbits, and a density pushed through a unit."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.number import mp
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing.flow import ScaledUnit, flow, orbit, output_density


def test_flow_is_the_step_at_every_point():
    unit = ScaledUnit(catalog.elu, 1.5, -0.2)
    field = flow(unit, [-1, 0, 1], [0.5, 2], omega=0.5, tau=1.5)
    at = quadrature.expectations(catalog.elu, mp.mpf(1) / 2, mp.mpf(3))
    mean, variance = 1.5 * (at[0] - 0.2), 1.5**2 * (at[1] - at[0] ** 2)
    assert field.to_means[1, 2] == pytest.approx(float(mean))
    assert field.to_variances[1, 2] == pytest.approx(float(variance))
    assert field.landing.shape == (0, 2)


def test_with_balanced_weights_every_step_lands_on_one_curve():
    field = flow(ScaledUnit(catalog.relu), [-1, 1], [0.5, 2])
    assert np.ptp(field.to_means, axis=1) == pytest.approx(0)
    assert field.landing[[0, -1]] == pytest.approx(
        np.stack([field.to_means[:, 0], field.to_variances[:, 0]], axis=-1)
    )


def test_orbits_stop_when_the_variance_is_gone():
    path = orbit(ScaledUnit(catalog.sigmoid), (0.0, 1.0), layers=50)
    assert 2 < len(path) < 50
    assert path[-1, 1] < 1e-12 < path[-2, 1]


def test_push_conserves_probability_and_finds_the_moments():
    found = output_density(ScaledUnit(catalog.selu), 0.5, 2.0)
    y, density = found.after.x, found.after.y
    assert np.trapezoid(density, y) == pytest.approx(1, abs=1e-3)
    mean = np.trapezoid(y * density, y)
    assert mean == pytest.approx(found.outputs[0], abs=2e-3)
    assert np.trapezoid((y - mean) ** 2 * density, y) == pytest.approx(found.outputs[1], abs=5e-3)


def test_push_refuses_a_unit_that_is_flat():
    with pytest.raises(ValueError, match="does not increase"):
        output_density(ScaledUnit(catalog.relu))
