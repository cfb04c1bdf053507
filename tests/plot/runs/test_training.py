"""Figures of training runs: every label keeps its look, nothing is dropped without a word."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.plot._runs.training import (
    Cloud,
    Panel,
    plot_clouds,
    plot_learning_curves,
    plot_outcomes,
    plot_panels,
)

ROWS = np.array([[0.1, 0.5, 0.6], [0.2, 0.6, np.nan]])


def panel(title: str, *labels: str, **more: object) -> Panel:
    return Panel(title, "layer", "variance", dict.fromkeys(labels, ROWS), **more)  # type: ignore[arg-type]


def test_a_label_looks_the_same_in_every_panel() -> None:
    figure = plot_panels([panel("one", "a", "b"), panel("two", "b")])
    looks = [
        {line.get_label(): (line.get_color(), line.get_linestyle()) for line in axes.lines}
        for axes in figure.axes
    ]
    assert looks[0]["b"] == looks[1]["b"] != looks[0]["a"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b"]


def test_panel_draws_means_seeds_prediction_and_level() -> None:
    prediction = np.array([1.0, 2.0, 4.0])
    figure = plot_panels(
        [panel("one", "a", predicted={"a": prediction}, start=1, log=True, level=1.0)], columns=1
    )
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    by_label = {line.get_label(): line for line in axes.lines}
    np.testing.assert_array_equal(by_label["a"].get_xdata(), [1, 2, 3])
    np.testing.assert_allclose(by_label["a"].get_ydata(), [0.15, 0.55, 0.6])
    np.testing.assert_array_equal(by_label["predicted"].get_ydata(), prediction)
    assert len(axes.lines) == 2 + 1 + 1 + 1


def test_points_stand_where_they_are_said_to() -> None:
    rates = (0.003, 0.01, 0.04)
    (axes,) = plot_panels([panel("one", "a", predicted={"a": ROWS[0]}, at=rates)]).axes
    assert all(tuple(line.get_xdata()) == rates for line in axes.lines)
    # Between two whole numbers there would be no other mark.
    assert len([mark for mark in axes.get_xticks() if 0 < mark < 0.04]) > 1


def test_unused_axes_are_taken_away() -> None:
    assert len(plot_panels([panel(name, "a") for name in "abc"]).axes) == 3


def test_twelve_conditions_are_all_drawn_and_told_apart() -> None:
    figure = plot_learning_curves({str(k): ROWS[:, :2] for k in range(12)}, ylabel="loss")
    lines = [line for line in figure.axes[0].lines if not line.get_label().startswith("_")]
    assert len(lines) == 12
    assert len({(line.get_color(), str(line._unscaled_dash_pattern)) for line in lines}) == 12


@pytest.mark.parametrize("box", [None, (-1.0, 1.0, 0.5, 1.5)])
def test_clouds_share_axes_and_box(box: tuple[float, float, float, float] | None) -> None:
    clouds = [Cloud(name, np.zeros(4), np.arange(4.0)) for name in ("before", "after")]
    figure = plot_clouds(clouds, xlabel="omega", ylabel="tau", box=box)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["before", "after"]
    assert all(len(axes.lines) == 1 + (box is not None) for axes in figure.axes)
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_learning_curves_are_means_over_the_seeds_that_are_there() -> None:
    (axes,) = plot_learning_curves({"one": ROWS}, ylabel="accuracy", chance=0.1).axes
    by_label = {line.get_label(): line for line in axes.lines}
    np.testing.assert_array_equal(by_label["one"].get_xdata(), [1, 2, 3])
    np.testing.assert_allclose(by_label["one"].get_ydata(), [0.15, 0.55, 0.6])
    assert by_label["chance"].get_ydata() == [0.1, 0.1]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "accuracy")


def test_outcomes_have_a_row_a_condition_with_its_interval() -> None:
    finals = {"one": [0.5, 0.6], "two": [0.1, 0.2]}
    intervals = {"one": (0.55, 0.5, 0.6), "two": (0.15, 0.1, 0.2)}
    (axes,) = plot_outcomes(finals, intervals, xlabel="accuracy", chance=0.1).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "two"]
    dots, interval, mean = axes.lines[3:6]
    assert (list(dots.get_xdata()), list(dots.get_ydata())) == ([0.1, 0.2], [1, 1])
    assert list(interval.get_xdata()) == [0.1, 0.2]
    assert list(mean.get_xdata()) == [0.15]
    assert axes.yaxis_inverted()
    assert axes.get_xlabel() == "accuracy"


def test_outcomes_show_what_is_printed_in_the_rows_order() -> None:
    finals = {"one": [0.5], "two": [0.1]}
    intervals = {"one": (0.5, 0.5, 0.5), "two": (0.1, 0.1, 0.1)}
    printed = {"two": 0.2, "one": 0.6}
    figure = plot_outcomes(finals, intervals, xlabel="accuracy", printed=printed)
    (axes,) = figure.axes
    (diamonds,) = (line for line in axes.lines if line.get_label() == "printed")
    assert list(diamonds.get_xdata()) == [0.6, 0.2]
    (legend,) = figure.legends  # outside: a diamond among the dots would read as one of them
    assert [text.get_text() for text in legend.get_texts()] == ["printed"]
