"""Landscapes, their smoothings, and what annealed noise does on each of them."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.numeric._noise.annealing import HardClip, NoisePlace, descend, share, success_by_level
from actmath.numeric._noise.landscapes import LANDSCAPES, NEEDLE, PICTURE, RIPPLES, WELLS, Landscape
from actmath.numeric._noise.schedules import ConstantSchedule, InverseRoot


@pytest.mark.parametrize("scape", LANDSCAPES, ids=lambda scape: scape.name)
def test_smoothed_value_is_the_mean_over_noise(scape: Landscape) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    mesh = np.stack(np.meshgrid(*[nodes] * scape.dimension, indexing="ij"), axis=-1)
    mass = weights if scape.dimension == 1 else np.outer(weights, weights)
    at = np.array([0.7, -0.4][: scape.dimension])
    expected = (mass * scape.value(at + 0.6 * mesh)).sum() / mass.sum()
    assert float(scape.value(at, 0.6)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("scape", LANDSCAPES, ids=lambda scape: scape.name)
@pytest.mark.parametrize("deviation", [0.0, 0.8])
def test_gradient_is_the_slope_of_the_value(scape: Landscape, deviation: float) -> None:
    points = scape.starts(20, 3)
    slopes = scape.gradient(points, deviation)
    assert slopes.shape == points.shape
    for axis in range(scape.dimension):
        step = np.zeros(scape.dimension)
        step[axis] = 1e-5
        rise = scape.value(points + step, deviation) - scape.value(points - step, deviation)
        assert slopes[:, axis] == pytest.approx(rise / 2e-5, abs=1e-6)


@pytest.mark.parametrize("scape", LANDSCAPES, ids=lambda scape: scape.name)
def test_nothing_in_the_box_is_lower_than_the_minimum(scape: Landscape) -> None:
    assert (scape.excess(scape.starts(50_000, 9)) > -1e-9).all()
    assert np.abs(scape.gradient(scape.minimum)).max() < 1e-6


@pytest.mark.parametrize("scape", [PICTURE, RIPPLES, WELLS], ids=lambda scape: scape.name)
def test_annealing_escapes_minima_that_hold_plain_descent(scape: Landscape) -> None:
    plain = descend(scape, runs=300, steps=800).success
    annealed = descend(scape, "perturbed", InverseRoot(2, every=8), runs=300, steps=800).success
    assert annealed.low > plain.high


def test_annealing_loses_a_narrow_minimum_that_plain_descent_finds() -> None:
    plain = descend(NEEDLE, runs=300, steps=800).success
    annealed = descend(NEEDLE, "perturbed", InverseRoot(2, every=8), runs=300, steps=800).success
    assert annealed.high < plain.low


def test_fixed_noise_never_comes_to_rest() -> None:
    fixed = descend(PICTURE, "perturbed", ConstantSchedule(2.0), runs=300, steps=800)
    annealed = descend(PICTURE, "perturbed", InverseRoot(2, every=8), runs=300, steps=800)
    assert fixed.success.high < annealed.success.low


def test_noise_in_the_unit_frees_saturated_weights_and_no_others() -> None:
    clip, schedule = HardClip(3.0, 3.0), InverseRoot(30, every=8)
    stuck = descend(PICTURE, runs=300, steps=800, clip=clip)
    freed = descend(PICTURE, "activated", schedule, runs=300, steps=800, clip=clip)
    unclipped = descend(PICTURE, runs=300, steps=800)
    assert stuck.success.high < freed.success.low
    assert freed.success.rate == pytest.approx(unclipped.success.rate, abs=0.03)
    outside = np.abs(stuck.starts[:, 0]) > 3
    assert np.array_equal(stuck.ends[outside], stuck.starts[outside])


def test_activated_slope_is_the_derivative_of_the_sample() -> None:
    clip, random = HardClip(1.5, 2.0), np.random.default_rng(0)
    w, xi = random.uniform(-4, 4, 500), random.standard_normal(500)
    w = w[(away := np.abs(np.abs(w) - 1.5) > 1e-3)]
    up, down = (clip.sample(w + step, xi[away], 5.0)[0] for step in (1e-6, -1e-6))
    assert clip.sample(w, xi[away], 5.0)[1] == pytest.approx((up - down) / 2e-6, abs=1e-6)


def test_perturbed_descent_follows_the_smoothed_gradient_in_the_mean() -> None:
    at = np.array([[0.3]])
    noise = np.random.default_rng(1).standard_normal((200_000, 1))
    slopes = PICTURE.gradient(at + 0.7 * noise)
    error = 5 * slopes.std() / np.sqrt(len(slopes))
    assert slopes.mean() == pytest.approx(float(PICTURE.gradient(at, 0.7)[0, 0]), abs=error)


def test_same_seed_same_runs_and_paths_belong_to_them() -> None:
    one, two = (
        descend(PICTURE, "perturbed", ConstantSchedule(1.0), runs=30, steps=50) for _ in range(2)
    )
    assert np.array_equal(one.ends, two.ends)
    assert one.path.shape == (50, 24, 1)
    assert np.array_equal(one.path[0], one.starts[:24])


def test_sweep_begins_with_plain_descent_at_level_zero() -> None:
    found = success_by_level(
        PICTURE, [0, 1.0], {"fixed": ConstantSchedule, "falling": InverseRoot}, runs=60, steps=100
    )
    plain = descend(PICTURE, runs=60, steps=100).success
    assert all(curve[0] == plain for _, curve in found.curves)
    assert [name for name, _ in found.curves] == ["fixed", "falling"]


def test_share_covers_its_rate() -> None:
    for k in (0, 3, 40):
        found = share(k, 40)
        assert found.low <= found.rate <= found.high
        assert found.high - found.low > 0.02


@pytest.mark.parametrize("entry", [NoisePlace.PERTURBED, NoisePlace.ACTIVATED])
def test_misuse(entry: NoisePlace) -> None:
    with pytest.raises(ValueError, match="schedule"):
        descend(PICTURE, entry)
    with pytest.raises(ValueError, match="clip"):
        descend(PICTURE, NoisePlace.ACTIVATED, ConstantSchedule(1.0))
