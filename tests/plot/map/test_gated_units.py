"""Contours of units of two arguments, on both sides of 0, and the Gaussians' circles."""

from __future__ import annotations

import numpy as np

from actmath.plot._map.gated_units import GatedSurface, plot_gated_surfaces


def test_surfaces() -> None:
    x = np.linspace(-3, 3, 31)
    surface = GatedSurface("product", x, x, x[:, None] * x)
    figure = plot_gated_surfaces([surface, surface], correlations=(0.0, 0.5))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["product"] * 2
    axes = figure.axes[0]
    assert len(axes.collections) == len(axes.lines) == 2
    circle, ellipse = (line.get_xydata() for line in axes.lines)
    assert np.allclose(np.hypot(*circle.T), 2)
    # x² − 2ρxz + z² = 4(1 − ρ²) where two deviations are.
    a, b = ellipse.T
    assert np.allclose(a**2 - a * b + b**2, 3)
