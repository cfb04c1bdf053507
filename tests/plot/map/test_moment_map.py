"""Pictures of the moment map draw the arrows, orbits, marks and numbers that they are given."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.numeric._self_normalizing.behaviour import Behaviour
from actmath.numeric._self_normalizing.constants_table import constants_table
from actmath.numeric._self_normalizing.flow import ScaledUnit, flow, output_density
from actmath.numeric._self_normalizing.target_map import target_map
from actmath.plot import illustrate
from actmath.plot._map.moment_map import (
    plot_flow,
    plot_flows,
    plot_output_density,
    plot_targets,
    plot_units,
)

GRID = np.linspace(-1, 1, 5), np.geomspace(0.1, 10, 3)


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_push_shares_its_axes_and_marks_the_moments():
    found = output_density(ScaledUnit(catalog.selu), 0.5, 2.0)
    curve, after, before = plot_output_density(found).axes
    assert np.array_equal(curve.lines[0].get_ydata(), found.unit.y)
    assert before.lines[0].get_xdata() == [0.5, 0.5]
    assert after.lines[0].get_ydata() == [found.outputs[0]] * 2
    assert before.get_xlim() == curve.get_xlim()
    assert after.get_ylim() == curve.get_ylim()


def test_arrows_are_steps_cut_at_the_spacing():
    field = flow(ScaledUnit(catalog.selu), np.linspace(-1, 1, 5), np.linspace(0.5, 1.5, 5))
    (axes,) = plot_flow([field], [Behaviour.ATTRACTS]).axes
    (arrows,) = axes.collections
    across, up = field.to_means - field.means, field.to_variances - field.variances
    cells = np.hypot(across / 0.5, up / 0.25)
    drawn = np.hypot(arrows.U.reshape(5, 5) / 0.5, arrows.V.reshape(5, 5) / 0.25)
    assert drawn == pytest.approx(np.minimum(cells, 0.85))
    assert (arrows.U.reshape(5, 5) * across >= 0).all()
    short = cells < 0.85
    assert short.any()
    assert arrows.U.reshape(5, 5)[short] == pytest.approx(across[short])


def test_flow_draws_orbits_box_and_mark():
    field = flow(ScaledUnit(catalog.selu), *GRID, starts=[(0.5, 1.0)], layers=4)
    figure = plot_flow([field], [Behaviour.ATTRACTS], box=((-0.1, 0.1), (0.8, 1.5)))
    (axes,) = figure.axes
    assert np.array_equal(axes.lines[0].get_xydata(), field.orbits[0])
    (box,) = axes.patches
    assert box.get_bbox().bounds == pytest.approx((-0.1, 0.8, 0.2, 0.7))
    assert legend(figure) == ["one dot a layer", "Theorem 1's box", "attracts"]
    assert axes.get_xlabel() == "mean"
    assert axes.get_ylabel() == "variance"


def test_small_flows_have_a_logarithmic_axis_and_the_line_of_landing():
    fields = [flow(ScaledUnit(f), *GRID) for f in (catalog.relu, catalog.tanh)]
    figure = plot_flows(fields, [Behaviour.NEUTRAL, Behaviour.ATTRACTS])
    for axes, field in zip(figure.axes, fields, strict=True):
        assert axes.get_title(loc="left") == field.label
        assert axes.lines[0].get_ydata() == pytest.approx(np.log10(field.landing[:, 1]))
        assert axes.lines[1].get_xydata().tolist() == [[0, 0]]
        assert axes.get_xlabel() == "mean"
    assert figure.axes[0].get_ylabel() == "variance"
    assert legend(figure) == ["where a step lands", "attracts", "neutral"]


def test_bare_flows_have_no_mark():
    figure = plot_flows([flow(ScaledUnit(catalog.relu), *GRID)])
    assert len(figure.axes[0].lines) == 1
    assert legend(figure) == ["where a step lands"]


def test_units_show_their_constants():
    found = constants_table(["elu", "relu", "tanh", "gelu"])
    figure = plot_units(list(found))
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["ELU", "ReLU", "tanh", "GELU"]
    assert shown[0].texts[0].get_text() == "α 1.673\nλ 1.051"
    assert shown[1].texts[0].get_text() == "s −0.399\nλ 1.713"
    assert shown[2].texts[0].get_text() == "s 0\nλ 1.593"
    assert legend(figure) == ["attracts", "neutral", "does not attract"]
    assert all(axes.get_xlabel() == "x" for axes in shown[1:])


def test_targets_print_a_radius_or_a_dash():
    maps = [target_map("elu", [0, 2], ["0.01", 1], omega=omega) for omega in (0, 1)]
    figure = plot_targets(maps)
    above, below = figure.axes
    assert [text.get_text() for text in above.texts] == ["0.963", "–", "0.783", "–"]
    assert [text.get_weight() for text in above.texts][::2] == ["bold", "bold"]
    assert len(above.patches) == 2
    assert len(below.patches) == 4
    assert {text.get_weight() for text in below.texts} == {"normal"}


def test_figures_pass_into_a_page():
    field = flow(ScaledUnit(catalog.relu), *GRID)
    assert illustrate(plot_flows([field]), alt="flow").svg.startswith("<svg")


def test_behaviours_may_be_names_and_are_one_for_each() -> None:
    field = flow(ScaledUnit(catalog.tanh), *GRID)
    plot_flow([field], ["attracts"])
    for wrong, message in ((["nowhere"], "attracts, neutral, does"), (["attracts"] * 2, "one for")):
        with pytest.raises(ValueError, match=message):
            plot_flows([field], wrong)
