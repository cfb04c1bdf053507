"""Losses with several minima: their gradients, smoothings and lowest points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import minimum_filter
from sympy import Rational, lambdify

from actmath.notation import v, w
from actmath.numeric import LANDSCAPES, NEEDLE, WELLS, relief
from actmath.numeric._array import Array
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


def _bump(height: float, at: float, size: float, x: Array) -> Array:
    return height * np.exp(-((x - at) ** 2) / (2 * size**2))


def _dip(depth: float, across: float, up: float, size: float, x: Array, y: Array) -> Array:
    return -depth * np.exp(-((x - across) ** 2 + (y - up) ** 2) / (2 * size**2))


# Typed a second time, in decimals.
BY_HAND: dict[str, Callable[..., Array]] = {
    "picture": lambda x: (
        (x - 2) ** 2 / 16
        + _bump(0.6, 0.75, 0.3, x)
        + _bump(0.8, -1.0, 0.4, x)
        + _bump(0.5, -3.0, 0.5, x)
        + _bump(-1.2, 2.5, 0.5, x)
    ),
    "ripples": lambda x: x**2 / 4 - 0.6 * np.cos(6 * x),
    "needle": lambda x: (x + 1) ** 2 / 12 + _bump(-1.0, -2.0, 1.0, x) + _bump(-2.5, 3.0, 0.3, x),
    "wells": lambda x, y: (
        (x**2 + y**2) / 20
        + _dip(2.0, 1.5, 1.0, 0.8, x, y)
        + _dip(1.0, -1.5, 1.5, 0.5, x, y)
        + _dip(1.0, -2.0, -1.0, 0.5, x, y)
        + _dip(0.8, 0.2, -2.0, 0.5, x, y)
        + _dip(0.8, -0.5, 0.2, 0.4, x, y)
    ),
}


@EACH
def test_the_losses_are_those_of_the_pictures(landscape: Landscape) -> None:
    box = {1: ((-5, 5),), 2: ((-3, 3), (-3, 3))}[landscape.dimension]
    assert landscape.box == box
    at = landscape.starts(200, seed=6).T
    found = lambdify(landscape.symbols, landscape.loss)(*at)
    np.testing.assert_allclose(found, BY_HAND[landscape.name](*at), atol=1e-14)


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


#: Boxes that are not symmetric, and of different lengths.
TILTED = Landscape("tilted", 3 * w - 2 * v, (w, v), ((0.0, 1.0), (5.0, 9.0)))


def test_starts_and_axes_are_of_each_weights_own_box() -> None:
    starts = TILTED.starts(400, seed=2)
    for column, (low, high) in zip(starts.T, TILTED.box, strict=True):
        assert low <= column.min() < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < column.max() <= high
    assert not np.array_equal(starts, TILTED.starts(400, seed=3))
    assert TILTED.starts(1, seed=2).shape == (1, 2)


def test_a_slope_that_is_the_same_everywhere_has_the_points_shape() -> None:
    at = TILTED.starts(12, seed=1).reshape(3, 4, 2)
    for deviation in (0.0, 0.5):
        # A line is its own mean.
        np.testing.assert_allclose(
            TILTED.value(at, deviation), 3 * at[..., 0] - 2 * at[..., 1], rtol=1e-14
        )
        np.testing.assert_array_equal(
            TILTED.gradient(at, deviation), np.broadcast_to([3, -2], at.shape)
        )
    assert TILTED.gradient(np.array([0.5, 6.0])).shape == (2,)


def test_the_minimum_is_that_of_two_bowls_and_the_excess_is_above_it() -> None:
    bowls = (w - Rational(1, 3)) ** 2 + 2 * (v + Rational(5, 7)) ** 2
    scape = Landscape("bowls", bowls, (w, v), ((-1.0, 2.0), (-3.0, 1.0)))
    np.testing.assert_allclose(scape.minimum, [1 / 3, -5 / 7], rtol=1e-12)
    at = np.array([[1.0, 0.5], [-0.25, 1.0]])
    wanted = (at[:, 0] - 1 / 3) ** 2 + 2 * (at[:, 1] + 5 / 7) ** 2
    np.testing.assert_allclose(scape.excess(at), wanted, rtol=1e-12)


@pytest.mark.parametrize(("curvature", "rests"), [(1, True), (Rational(1, 8), False)])
def test_a_descent_that_does_not_come_to_rest_is_no_minimum(
    curvature: Rational, rests: bool
) -> None:
    """2000 steps of 0.01 leave (1 − k/100)^2000 of what a grid of 4001 points is off: 0.0005."""
    centre = Rational(1, 2000)
    scape = Landscape("bowl", curvature * (w - centre) ** 2 / 2, (w,), ((-4.0, 4.0),))
    left = float(curvature) * 0.0005 * (1 - float(curvature) / 100) ** 2000
    if rests:
        assert abs(scape.minimum[0] - 0.0005) == pytest.approx(left, rel=1e-3, abs=0)
        return
    with pytest.raises(ArithmeticError, match="descent to the minimum of bowl did not") as refusal:
        _ = scape.minimum
    assert float(str(refusal.value).split()[-1]) == pytest.approx(left, rel=1e-6, abs=0)


def test_a_relief_holds_each_smoothing_and_the_minimum_itself() -> None:
    found = relief(RIPPLES, [0, 0.3, 1], points=5)
    (axis,) = found.axes
    np.testing.assert_array_equal(axis, [-5, -2.5, 0, 2.5, 5])
    assert (found.landscape, found.deviations) == ("ripples", (0.0, 0.3, 1.0))
    # E cos(6(w + sξ)) = e^{−18s²}·cos 6w, and E (w + sξ)² = w² + s².
    for level, values in zip(found.deviations, found.values, strict=True):
        wave = 0.6 * np.exp(-18 * level**2) * np.cos(6 * axis)
        np.testing.assert_allclose(values, (axis**2 + level**2) / 4 - wave, rtol=1e-12)
    at, least = found.minimum
    assert abs(at[0]) < 1e-9
    assert least == pytest.approx(-0.6, rel=1e-12)
    assert [len(each) for each in relief(WELLS, []).axes] == [90, 90]


def test_what_is_no_deviation_and_no_point_is_said() -> None:
    with pytest.raises(ValueError, match=r"deviation must not be negative, got -0\.5"):
        relief(RIPPLES, [0, -0.5], points=3)
    with pytest.raises(ValueError, match="deviation must be finite"):
        RIPPLES.value(np.zeros((2, 1)), np.inf)
    with pytest.raises(ValueError, match="points must be an integer of at least 0, got -1"):
        relief(RIPPLES, [0], points=-1)
    assert relief(RIPPLES, [0], points=1).values[0].shape == (1,)
    for points, shape in ((np.zeros(()), r"\(\)"), (np.zeros((2, 3)), r"\(2, 3\)")):
        with pytest.raises(ValueError, match=rf"points must be \(…, 2\) for wells, got {shape}"):
            WELLS.gradient(points)
    with pytest.raises(TypeError, match="landscape must be"):
        relief("wells", [0])  # type: ignore[arg-type]
