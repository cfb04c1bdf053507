"""Every magnitude, both signs, and both sides of a break."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from actmath.lower import FLOAT32, FLOAT64
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
