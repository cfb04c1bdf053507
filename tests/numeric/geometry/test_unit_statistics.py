"""Unit natural gradients against dense solves, angles against their bound, geodesics."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
