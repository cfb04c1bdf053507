"""Panels, groups and slopes draw everything that they are given."""

from __future__ import annotations

import numpy as np

from actmath.plot._runs.training_panels import plot_grouped_outcomes, plot_predicted, plot_slopes

ROWS = {"one": np.array([[0.1, 0.5], [0.2, 0.6]]), "two": np.array([[0.1, 0.1], [0.1, 0.2]])}


def test_groups_have_a_row_an_arm() -> None:
    groups = {"plain": {"a": [1.0, 2.0], "b": [2.0, 3.0]}, "norm": {"c": [1.0, 1.0]}}
    intervals = {g: dict.fromkeys(arms, (1.0, 0.5, 1.5)) for g, arms in groups.items()}
    (axes,) = plot_grouped_outcomes(groups, intervals, xlabel="error").axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    assert len(axes.lines) == 3 * 3


def test_predictions_are_lines_beside_the_measured() -> None:
    (axes,) = plot_predicted(ROWS, {n: r[0] for n, r in ROWS.items()}, "square").axes
    np.testing.assert_array_equal(axes.lines[3].get_ydata(), ROWS["one"][0])
    assert axes.get_ylabel() == "square"


def test_slopes_stand_beside_the_printed_ones() -> None:
    printed = {"one": (0.7, 0.1), "two": (0.6, 0.2)}
    first, second = plot_slopes(ROWS, printed, ("conv1", "conv2")).axes
    np.testing.assert_array_equal(first.lines[3].get_ydata(), [0.7, 0.1])
    np.testing.assert_allclose(second.lines[2].get_ydata(), [0.1, 0.15])
