"""Folded clouds: a panel for every unit and stage; points travel from before to after."""

from __future__ import annotations

import re

import numpy as np
import pytest

from actmath import catalog
from actmath.numeric._geometry.fold_cloud import fold_cloud, rings
from actmath.plot._map.folding import animate_folding, plot_folding


def test_folding_has_a_panel_for_every_unit_and_stage() -> None:
    clouds = [fold_cloud(f, rings(20), 2) for f in (catalog.relu, catalog.abs_)]
    figure = plot_folding(clouds)
    assert len(figure.axes) == 6
    drawn = figure.axes[4].collections[0].get_offsets()
    assert np.allclose(drawn, clouds[1].stages[1])


def test_morph_moves_every_point_from_before_to_after_when_asked() -> None:
    clouds = [fold_cloud(f, rings(12), 1, turn=0.0, push=0.0) for f in (catalog.relu, catalog.abs_)]
    shown = animate_folding(clouds, alt="two units fold three rings")
    page = shown._repr_html_()
    assert repr(shown) == "FoldingAnimation\n  shows  two units fold three rings"
    starts = re.findall(r'd="M([\d.]+) ([\d.]+)m', page)
    ways = re.findall(r"--x:([-\d.]+)px;--y:([-\d.]+)px", page)
    assert len(starts) == len(ways) == 2 * 36
    axes = shown.base.figure.axes[1]
    scale = axes.transData.transform([[1, 0], [0, 0]])[:, 0] @ [1, -1] * 72 / 100
    moved = (clouds[1].stages[1] - clouds[1].stages[0]) * [scale, -scale]
    assert np.allclose(np.array(ways[36:], float), moved, atol=0.06)
    assert page.count("fill:var(--figure-blue, #0072b2)") == 2 * 9
    assert "prefers-reduced-motion" in page
    # Nothing moves by itself: a button and a slider do, and the end is seen first.
    assert "animation" not in page.replace("requestAnimationFrame", "")
    assert "@keyframes" not in page
    assert page.count("<button") == page.count('type="range"') == 1
    assert 'value="1" aria-label="from before to after"' in page
    assert "<script" not in page
    assert 'aria-label="two units fold three rings"' in page
    assert len(page) < 300_000


def test_morph_of_nothing() -> None:
    with pytest.raises(ValueError, match="at least one FoldedCloud"):
        animate_folding([], alt="nothing")
