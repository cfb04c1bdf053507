"""Bands and lines draw what they were given, on the axes that were asked for."""

from __future__ import annotations

import numpy as np

from actmath.lower import Curve
from actmath.plot._canvas.bands import Ribbon, plot_lines, plot_ribbons


def test_ribbons() -> None:
    x = np.arange(3)
    ribbon = Ribbon.of("measured", x, [1, 2, 3], [0.5, 1, 2], [2, 3, 4])
    figure = plot_ribbons(
        [ribbon], [Curve("derived", x, x + 1.0)], xlabel="layer", ylabel="rms", logarithmic=True
    )
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["measured", "derived"]
    assert np.allclose(axes.lines[0].get_ydata(), [1, 2, 3])


def test_lines() -> None:
    curve = Curve("elu", np.arange(3), np.array([1.0, 2.0, 3.0]))
    (axes,) = plot_lines([curve], xlabel="mean", ylabel="variance", logarithmic=True).axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("mean", "variance", "log")
    assert np.allclose(axes.lines[0].get_ydata(), [1, 2, 3])
