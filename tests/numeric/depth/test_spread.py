"""Quantiles over networks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actmath.numeric._depth.spread import Spread, checked_coverage


def test_the_middle_of_five_networks() -> None:
    runs = np.arange(10.0).reshape(5, 2)
    found = Spread.of(runs, 7, range(5), 0.5)
    assert (found.width, found.seeds) == (7, (0, 1, 2, 3, 4))
    assert found.low.tolist() == [2, 3]
    assert found.middle.tolist() == [4, 5]
    assert found.high.tolist() == [6, 7]
    assert found.coverage == 0.5


def test_a_coverage_lies_between_0_and_1() -> None:
    for share in (5e-324, 0.5, math.nextafter(1, 0)):
        assert checked_coverage(share) == share
    for bad in (0, 1, -0.5, 1.5, math.nan):
        with pytest.raises(ValueError, match=rf"coverage must lie in \(0, 1\), got {bad}"):
            checked_coverage(bad)
