"""The figure of ranks draws what it was given."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.plot._runs.ranks import plot_ranks, plot_rivals

FOUND = {"b": -1.0, "a": 0.25, "c": 0.75}
PRINTED = {"a": -0.5, "b": 0.1, "c": 0.4}


def test_ranks() -> None:
    (axes,) = plot_ranks(FOUND, PRINTED, critical=0.6, xlabel="average rank").axes
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines["here"].get_xdata()) == [-1.0, 0.25, 0.75]
    assert list(lines["printed"].get_xdata()) == [0.1, -0.5, 0.4]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["b", "a", "c"]
    bars = [line for line in axes.lines if list(line.get_ydata()) == [-0.8, -0.8]]
    assert np.ptp(bars[0].get_xdata()) == pytest.approx(0.6)
    assert axes.get_xlabel() == "average rank"


def test_rivals() -> None:
    curves = {name: np.array([[0.1, 0.2 + i], [0.3, 0.4 + i]]) for i, name in enumerate("snrt")}
    figure = plot_rivals(curves, "s", ylabel="accuracy")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["n", "r", "t"]
    for i, axes in enumerate(figure.axes, start=1):
        both = [list(line.get_ydata()) for line in axes.lines]
        np.testing.assert_allclose(both, [[0.2, 0.3], [0.2, 0.3 + i]])
    assert figure.get_supylabel() == "accuracy"
