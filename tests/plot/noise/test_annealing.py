"""Figures of annealing draw the runs, reliefs and shares that they are given."""

from __future__ import annotations

from actmath.numeric._noise.annealing import descend, success_by_level
from actmath.numeric._noise.landscapes import PICTURE, WELLS, relief
from actmath.numeric._noise.schedules import ConstantSchedule
from actmath.plot._noise.annealing import plot_paths, plot_plane, plot_sweep, smoothing_slider


def test_paths_plane_and_sweep() -> None:
    run = descend(PICTURE, runs=8, steps=20, follow=5)
    axes = plot_paths([run], ["plain"], PICTURE.minimum[0]).axes[0]
    assert len(axes.get_lines()) == 6
    assert f"{run.success.rate:.0%}" in axes.get_title(loc="left")
    flat = descend(WELLS, runs=8, steps=20, follow=5)
    plane = plot_plane(relief(WELLS, [0.5], points=20), [flat], ["plain"]).axes[0]
    assert len(plane.get_lines()) == 10
    found = success_by_level(PICTURE, [0, 1], {"fixed": ConstantSchedule}, runs=10, steps=20)
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
