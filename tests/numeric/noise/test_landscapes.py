"""Losses with several minima: their gradients, smoothings and lowest points."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import minimum_filter

from actmath.numeric import LANDSCAPES, NEEDLE, WELLS, relief
from actmath.numeric._noise.landscapes import PICTURE, RIPPLES, Landscape

EACH = pytest.mark.parametrize("landscape", LANDSCAPES, ids=lambda scape: scape.name)


@EACH
@pytest.mark.parametrize("deviation", [0.0, 0.4])
def test_gradients_are_differences(landscape: Landscape, deviation: float) -> None:
    at, step = landscape.starts(20, seed=1), 1e-5
    gradient = landscape.gradient(at, deviation)
    for axis in range(landscape.dimension):
        move = step * np.eye(landscape.dimension)[axis]
        slope = landscape.value(at + move, deviation) - landscape.value(at - move, deviation)
        np.testing.assert_allclose(gradient[:, axis], slope / (2 * step), atol=1e-7)


@EACH
def test_a_smoothing_is_the_mean_over_the_noise(landscape: Landscape) -> None:
    """Monte Carlo at one point, within five standard errors."""
    at = landscape.starts(1, seed=2)[0]
    noise = np.random.default_rng(3).standard_normal((200_000, landscape.dimension))
    drawn = landscape.value(at + 0.7 * noise)
    error = drawn.std() / len(drawn) ** 0.5
    assert abs(drawn.mean() - float(landscape.value(at, 0.7))) < 5 * error


@EACH
def test_nothing_is_lower_than_the_minimum(landscape: Landscape) -> None:
    assert np.abs(landscape.gradient(landscape.minimum)).max() < 1e-6
    assert (landscape.excess(landscape.starts(5000, seed=4)) >= -1e-12).all()


# Two bad minima and the good one; one a ripple, of length π/3, 5/(π/3) = 4.8; one a well.
@pytest.mark.parametrize(
    ("landscape", "count"), [(PICTURE, 3), (RIPPLES, 9), (NEEDLE, 2), (WELLS, 5)]
)
def test_there_are_as_many_minima_as_are_spoken_of(landscape: Landscape, count: int) -> None:
    (sharp,) = relief(landscape, [0], points=401).values
    # Beyond the box is what is lower than all, so that no minimum lies at an edge.
    around = minimum_filter(sharp, 3, mode="constant", cval=-np.inf)
    assert np.count_nonzero(sharp == around) == count


def test_starts_lie_in_the_box_and_repeat_with_the_seed() -> None:
    starts = WELLS.starts(1000, seed=5)
    low, high = np.array(WELLS.box).T
    assert starts.shape == (1000, 2)
    assert (low <= starts).all()
    assert (starts <= high).all()
    np.testing.assert_array_equal(starts, WELLS.starts(1000, seed=5))


def test_smoothing_moves_the_lowest_point_from_the_needle_to_the_wide_well() -> None:
    found = relief(NEEDLE, [0, 2])
    assert [part.shape for part in found.values] == [(300,), (300,)]
    ((axis,), (sharp, smooth)) = found.axes, found.values
    assert axis[np.argmin(sharp)] == pytest.approx(found.minimum[0][0], abs=0.05)
    assert axis[np.argmin(sharp)] > 0 > axis[np.argmin(smooth)]


def test_a_relief_of_two_weights_has_the_second_first() -> None:
    found = relief(WELLS, [0], points=7)
    across, up = found.axes
    at = np.array([across[2], up[5]])
    assert found.values[0][5, 2] == pytest.approx(float(WELLS.value(at)))
