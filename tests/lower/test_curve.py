"""Curves to draw: sampled on an interval, broken where the function jumps."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.lower._curve import curve


def test_a_jump_is_not_bridged() -> None:
    slopes = curve(catalog.relu, -1, 1, order=1)
    assert np.isnan(slopes.y).sum() == 1
    assert set(np.unique(slopes.y[~np.isnan(slopes.y)])) == {0.0, 1.0}


def test_curve_refuses_an_empty_interval() -> None:
    with pytest.raises(ValueError, match="cannot sample"):
        curve(catalog.relu, 1, 1)
