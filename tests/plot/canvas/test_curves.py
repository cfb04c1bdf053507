"""Curves are drawn as given, with labelled axes, the same look for a value and its slope."""

from __future__ import annotations

import numpy as np

from actmath import catalog
from actmath.lower._curve import curve
from actmath.plot._canvas.curves import DASHES, MARKERS, plot_fixed_points, plot_value_and_slope
from actmath.plot._canvas.style import PALETTE

UNITS = (catalog.relu, catalog.hard_tanh)


def test_value_and_slope_share_colour_and_dash() -> None:
    values, slopes = ([curve(unit, order=order) for unit in UNITS] for order in (0, 1))
    left, right = plot_value_and_slope(values, slopes).axes
    assert (left.get_xlabel(), left.get_ylabel()) == ("x", "f(x)")
    assert (right.get_xlabel(), right.get_ylabel()) == ("x", "f′(x)")
    for one, other, value, slope in zip(left.lines, right.lines, values, slopes, strict=True):
        assert (one.get_color(), one.get_linestyle()) == (other.get_color(), other.get_linestyle())
        np.testing.assert_array_equal(one.get_ydata(), value.y)
        np.testing.assert_array_equal(other.get_ydata(), slope.y)
    assert [text.get_text() for text in left.get_legend().get_texts()] == [v.label for v in values]


def test_fixed_points_lie_on_the_diagonal_of_the_widest_curve() -> None:
    curves = [curve(catalog.relu, -1, 2), curve(catalog.hard_tanh, -2, 1)]
    (axes,) = plot_fixed_points(curves, [(0.0, 0.0), (1.0, 1.0)]).axes
    (diagonal,) = [line for line in axes.lines if line.get_label() == "y = x"]
    assert diagonal.get_xydata().tolist() == [[-2.0, -2.0], [2.0, 2.0]]
    dots = [line.get_xydata()[0].tolist() for line in axes.lines if line.get_marker() == "o"]
    assert dots == [[0.0, 0.0], [1.0, 1.0]]
    assert axes.get_aspect() == 1


def test_there_is_a_dash_and_a_marker_for_every_ink() -> None:
    assert len(DASHES) == len(MARKERS) == len(PALETTE)
    assert len(set(MARKERS)) == len(MARKERS)
