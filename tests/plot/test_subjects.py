"""Every plotting function draws what it was given, with labelled axes."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
from actmath.lower import Curve
from actmath.lower._curve import curve
from actmath.plot._canvas.curves import plot_curves, plot_fixed_points, plot_value_and_slope
from actmath.plot._map.self_normalizing import plot_conditions
from actmath.plot._runs.training import plot_learning_curves, plot_outcomes

UNITS = (catalog.relu, catalog.hard_tanh)
ROWS = {"one": np.array([[0.1, 0.5], [0.2, 0.6]]), "two": np.array([[0.1, 0.1], [0.1, 0.2]])}


def figures() -> dict[str, object]:
    values = [curve(unit) for unit in UNITS]
    slopes = [curve(unit, order=1) for unit in UNITS]
    intervals = {"one": (0.55, 0.5, 0.6), "two": (0.15, 0.1, 0.2)}
    finals = {name: rows[:, -1].tolist() for name, rows in ROWS.items()}
    return {
        "curves": plot_curves(values, thresholds=[-1, 1]),
        "value and slope": plot_value_and_slope(values, slopes),
        "fixed points": plot_fixed_points(values, [(0.0, 0.0)]),
        "conditions": plot_conditions(Curve("c", np.array([1.0, 2]), np.array([2.0, 1])), 1.5, 1.5),
        "learning": plot_learning_curves(ROWS, ylabel="accuracy", chance=0.1),
        "outcomes": plot_outcomes(finals, intervals, xlabel="accuracy", chance=0.1),
    }


@pytest.mark.parametrize(("name", "figure"), figures().items())
def test_axes_are_labelled(name: str, figure: object) -> None:
    for axes in figure.axes:  # type: ignore[attr-defined]
        assert axes.get_xlabel()
        assert axes.get_ylabel() or name == "outcomes"
        assert axes.lines


def test_a_jump_is_not_bridged() -> None:
    slopes = curve(catalog.relu, -1, 1, order=1)
    assert np.isnan(slopes.y).sum() == 1
    assert set(np.unique(slopes.y[~np.isnan(slopes.y)])) == {0.0, 1.0}


def test_curve_refuses_an_empty_interval() -> None:
    with pytest.raises(ValueError, match="cannot sample"):
        curve(catalog.relu, 1, 1)
