"""Landscapes, their smoothings, and what annealed noise does on each of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from actmath.notation import v, w
from actmath.numeric._noise.annealing import (
    TOLERANCE,
    HardClip,
    NoisePlace,
    Share,
    descend,
    share,
    success_by_level,
)
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


#: Of which every step is known.
BOWL = Landscape("bowl", w**2 / 2, (w,), ((-4.0, 2.0),))
BOWLS = Landscape("bowls", 3 * w**2 / 2 + v**2 / 2, (w, v), ((-1.0, 1.0), (-2.0, 2.0)))


class Told:
    """A schedule that notes at which steps it was asked."""

    def __init__(self, *levels: float) -> None:
        self.levels, self.asked = levels, list[int]()

    def level(self, step: int) -> float:
        self.asked.append(step)
        return self.levels[step % len(self.levels)]


def test_plain_descent_shrinks_a_bowls_weight_by_a_share_a_step() -> None:
    found = descend(BOWL, runs=7, steps=250, rate=0.01, follow=3)
    np.testing.assert_array_equal(found.starts, BOWL.starts(7, 0))
    np.testing.assert_allclose(found.ends, found.starts * 0.99**250, rtol=1e-13)
    np.testing.assert_allclose(found.excess, found.ends[:, 0] ** 2 / 2, rtol=1e-12)
    # A hundred times or some more: every second position of three runs.
    assert (found.stride, found.path.shape) == (2, (125, 3, 1))
    shrunk = 0.99 ** np.arange(0, 250, 2)[:, None, None] * found.starts[None, :3]
    np.testing.assert_allclose(found.path, shrunk, rtol=1e-12)
    assert (found.landscape, found.entry, found.steps) == ("bowl", NoisePlace.PLAIN, 250)
    assert found.schedule == ConstantSchedule(0.0)


@pytest.mark.parametrize(("steps", "stride", "times"), [(1, 1, 1), (199, 1, 199), (201, 2, 101)])
def test_a_path_has_some_hundred_places(steps: int, stride: int, times: int) -> None:
    found = descend(BOWL, runs=2, steps=steps, follow=0)
    assert (found.stride, found.path.shape) == (stride, (times, 0, 1))


def test_perturbed_descent_takes_the_slope_beside_the_weight() -> None:
    """w ← w − η(w + s_t ξ): with the noise of stream 1, one for each weight, run and step."""
    told, rate = Told(2.0, 0.5, 1.0), 0.2
    found = descend(BOWL, "perturbed", told, runs=5, steps=4, rate=rate, seed=6)
    assert told.asked == [0, 1, 2, 3]
    noise = np.random.default_rng([6, 1]).standard_normal((4, 5, 1))
    at = BOWL.starts(5, 6)
    for xi, level in zip(noise, (2.0, 0.5, 1.0, 2.0), strict=True):
        at = at - rate * (at + level * xi)
    np.testing.assert_allclose(found.ends, at, rtol=1e-13)
    assert found.schedule is told
    assert found.entry is NoisePlace.PERTURBED


def test_a_clip_is_of_no_account_to_perturbed_slopes_but_to_the_last_loss() -> None:
    clip = HardClip(0.25)
    bare, clipped = (
        descend(BOWL, "perturbed", Told(1.0), runs=9, steps=3, clip=one) for one in (None, clip)
    )
    np.testing.assert_array_equal(bare.ends, clipped.ends)
    np.testing.assert_allclose(bare.excess, bare.ends[:, 0] ** 2 / 2, rtol=1e-12)
    held = np.clip(bare.ends[:, 0], -0.25, 0.25)
    np.testing.assert_allclose(clipped.excess, held**2 / 2, rtol=1e-12)


def test_activated_descent_moves_saturated_weights_by_the_noise_in_the_unit() -> None:
    """One step along the slopes at φ, times 1 inside of the reach and −sgn(w)·σ′(w)·ξ beyond."""
    clip, level, rate = HardClip(0.5, 2.0), 6.0, 0.1
    found = descend(BOWLS, "activated", Told(level), runs=40, steps=1, rate=rate, seed=3, clip=clip)
    xi = np.random.default_rng([3, 1]).standard_normal((40, 2))
    at, slopes = found.starts, np.array([3.0, 1.0])

    def sigma(z: np.ndarray) -> np.ndarray:
        h = np.clip(z, -0.5, 0.5)
        return np.asarray(level * (1 / (1 + np.exp(-2.0 * (h - z))) - 0.5) ** 2)

    unit = np.clip(at, -0.5, 0.5) - np.sign(at) * sigma(at) * xi
    steep = (sigma(at + 1e-6) - sigma(at - 1e-6)) / 2e-6
    moved = slopes * unit * np.where(np.abs(at) < 0.5, 1, -np.sign(at) * xi * steep)
    np.testing.assert_allclose(found.ends, at - rate * moved, atol=1e-8)
    held = np.clip(found.ends, -0.5, 0.5)
    np.testing.assert_allclose(found.excess, held**2 @ slopes / 2, atol=1e-8)
    # Plain runs with the clip have no noise: saturated weights stay where they are.
    plain = descend(BOWLS, runs=40, steps=1, rate=rate, seed=3, clip=clip)
    stays = at - rate * np.where(np.abs(at) < 0.5, slopes * at, 0.0)
    np.testing.assert_allclose(plain.ends, stays, rtol=1e-14)


def test_the_unit_is_the_printed_one_and_a_threshold_is_saturated() -> None:
    """φ = h − sgn(w)σξ with σ = c(g(pΔ) − ½)², and sgn(0) = 1."""
    clip = HardClip(1.0, 3.0)
    at = np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
    xi = np.array([0.5, -1.0, 2.0, 1.0, -0.5, 3.0, -1.5])
    h = np.clip(at, -1, 1)
    np.testing.assert_array_equal(clip.hard(at), h)
    found, slope = clip.sample(at, xi, 6.0)
    sigma = 6.0 * (1 / (1 + np.exp(-3.0 * (h - at))) - 0.5) ** 2
    np.testing.assert_allclose(found, h - np.where(at >= 0, 1, -1) * sigma * xi, rtol=1e-14)
    # σ′ is 0 at the thresholds themselves, which are saturated.
    np.testing.assert_array_equal(slope[1:-1], [0, 1, 1, 1, 0])


def test_a_run_is_solved_below_the_tolerance() -> None:
    found = descend(BOWL, runs=4, steps=1)
    some = replace(found, excess=np.array([0.0, TOLERANCE, math.nextafter(TOLERANCE, 0), 7.0]))
    assert some.solved.tolist() == [True, False, True, False]
    assert (some.success.k, some.success.n, some.success.rate) == (2, 4, 0.5)


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 7), (7, 7), (90, 200)])
def test_the_interval_is_wilsons(k: int, n: int) -> None:
    """The p at which k/n is 1.96 deviations √(p(1 − p)/n) away."""
    found, z = share(k, n), 1.959963984540054
    rate = k / n
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + (z / (2 * n)) ** 2)
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half), abs=1e-12)
    assert (found.k, found.n) == (k, n)
    assert str(Share(1, 4, 0.125, 0.5)) == "0.250 (0.125 to 0.500, n = 4)"


def test_a_sweep_is_descent_at_each_level_by_each_schedule() -> None:
    options = {"runs": 50, "steps": 60, "seed": 2}
    made = {"fixed": ConstantSchedule, "falling": lambda level: InverseRoot(level, every=3)}
    found = success_by_level(PICTURE, [0.5, 0, 2], made, **options)
    assert (found.landscape, found.levels) == ("picture", (0.5, 0.0, 2.0))
    for (name, curve), make in zip(found.curves, made.values(), strict=True):
        assert made[name] is make
        wanted = [
            descend(PICTURE, *(("perturbed", make(level)) if level else ()), **options).success
            for level in (0.5, 0.0, 2.0)
        ]
        assert list(curve) == wanted


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"entry": "perturbed"}, ValueError, "perturbed descent needs a schedule for its noise"),
        ({"entry": "sideways"}, ValueError, "entry must be plain, perturbed or activated"),
        ({"runs": 0}, ValueError, "runs must be an integer of at least 1, got 0"),
        ({"steps": 0}, ValueError, "steps must be an integer of at least 1, got 0"),
        ({"follow": -1}, ValueError, "follow must be an integer of at least 0, got -1"),
        ({"seed": -1}, ValueError, "seed must be an integer of at least 0, got -1"),
        ({"rate": math.inf}, ValueError, "rate must be finite"),
        ({"schedule": 0.5}, TypeError, r"schedule must have a method level\(step\), got 0\.5"),
        ({"clip": 3.0}, TypeError, "clip must be"),
        ({"landscape": "bowl"}, TypeError, "landscape must be"),
    ],
)
def test_what_cannot_be_asked_is_said(
    given: dict[str, object], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        descend(**{"landscape": BOWL, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(("reach", "steepness"), [(0, 1), (-1, 1), (1, np.inf), (np.nan, 1)])
def test_a_clip_needs_a_reach_and_a_finite_steepness(reach: float, steepness: float) -> None:
    with pytest.raises(ValueError, match="need reach > 0 and a finite steepness, got HardClip"):
        HardClip(reach, steepness)


def test_any_reach_above_0_and_any_finite_steepness_clip() -> None:
    # Without an end the unit is the identity.
    assert HardClip(np.inf, -1).hard(np.array([1e300])) == 1e300
    assert HardClip(5e-324).steepness == 1.0
    with pytest.raises(TypeError, match="schedules must be a mapping"):
        success_by_level(BOWL, [0], [ConstantSchedule])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="each of levels must be finite"):
        success_by_level(BOWL, [math.nan], {})
    with pytest.raises(TypeError, match="landscape must be"):
        success_by_level("bowl", [0], {})  # type: ignore[arg-type]
