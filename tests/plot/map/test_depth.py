"""Figures of depth draw the data they are given, and name what they show."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.lower import Curve
from actmath.numeric import edge_of_chaos, phase
from actmath.numeric._depth.random_network import send_circle
from actmath.plot import illustrate
from actmath.plot._canvas.bands import Ribbon
from actmath.plot._map.depth import (
    PhaseDiagram,
    plot_by_layer,
    plot_gain,
    plot_maps,
    plot_phases,
    plot_travel,
)


def diagram(name: str, marks: dict[str, tuple[float, float]]) -> PhaseDiagram:
    w, b = np.meshgrid(np.linspace(0.5, 2.0, 7), np.linspace(0, 1, 5))
    edge = edge_of_chaos(name, np.geomspace(0.01, 10, 9))
    return PhaseDiagram(name, w, b, phase(name, w, b), edge, marks)


def test_travel_shows_each_layer_and_the_two_neighbours() -> None:
    sent = send_circle("tanh", (1, 3), sigma_w=1.5, sigma_b=0.2, width=30, points=49, neighbour=4)
    figure = plot_travel({"one": sent, "other": sent})
    assert len(figure.axes) == 4
    panel = figure.axes[1]
    assert panel.get_title(loc="left") == f"layer 3: c = {sent.correlation[1]:.2f}"
    path, first, second = (line.get_xydata() for line in panel.get_lines())
    assert np.array_equal(path, sent.plane[1])
    assert np.array_equal(first[0], sent.plane[1, 0])
    assert np.array_equal(second[0], sent.plane[1, 4])
    assert [figure.axes[at].get_ylabel() for at in (0, 2)] == ["one", "other"]


def test_phases_name_their_marks_and_hatch_what_has_no_length() -> None:
    figure = plot_phases([diagram("tanh", {"foot": (1.0, 0.0)}), diagram("relu", {})])
    tanh, relu = (axes for axes in figure.axes if axes.get_visible())
    assert [text.get_text() for text in tanh.texts] == ["foot"]
    edge = edge_of_chaos("tanh", np.geomspace(0.01, 10, 9))
    assert np.array_equal(tanh.get_lines()[0].get_xdata(), edge.sigma_w)
    hatches = [[c.hatches for c in axes.collections if any(c.hatches)] for axes in (tanh, relu)]
    assert not hatches[0]
    assert len(hatches[1]) == 1
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[0] == "ordered, below 3"
    assert names[-2:] == ["edge of chaos", "no fixed length"]
    assert len(names) == 10


def test_phases_change_colour_on_the_edge() -> None:
    figure = plot_phases([diagram("tanh", {})])
    filled = figure.axes[0].collections[0]
    assert filled.levels[len(filled.levels) // 2] == 1.0
    assert len(filled.levels) == 9


@pytest.mark.parametrize("logarithmic", [False, True])
def test_maps_mark_their_fixed_points(logarithmic: bool) -> None:
    x = np.array([0.1, 1.0, 10.0])
    curves = [Curve("one", x, x**0.5), Curve("other", x, x**0.9)]
    figure = plot_maps(curves, [(1.0, 1.0)], xlabel="q", ylabel="next q", logarithmic=logarithmic)
    (axes,) = figure.axes
    assert axes.get_xscale() == axes.get_yscale() == ("log" if logarithmic else "linear")
    diagonal, first, second, point = (line.get_xydata() for line in axes.get_lines())
    assert np.array_equal(diagonal, [[0.1, 0.1], [10.0, 10.0]])
    assert np.array_equal(first[:, 1], x**0.5)
    assert np.array_equal(second[:, 1], x**0.9)
    assert np.array_equal(point, [[1.0, 1.0]])


def test_layers_have_one_entry_for_all_predictions() -> None:
    x = np.arange(1, 4)
    ribbons = [Ribbon.of(name, x, x, x - 0.5, x + 0.5) for name in ("a", "b")]
    lines = [Curve("", x, x + 0.1), Curve("", x, x + 0.2)]
    figure = plot_by_layer(ribbons, lines, ylabel="length q", logarithmic=True)
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == (
        "layer",
        "length q",
        "log",
    )
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b", "predicted"]
    assert np.array_equal(axes.get_lines()[3].get_ydata(), x + 0.2)
    assert len({line.get_marker() for line in axes.get_lines()[:2]}) == 2


def test_gain_marks_stand_in_both_panels() -> None:
    gains = np.linspace(0.8, 1.2, 5)
    figure = plot_gain(gains, phase("selu", gains, 0.0), {"here": (1.0, 1.0, 1.07)})
    top, bottom = figure.axes
    assert top.get_yscale() == "log"
    assert np.array_equal(top.get_lines()[1].get_xydata(), [[1.0, 1.0]])
    assert np.array_equal(bottom.get_lines()[-1].get_xydata(), [[1.0, 1.07]])
    assert illustrate(figure, alt="two curves").svg.startswith("<svg")
