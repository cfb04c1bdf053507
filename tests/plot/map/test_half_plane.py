"""The half-plane draws its ellipses, steps and paths, and names them."""

from __future__ import annotations

import numpy as np

from actmath.numeric._geometry.unit_statistics import geodesic, unit_ellipse
from actmath.plot._map.half_plane import plot_half_plane


def test_half_plane() -> None:
    centre = np.array([0.0, 1.0])
    step = np.array([0.2, 0.1])
    figure = plot_half_plane(
        [unit_ellipse((0, 1), 0.01)], [(centre, step, 2 * step)], [geodesic((0, 1), (1, 1))]
    )
    (axes,) = figure.axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["equal divergence", "shortest path", "gradient", "natural gradient"]
    assert np.allclose(axes.lines[1].get_xydata(), geodesic((0, 1), (1, 1)))
    assert len(axes.texts) == 2
