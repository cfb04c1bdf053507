"""Cobwebs follow the path that they were given."""

from __future__ import annotations

import numpy as np

from actmath import catalog
from actmath.lower._curve import curve
from actmath.numeric._geometry.cobweb import cobweb
from actmath.plot._map.cobweb import plot_cobwebs


def test_cobwebs_follow_the_path() -> None:
    webs = [cobweb(catalog.tanh, [2.0, -1.0], steps=3)]
    axes = plot_cobwebs([curve(catalog.tanh, -2, 2)], webs).axes[0]
    stairs = [line for line in axes.get_lines() if len(line.get_xdata()) == 7]
    across, up = webs[0].path
    for line, one, other in zip(stairs, across, up, strict=True):
        assert np.array_equal(line.get_xdata(), one)
        assert np.array_equal(line.get_ydata(), other)
