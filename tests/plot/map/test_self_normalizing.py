"""The two conditions cross where the solution is."""

from __future__ import annotations

import numpy as np

from actmath.lower import Curve
from actmath.plot._map.self_normalizing import plot_conditions


def test_the_solution_is_marked_where_the_conditions_meet() -> None:
    second = Curve("c", np.array([1.0, 2.0]), np.array([2.0, 1.0]))
    (axes,) = plot_conditions(second, 1.5, 1.5).axes
    curve, vertical, dot = axes.lines
    np.testing.assert_array_equal(curve.get_xydata(), [[1.0, 2.0], [2.0, 1.0]])
    assert vertical.get_xdata() == [1.5, 1.5]
    np.testing.assert_array_equal(dot.get_xydata(), [[1.5, 1.5]])
    assert [text.get_text() for text in axes.texts] == ["(1.5000, 1.5000)"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("shape α", "scale λ")
