"""Figures of noisy units, cobwebs and annealing draw the data they are given."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from actmath import catalog
from actmath.derive import harden
from actmath.derive._noise.noisy_unit import noisy
from actmath.lower._curve import curve
from actmath.numeric._geometry.cobweb import cobweb
from actmath.numeric._noise.annealing import descend, success_by_level
from actmath.numeric._noise.band import noise_band
from actmath.numeric._noise.landscapes import PICTURE, WELLS, relief
from actmath.numeric._noise.schedules import Constant
from actmath.plot import illustrate
from actmath.plot._canvas.slider import slide
from actmath.plot._map.cobweb import plot_cobwebs
from actmath.plot._noise.annealing import plot_paths, plot_plane, plot_sweep, smoothing_slider
from actmath.plot._noise.noise import plot_noise_bands


def test_bands_show_draws_mean_and_hard_unit() -> None:
    units = [noisy(harden(catalog.tanh), kind) for kind in ("NAN", "NAH", "NANI", "NANIS")]
    bands = [noise_band(unit, level=3, draws=2, points=21) for unit in units]
    figure = plot_noise_bands(bands)
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in panels] == [band.name for band in bands]
    for axes, band in zip(panels, bands, strict=True):
        lines = [line.get_ydata() for line in axes.get_lines()]
        assert np.array_equal(lines[-2], band.mean)
        assert np.array_equal(lines[-1], band.hard)
        assert len(lines) == 4
        assert len(axes.collections) == 1


def test_cobwebs_follow_the_path() -> None:
    webs = [cobweb(catalog.tanh, [2.0, -1.0], steps=3)]
    axes = plot_cobwebs([curve(catalog.tanh, -2, 2)], webs).axes[0]
    stairs = [line for line in axes.get_lines() if len(line.get_xdata()) == 7]
    across, up = webs[0].path
    for line, one, other in zip(stairs, across, up, strict=True):
        assert np.array_equal(line.get_xdata(), one)
        assert np.array_equal(line.get_ydata(), other)


def test_paths_plane_and_sweep() -> None:
    run = descend(PICTURE, runs=8, steps=20, follow=5)
    axes = plot_paths([run], ["plain"], PICTURE.minimum[0]).axes[0]
    assert len(axes.get_lines()) == 6
    assert f"{run.success.rate:.0%}" in axes.get_title(loc="left")
    flat = descend(WELLS, runs=8, steps=20, follow=5)
    plane = plot_plane(relief(WELLS, [0.5], points=20), [flat], ["plain"]).axes[0]
    assert len(plane.get_lines()) == 10
    found = success_by_level(PICTURE, [0, 1], {"fixed": Constant}, runs=10, steps=20)
    swept = plot_sweep([found]).axes[0]
    assert swept.get_lines()[0].get_ydata().tolist() == [s.rate for s in found.curves[0][1]]


def test_slider_has_a_frame_and_a_label_for_each_level() -> None:
    levels = [0, 0.5, 2]
    shown = smoothing_slider(relief(PICTURE, levels, points=50), alt="a <curve>")
    html = shown._repr_html_()
    assert html.count("<path data-frame=") == html.count("<output data-frame=") == 3
    assert html.count("display:none") == 4
    assert 'max="2"' in html
    assert "a &lt;curve&gt;" in html
    assert "http://" not in html.replace("http://www.w3.org/", "")


def test_slider_frames_lie_on_the_axes() -> None:
    """The frame of the line that the figure itself draws has that line's coordinates."""
    figure = Figure()
    axes = figure.add_subplot()
    x = np.linspace(0, 1, 5)
    axes.plot(x, x**2, color="#123456")
    shown = slide(figure, axes, x, [x**2], ["one"], name="level", alt="a parabola")
    drawn = re.search(r'<path d="([^"]*)"[^>]*#123456', shown.base.svg)
    assert drawn
    both = [np.array(re.findall(r"-?\d+\.?\d*", d), float) for d in (drawn[1], shown.paths[0])]
    assert both[0] == pytest.approx(both[1], abs=0.06)


def test_slider_needs_a_label_for_each_curve() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    with pytest.raises(ValueError, match="label for each curve"):
        slide(figure, axes, np.zeros(2), [np.zeros(2)], [], name="s", alt="none")


def test_figures_pass_into_a_page() -> None:
    band = noise_band(noisy(harden(catalog.tanh), "NAN"), draws=1, points=51)
    assert illustrate(plot_noise_bands([band]), alt="noise").svg.startswith("<svg")
