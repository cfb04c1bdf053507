"""Quantiles over networks."""

from __future__ import annotations

import numpy as np

from actmath.numeric._depth.spread import Spread


def test_the_middle_of_five_networks() -> None:
    runs = np.arange(10.0).reshape(5, 2)
    found = Spread.of(runs, 7, range(5), 0.5)
    assert (found.width, found.seeds) == (7, (0, 1, 2, 3, 4))
    assert found.low.tolist() == [2, 3]
    assert found.middle.tolist() == [4, 5]
    assert found.high.tolist() == [6, 7]
