"""A cloud in the plane: what cannot be told apart any more, unit by unit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.numeric._geometry.fold_cloud import fold_cloud, rings


def test_one_to_one_units_lose_nothing() -> None:
    for unit in (catalog.leaky_relu, catalog.prelu, catalog.elu, catalog.identity):
        assert fold_cloud(unit, rings(), 4).kept == (1.0,) * 5


def test_relu_loses_what_lies_in_the_negative_quadrant_at_least() -> None:
    points = rings()
    found = fold_cloud(catalog.relu, points, 1, turn=0.0, push=0.0)
    negative = (points < 0).all(axis=1).mean()
    assert found.kept == (1.0, pytest.approx(1 - negative))
    assert np.array_equal(found.stages[1], points.clip(min=0))


def test_abs_lays_four_symmetric_points_on_one() -> None:
    found = fold_cloud(catalog.abs_, rings(), 1, turn=0.0, push=0.0)
    assert found.kept == (1.0, 0.0)


def test_each_layer_goes_on_from_the_one_before() -> None:
    found = fold_cloud(catalog.elu, rings(), 3, turn=0.3, push=0.2)
    for before, after in pairwise(found.stages):
        again = fold_cloud(catalog.elu, before, 1, turn=0.3, push=0.2)
        np.testing.assert_allclose(after, again.stages[1], rtol=1e-12, atol=1e-12)


def test_losses_never_come_back() -> None:
    kept = fold_cloud(catalog.relu, rings(), 5).kept
    assert all(later <= earlier for earlier, later in pairwise(kept))


def test_misuse() -> None:
    with pytest.raises(ValueError, match=r"points \(n, 2\)"):
        fold_cloud(catalog.relu, np.zeros(3), 1)
    with pytest.raises(ValueError, match="layers"):
        fold_cloud(catalog.relu, rings(), 0)


@pytest.mark.parametrize("count", [4, 7])
def test_rings_are_even_and_half_a_step_off_the_axis(count: int) -> None:
    """As complex numbers, whose powers go once round the circle."""
    points = rings(count, (0.5, 3.0))
    assert points.shape == (2 * count, 2)
    numbers = points @ [1, 1j]
    root = np.exp(1j * np.pi / count)
    for ring, radius in ((numbers[:count], 0.5), (numbers[count:], 3.0)):
        np.testing.assert_allclose(ring, radius * root ** (2 * np.arange(count) + 1), atol=1e-13)


def test_a_layer_turns_shifts_and_applies_the_unit() -> None:
    """A rotation is a product of complex numbers."""
    points = np.array([[1.0, 0.0], [0.3, -2.0], [-1.5, 0.7]])
    found = fold_cloud(catalog.leaky_relu, points, 2, turn=0.7, push=-0.2)
    assert found.activation == "leaky_relu"
    assert found.stages.shape == (3, 3, 2)
    stage = points @ [1, 1j]
    for layer in (1, 2):
        turned = stage * np.exp(0.7j) + 0.2 * (1 + 1j)
        parts = [np.where(p > 0, p, p / 100) for p in (turned.real, turned.imag)]
        stage = parts[0] + 1j * parts[1]
        np.testing.assert_allclose(found.stages[layer] @ [1, 1j], stage, rtol=1e-13)


@pytest.mark.parametrize("corner", [0.0, 0.5e-12, 1.0])
def test_images_within_1e_12_are_one_wherever_they_lie(corner: float) -> None:
    """Beside 0.5e-12 two cells of a grid of that width would meet."""
    for apart, kept in ((4e-16, 1 / 3), (9e-13, 1 / 3), (1.1e-12, 1.0)):
        for shift in ([apart, 0.0], [0.0, -apart], [-apart, 0.0]):
            points = np.array([[corner, corner], np.add(corner, shift), [2.0, 2.0]])
            found = fold_cloud(catalog.identity, points, 1, turn=0.0, push=0.0)
            assert found.kept == (kept, kept)


def test_one_point_is_kept_and_an_overflow_is_not() -> None:
    assert fold_cloud(catalog.tanh, [[0.3, 0.1]], 1).kept == (1.0, 1.0)
    steep = Activation("steep", "x**3")
    with np.errstate(over="ignore"):
        found = fold_cloud(steep, [[1e200, 0.0], [1.0, 2.0]], 1, turn=0.0, push=0.0)
        gone = fold_cloud(steep, [[1e200, 0.0]], 1, turn=0.0, push=0.0)
    assert found.kept == (1.0, 0.5)
    assert gone.kept == (1.0, 0.0)


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 3), (0, 2), (1, 3, 2)])
def test_what_is_no_cloud(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"needs points \(n, 2\), at least one, got \("):
        fold_cloud(catalog.relu, np.zeros(shape), 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite(bad: float) -> None:
    with pytest.raises(ValueError, match="points must be finite"):
        fold_cloud(catalog.relu, [[1.0, bad]], 1)
    with pytest.raises(ValueError, match="turn must be finite"):
        fold_cloud(catalog.relu, [[1.0, 2.0]], 1, bad, 0.1)
    with pytest.raises(ValueError, match="push must be finite"):
        fold_cloud(catalog.relu, [[1.0, 2.0]], 1, 0.1, bad)
    with pytest.raises(ValueError, match="radii must be some, got none"):
        rings(4, ())
    for radii in ((1, bad), [[1, 2], [3, 4]]):
        with pytest.raises(ValueError, match="radii must be a row of finite numbers, got"):
            rings(4, radii)
    with pytest.raises(ValueError, match="points"):
        rings(0)
