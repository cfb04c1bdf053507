"""Figures of this study: what was given is drawn, and everything named is in the legend."""

from __future__ import annotations

import re

import numpy as np
import pytest

from actmath import catalog
from actmath.lower import Curve
from actmath.numeric._geometry.fold_cloud import fold_cloud, rings
from actmath.numeric._geometry.unit_statistics import geodesic, unit_ellipse
from actmath.plot._canvas.bands import Ribbon, plot_lines, plot_ribbons
from actmath.plot._map.folding import morph, plot_folding
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


def test_folding_has_a_panel_for_every_unit_and_stage() -> None:
    clouds = [fold_cloud(f, rings(20), 2) for f in (catalog.relu, catalog.abs_)]
    figure = plot_folding(clouds)
    assert len(figure.axes) == 6
    drawn = figure.axes[4].collections[0].get_offsets()
    assert np.allclose(drawn, clouds[1].stages[1])


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


def test_morph_moves_every_point_from_before_to_after_and_can_stand_still() -> None:
    clouds = [fold_cloud(f, rings(12), 1, turn=0.0, push=0.0) for f in (catalog.relu, catalog.abs_)]
    shown = morph(clouds, alt="two units fold three rings")
    page = shown._repr_html_()
    starts = re.findall(r'd="M([\d.]+) ([\d.]+)m', page)
    ways = re.findall(r"--x:([-\d.]+)px;--y:([-\d.]+)px", page)
    assert len(starts) == len(ways) == 2 * 36
    axes = shown.base.figure.axes[1]
    scale = axes.transData.transform([[1, 0], [0, 0]])[:, 0] @ [1, -1] * 72 / 100
    moved = (clouds[1].stages[1] - clouds[1].stages[0]) * [scale, -scale]
    assert np.allclose(np.array(ways[36:], float), moved, atol=0.06)
    assert page.count("fill:var(--figure-blue, #0072b2)") == 2 * 9
    assert "prefers-reduced-motion" in page
    assert "<script" not in page
    assert 'aria-label="two units fold three rings"' in page
    assert len(page) < 300_000


def test_morph_of_nothing() -> None:
    with pytest.raises(ValueError, match="at least one cloud"):
        morph([], alt="nothing")
