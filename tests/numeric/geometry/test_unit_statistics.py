"""Unit natural gradients against dense solves, angles against their bound, geodesics."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from scipy.integrate import quad

from actmath.numeric._geometry.unit_statistics import (
    angle,
    dense_step,
    divergence,
    geodesic,
    gradient_angle,
    natural_step,
    sampled_shift,
    unit_ellipse,
    unit_statistics,
)

seeds = st.integers(0, 10**6)


def layer(seed: int, size: int, mean: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Random incoming activations with a mean, and a δ that depends on them."""
    random = np.random.default_rng(seed)
    a = random.normal(size=(30 * size + 50, size)) + mean * random.normal(size=size)
    delta = random.normal(size=len(a)) + 0.5 + 0.3 * np.tanh(a[:, 0])
    return a, delta


@given(seeds, st.integers(1, 30))
def test_theorem_one_is_the_dense_solve(seed: int, size: int) -> None:
    unit = unit_statistics(*layer(seed, size))
    dense = dense_step(unit)
    assert np.linalg.norm(natural_step(unit) - dense) <= 1e-12 * np.linalg.norm(dense)


@given(seeds, st.integers(1, 12))
def test_theorem_two(seed: int, size: int) -> None:
    unit = unit_statistics(*layer(seed, size))
    shift, step = sampled_shift(unit), natural_step(unit)
    assert step[-1] == pytest.approx(shift.k * unit.g0 / unit.c, rel=1e-9)
    moved = unit.g - unit.g0 * shift.k * shift.mean_q
    assert np.allclose(np.linalg.solve(unit.A, moved), step[:-1], rtol=1e-8, atol=1e-12)


def test_k_may_be_negative_and_is_one_for_constant_delta() -> None:
    """δ > 0 throughout, so that r is a probability, and k < 0 all the same.

    With a − 1 and δ exponential, E_q a = 8/7, E_r a = 5/4 and Var_q a = 1/49: k = −5.
    """
    a = 1 + np.random.default_rng(4).exponential(size=(400_000, 1))
    assert sampled_shift(unit_statistics(a, np.exp(3 - 3 * a[:, 0]))).k == pytest.approx(
        -5, abs=0.2
    )
    assert sampled_shift(unit_statistics(a, np.full(len(a), 0.7))).k == pytest.approx(1, abs=1e-9)


def test_angle_is_accurate_for_nearly_parallel_vectors() -> None:
    assert angle([1, 0], [1, 1e-12]) == pytest.approx(np.degrees(1e-12), rel=1e-6)
    assert angle([1, 0], [-2, 0]) == 180


def test_white_centred_inputs_with_independent_delta_have_no_angle_left() -> None:
    """Every sign pattern once, |δ| = 1: the Fisher matrix is the identity exactly."""
    a = np.array(np.meshgrid(*[[-1.0, 1.0]] * 3)).reshape(3, -1).T
    delta = np.where(a[:, 0] + a[:, 1] > -1, 1.0, -1.0)
    assert gradient_angle(a, delta) < 1e-5
    assert gradient_angle(a + 2, delta) > 1


def test_ellipse_has_the_divergence_to_second_order() -> None:
    centre = (0.3, 1.7)
    for radius, error in ((1e-4, 0.02), (1e-6, 0.002)):
        points = unit_ellipse(centre, radius)
        assert np.allclose(divergence(centre, (points[:, 0], points[:, 1])) / radius, 1, atol=error)


