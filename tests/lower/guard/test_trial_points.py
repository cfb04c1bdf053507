"""Every magnitude, both signs, and both sides of a break."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest

from actmath.lower import FLOAT32, FLOAT64, Precision
from actmath.lower._guard.trial_points import scattered, trial_points


@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64])
def test_every_magnitude(precision: object) -> None:
    assert precision in (FLOAT32, FLOAT64)
    kind = FLOAT32 if precision == FLOAT32 else FLOAT64
    points = trial_points(-inf, inf, kind)
    np.testing.assert_array_equal(points, -points[::-1])
    # Below the normal numbers the smallest one alone.
    assert points[points > 0].min() == kind.smallest * 2.0 ** (1 - kind.bits)
    sizes = np.log10(points[points >= kind.smallest])
    assert sizes.min() < np.log10(kind.smallest) + 0.01
    assert points.max() == kind.largest
    assert np.diff(sizes).max() <= 4.01


def test_inside_and_dense_beside_a_finite_end() -> None:
    points = trial_points(1.5, 7.0, FLOAT64)
    assert points.min() > 1.5
    assert points.max() == 7.0
    # Within a few ulps of either end.
    assert points.min() - 1.5 < 1e-14
    assert points[-1] - points[-2] < 1e-13


@pytest.mark.parametrize(
    ("low", "high"), [(-2.0, 3.0), (1e-300, 1.0), (-1e308, -1.0), (5.0, 5.5), (0.0, 1e-200)]
)
def test_scattered(low: float, high: float) -> None:
    points = scattered(low, high, 40, 3)
    assert ((low < points) & (points < high)).all()
    assert len(points) >= 20
    np.testing.assert_array_equal(points, scattered(low, high, 40, 3))
    if high > 1e100 * max(low, 1e-300) > 0:
        assert points.min() < high * 1e-20


def _ends_of_exponentials(kind: type[np.floating[Any]]) -> list[float]:
    """Where exp, its square and its root, erfc and e^{−x²/2} leave a format, or its normal numbers.

    From the format's own numbers: erfc(x) is about e^{−x²}/(x√π).
    """
    limits = np.finfo(kind)
    most, least, last = (
        float(np.log(np.float64(end)))
        for end in (limits.max, limits.tiny, limits.smallest_subnormal)
    )
    found = [most, -least, -last, most / 2, -last / 2]
    found += [np.sqrt(-2 * least), np.sqrt(-2 * last)]
    found += [float(np.sqrt(-end)) for end in (least, last)]
    return found


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_points_just_beyond_where_an_exponential_leaves_the_range(
    kind: type[np.floating[Any]],
) -> None:
    """Just beyond it, before a factor beside the exponential would hide what is lost."""
    points = trial_points(-inf, inf, FLOAT32 if kind is np.float32 else FLOAT64)
    for end in _ends_of_exponentials(kind):
        for side in (-1, 1):
            sizes = np.sort(np.abs(points[np.sign(points) == side]))
            place = int(np.searchsorted(sizes, end))
            assert sizes[place] < end * 1.05, (end, sizes[place])


def test_points_beside_where_a_power_of_the_argument_overflows() -> None:
    for precision in (FLOAT32, FLOAT64):
        points = trial_points(-inf, inf, precision)
        for n in (2, 3, 4):
            end = precision.largest ** (1 / n)
            above = points[(points >= end) & (points < 3 * end)] / end
            # At it, a hundredth beyond, and up to twice as far: with a factor the value is finite.
            assert above[0] == 1
            assert above[1] < 1.02
            assert above[-1] > 2
            assert len(above) >= 5
        # Ever denser towards the largest number, of which multiples are infinite.
        shares = points[points > 0.05 * precision.largest] / precision.largest
        assert len(shares) >= 6
        assert np.diff(shares).max() < 0.31
        assert shares[-2] > 0.94


def test_where_formulas_bend_points_lie_close() -> None:
    """Twelve a decade from 10⁻⁵ to 3000, and three to the unit up to 50; ±1 and ±2 too."""
    points = trial_points(-inf, inf, FLOAT64)
    assert {0.0, 1.0, 2.0, -1.0, -2.0} <= set(points)
    usual = points[(points > 1e-5) & (points < 3e3)]
    assert np.diff(np.log10(usual)).max() < 1 / 11.9
    assert np.diff(points[(points > 0) & (points < 50)]).max() < 0.38
    # No step is that of another period.
    assert len(np.unique(np.round(np.diff(usual), 9))) > 50


@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64])
@pytest.mark.parametrize("end", [-3.0, 0.0, 0.25, 40.0, 1e6])
def test_beside_a_finite_end_points_come_nearer_by_eighths(
    precision: Precision, end: float
) -> None:
    """From as far as its size, or 1, down to eight of its last digits; the upper end is one."""
    unit = max(abs(end), 1.0)
    right, left = trial_points(end, inf, precision), trial_points(-inf, end, precision)
    assert left[-1] == end
    for distances in (right - end, end - left[:-1]):
        near = np.sort(distances[(distances > 0) & (distances <= unit)])
        least = near[near >= unit * precision.epsilon]
        assert least[0] <= 8 * unit * precision.epsilon
        assert (np.diff(np.log2(least)) < 3.5).all()
        assert near[-1] > 0.99 * unit


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (-2.0, 3.0),
        (-3.0, 2.0),
        (1e-300, 1.0),
        (-1.0, -1e-300),
        (0.0, 1.0),
        (-1e308, 1.7e308),
        (-8.0, -2.0),
    ],
)
def test_half_of_the_scattered_points_are_spread_by_length_and_half_by_magnitude(
    low: float, high: float
) -> None:
    points = scattered(low, high, 4000, 1)
    assert (np.diff(points) > 0).all()
    if high - low < inf:
        quarter = low + (high - low) / 4
        # A quarter of the length holds a quarter of the one half.
        assert (points < quarter).sum() > 400
    for side in (-1, 1):
        most = max(side * low, side * high)
        if most <= 0:
            assert not (np.sign(points) == side).any()
            continue
        least = max(min(side * low, side * high), min(1e-307, most))
        middle = np.sqrt(least) * np.sqrt(most)
        sizes = side * points[np.sign(points) == side]
        # And half of the decades a half of the other.
        assert (sizes < middle).sum() > 850
        assert (sizes > middle).sum() > 850