@pytest.mark.parametrize("ends", [((0, 1), (2, 0.5)), ((-1, 0.2), (1, 0.2)), ((1, 3), (1, 0.1))])
def test_geodesic_is_shorter_than_its_neighbours(
    ends: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    path = geodesic(*ends, points=2001)
    assert np.allclose(path[[0, -1]], ends)

    def lengths(curve: np.ndarray) -> np.ndarray:
        step, middle = np.diff(curve, axis=0), (curve[1:] + curve[:-1]) / 2
        return np.sqrt(step[:, 0] ** 2 + 2 * step[:, 1] ** 2) / middle[:, 1]

    own = lengths(path)
    assert np.allclose(own, own[0], rtol=1e-3)
    bump = np.sin(np.linspace(0, np.pi, len(path)))[:, None]
    for push in ([0.05, 0.0], [0.0, 0.02], [0.0, -0.02]):
        assert lengths(path + bump * np.array(push)).sum() > own.sum() - 1e-6


def test_misuse() -> None:
    with pytest.raises(ValueError, match="samples"):
        unit_statistics(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="finite"):
        unit_statistics(np.full((3, 1), np.nan), np.ones(3))
    with pytest.raises(ValueError, match="no direction"):
        angle([0, 0], [1, 0])
    with pytest.raises(ValueError, match="E δ = 0"):
        sampled_shift(unit_statistics([[1.0], [2.0]], [1.0, -1.0]))


@pytest.mark.parametrize("end", [(0.0, -1.0), (np.inf, 1.0), (0.0, [1.0, 0.0]), (np.nan, 1.0)])
def test_a_divergence_from_no_gaussian_is_refused(end: tuple[object, object]) -> None:
    with pytest.raises(ValueError, match="end must be"):
        divergence((0.0, 1.0), end)


def sample() -> tuple[list[list[int]], list[int]]:
    """Whole numbers, of which every mean is a fraction."""
    return [[1, -2], [3, 0], [-1, 4], [2, 5], [1, -3]], [2, -1, 3, 1, -2]


def test_the_five_expectations_are_means_of_products() -> None:
    a, delta = sample()
    found = unit_statistics(a, delta)

    def mean(*values: int) -> float:
        return float(Fraction(sum(values), len(delta)))

    rows = list(zip(a, delta, strict=True))
    for i in range(2):
        for j in range(2):
            assert found.A[i, j] == pytest.approx(mean(*(d * d * r[i] * r[j] for r, d in rows)))
        assert found.b[i] == pytest.approx(mean(*(d * d * r[i] for r, d in rows)))
        assert found.g[i] == pytest.approx(mean(*(d * r[i] for r, d in rows)))
    assert found.c == pytest.approx(mean(*(d * d for d in delta)))
    assert found.g0 == pytest.approx(mean(*delta))


def test_the_fisher_matrix_is_that_of_inputs_with_a_constant_1_behind_them() -> None:
    a, delta = sample()
    found = unit_statistics(a, delta)
    rows = [np.array([*row, 1]) for row in a]
    fisher = sum(d * d * np.outer(row, row) for row, d in zip(rows, delta, strict=True)) / 5
    gradient = sum(d * row for row, d in zip(rows, delta, strict=True)) / 5
    np.testing.assert_allclose(found.fisher, fisher)
    np.testing.assert_allclose(found.gradient, gradient)
    np.testing.assert_allclose(found.fisher @ natural_step(found), gradient)
    np.testing.assert_allclose(found.fisher @ dense_step(found), gradient)


def test_a_sampled_shift_is_that_of_weighted_means() -> None:
    a, delta = (np.array(part, float) for part in sample())
    found = sampled_shift(unit_statistics(a, delta))
    q, r = (weight / weight.sum() for weight in (delta**2, delta))
    mean_q = (q[:, None] * a).sum(0)
    np.testing.assert_allclose(found.mean_q, mean_q)
    np.testing.assert_allclose(found.mean_r, (r[:, None] * a).sum(0))
    spread = sum(w * np.outer(row - mean_q, row - mean_q) for w, row in zip(q, a, strict=True))
    k = 1 + (found.mean_q - found.mean_r) @ np.linalg.inv(spread) @ found.mean_q
    assert found.k == pytest.approx(k)


@given(seeds, st.sampled_from([2, 3, 7]))
def test_the_angle_is_that_of_the_cosine_in_many_digits(seed: int, size: int) -> None:
    u, v = np.random.default_rng(seed).normal(size=(2, size))
    with mp.workdps(40):
        one, other = ([mp.mpf(part) for part in vector] for vector in (u, v))
        lengths = [mp.sqrt(mp.fdot(w, w)) for w in (one, other)]
        cosine = mp.fdot(one, other) / lengths[0] / lengths[1]
        wanted = float(mp.degrees(mp.acos(cosine)))
        assert angle(u, v) == pytest.approx(wanted, rel=1e-12, abs=1e-12)
        assert angle(3 * u, v / 7) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("size", [1e-200, 1e-320, 1.0, 1e200])
def test_an_angle_does_not_depend_on_lengths(size: float) -> None:
    assert angle([size, size], [size, 0]) == pytest.approx(45, rel=1e-14)
    assert angle([0, 3], [size, 0]) == pytest.approx(90, rel=1e-14)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_has_no_angle(bad: float) -> None:
    with pytest.raises(ValueError, match="one must be finite"):
        angle([bad, 1], [1, 0])
    with pytest.raises(ValueError, match="other must be finite"):
        angle([1, 0], [1, bad])
    for pair in (([0, 0], [1, 0]), ([1, 0], [0, 0]), ([], [1])):
        with pytest.raises(ValueError, match="a zero vector has no direction"):
            angle(*pair)


@pytest.mark.parametrize("damping", [0.0, 0.3])
def test_damping_is_a_share_of_the_mean_of_the_diagonal(damping: float) -> None:
    unit = unit_statistics(*sample())
    fisher = unit.fisher.copy()
    for i in range(3):
        fisher[i, i] += damping * (unit.A[0, 0] + unit.A[1, 1] + unit.c) / 3
    step = np.linalg.inv(fisher) @ unit.gradient
    wanted = angle(step, unit.gradient)
    assert gradient_angle(*sample(), damping) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("ends", [((0.3, 1.7), (-1.0, 0.6)), ((0.0, 1.0), (2.0, 1.0))])
def test_the_divergence_is_its_integral(
    ends: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    def density(z: float, mean: float, deviation: float) -> float:
        return float(np.exp(-(((z - mean) / deviation) ** 2) / 2) / deviation / np.sqrt(2 * np.pi))

    def integrand(z: float) -> float:
        return density(z, *ends[0]) * np.log(density(z, *ends[0]) / density(z, *ends[1]))

    wanted, _ = quad(integrand, -16, 16, epsabs=1e-12, epsrel=1e-12)
    assert divergence(*ends) == pytest.approx(wanted, rel=1e-10)
    several = divergence(ends[0], (np.full(3, ends[1][0]), ends[1][1]))
    np.testing.assert_allclose(several, wanted, rtol=1e-10)


@pytest.mark.parametrize("radius", [0, 0.2, 3.0])
def test_an_ellipse_in_the_metric_of_its_centre(radius: float) -> None:
    mean, deviation = 0.3, 1.7
    points = unit_ellipse((mean, deviation), radius, 9)
    right, up = points[:, 0] - mean, points[:, 1] - deviation
    # The Fisher information of N(mu, σ²) about mu is 1/σ², about σ it is 2/σ².
    squares = (right**2 + 2 * up**2) / deviation**2
    np.testing.assert_allclose(squares / 2, radius, rtol=1e-13, atol=1e-15)
    if radius:
        turns = np.unwrap(np.arctan2(np.sqrt(2) * up, right))
        np.testing.assert_allclose(turns, np.linspace(0, 2 * np.pi, 9), atol=1e-13)


def fisher_distance(one: np.ndarray, other: np.ndarray) -> float:
    """The length of the shortest path: Rao's, by the cross ratio in the half plane."""
    with mp.workdps(40):
        (m1, s1), (m2, s2) = ([mp.mpf(float(v)) for v in end] for end in (one, other))
        across, up = (m1 - m2) ** 2 / 2, (s1 - s2) ** 2
        return float(mp.sqrt(2) * mp.acosh(1 + (across + up) / (2 * s1 * s2)))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0, 1), (2, 0.5)),
        ((3, 0.2), (-1, 4)),
        ((1, 3), (1, 0.1)),
        # Circles with a radius of 1e9 and 1e17, which are no lines all the same.
        ((0, 1), (1e-9, 2)),
        ((0.1 + 0.2, 1), (0.3, 2)),
        ((5, 1e-3), (5.5, 1e-3)),
        ((0, 1e-200), (0, 1e150)),
        ((2, 7), (2, 7)),
    ],
)
def test_a_geodesic_has_even_steps_that_add_up(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    path = geodesic(start, end, 6)
    assert path.shape == (6, 2)
    np.testing.assert_allclose(path[[0, -1]], (start, end), rtol=1e-13)
    whole = fisher_distance(path[0], path[-1])
    steps = [fisher_distance(*pair) for pair in pairwise(path)]
    np.testing.assert_allclose(steps, whole / 5, rtol=1e-12, atol=1e-14)
    # Means go one way, but for their last digits.
    assert (np.diff(path[:, 0]) * np.sign(end[0] - start[0]) >= -1e-15).all()


def test_what_is_no_gaussian_is_refused() -> None:
    good = (0.0, 1.0)
    for bad in ((0.0, 0.0), (0.0, -1.0), (np.nan, 1.0), (0.0, np.inf), (0.0, 1.0, 2.0), 3.0):
        said = "must be a finite mean and a positive deviation"
        with pytest.raises(ValueError, match=f"start {said}"):
            geodesic(bad, good)
        with pytest.raises(ValueError, match=f"end {said}"):
            geodesic(good, bad)
        with pytest.raises(ValueError, match=f"centre {said}"):
            unit_ellipse(bad, 1)
        with pytest.raises(ValueError, match=f"start {said}"):
            divergence(bad, good)
    with pytest.raises(ValueError, match=r"radius must not be negative, got -0.1"):
        unit_ellipse(good, -0.1)


@pytest.mark.parametrize(
    ("a", "delta"),
    [
        (np.ones((3, 1)), np.ones(2)),
        (np.ones((0, 1)), np.ones(0)),
        (np.ones((3, 1, 1)), np.ones(3)),
        (np.ones((3, 3)), np.ones((3, 1))),
    ],
    ids=["fewer", "none", "deep", "column"],
)
def test_shapes_that_do_not_go_together(a: np.ndarray, delta: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"needs \(samples, n\) and \(samples,\), got"):
        unit_statistics(a, delta)


def test_either_part_of_a_sample_must_be_finite() -> None:
    for bad in (np.nan, np.inf):
        for given_ in (([[bad], [1.0]], [1.0, 2.0]), ([[1.0], [1.0]], [1.0, bad])):
            with pytest.raises(ValueError, match="activations and delta must be finite"):
                unit_statistics(*given_)
