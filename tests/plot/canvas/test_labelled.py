"""What figures are given is read as arrays, and what does not serve is named."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch

from actmath import plot
from actmath.lower import Curve
from actmath.numeric import cobweb
from actmath.plot._canvas.curves import looks
from actmath.plot._canvas.labelled import (
    intervals_of,
    numbers_of,
    points_in,
    rows_of,
    several,
    tables_of,
)

MASKED = np.ma.array([1.0, 2.0], mask=[False, True])


@pytest.mark.parametrize("given", [[1, 2], (1.0, 2.0), np.float32([1, 2]), torch.ones(2) * 2 - 1])
def test_rows_of_any_kind(given: Any) -> None:
    (row,) = rows_of({"a": given}, "finals").values()
    assert (row.dtype, row.shape) == (np.float64, (2,))


@pytest.mark.parametrize("bad", [MASKED, [True, False], [1j, 2], ["1"], None, {1.0}, [[1, 2]]])
def test_what_is_no_row_is_named(bad: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="finals of a"):
        rows_of({"a": bad}, "finals")
    for read in (rows_of, tables_of, numbers_of):
        with pytest.raises(TypeError, match="finals must be a mapping"):
            read(bad, "finals")


def test_labels_that_miss_are_named() -> None:
    assert numbers_of({"a": Fraction(1, 2)}, "found") == {"a": 0.5}
    for read in (rows_of, numbers_of):
        with pytest.raises(ValueError, match=r"found must have a .* for b"):
            read({}, "found", ["b"])
    with pytest.raises(ValueError, match="mean, low and high of b"):
        intervals_of({"b": (1, 2)}, ["b"], "intervals")


def test_several_parts_and_points() -> None:
    assert several(range(2), int, "counts") == [0, 1]
    assert points_in([], "points").shape == (0, 2)
    assert points_in(np.ones((3, 2)), "points").shape == points_in([(1, 1)] * 3, "points").shape
    for bad in (3, None, "ab", {1}):
        with pytest.raises(TypeError, match="counts must be a list of ints"):
            several(bad, int, "counts")
    with pytest.raises(TypeError, match="each of counts must be an int"):
        several([1, "2"], int, "counts")
    with pytest.raises(ValueError, match="points must be pairs"):
        points_in([1, 2], "points")


def _curves(count: int) -> list[Curve]:
    return [Curve(f"curve {i}", [0, 1], [i, i + 1]) for i in range(count)]


def test_no_curve_is_left_out() -> None:
    """There are six colours: a seventh curve was not drawn, and nothing said so."""
    curves, named = _curves(9), {"xlabel": "x", "ylabel": "y"}
    ribbons = [plot.Ribbon(each, each.y - 1, each.y + 1) for each in curves]
    web = cobweb("tanh", np.linspace(-1, 1, 9), 2)
    table = {each.label: [[1, 2], [3, 4]] for each in curves}
    row = {label: [1, 2] for label in table}
    many = [
        plot.plot_lines(curves, **named),
        plot.plot_value_and_slope(curves, curves),
        plot.plot_fixed_points(curves, []),
        plot.plot_ribbons(ribbons, curves, **named),
        plot.plot_maps(curves, [(0, 0)] * 9, **named),
        plot.plot_by_layer(ribbons, curves, ylabel="y"),
        plot.plot_predicted(table, row, "y"),
        plot.plot_cobwebs(curves[:1], [web]),
    ]
    for figure in many:
        assert all(len(axes.lines) >= 9 for axes in figure.axes)
    # Beside the axes, where so many names cover nothing.
    assert all(len(figure.legends[0].get_texts()) >= 9 for figure in many[:3])
    assert len(set(islice(looks(), 12))) == 12


@pytest.mark.parametrize(
    "draw",
    [
        lambda bad: plot.plot_lines(bad, xlabel="x", ylabel="y"),
        lambda bad: plot.plot_clouds(bad, xlabel="x", ylabel="y"),
        lambda bad: plot.plot_flows(bad),
        lambda bad: plot.plot_learning_curves(bad, ylabel="y"),
        lambda bad: plot.plot_ranks(bad, {}, critical=1, xlabel="x"),
        lambda bad: plot.Ribbon(_curves(1)[0], bad, [1, 2]),
        lambda bad: plot.Cloud("", bad, [1, 2]),
        lambda bad: plot.GatedSurface("", [1, 2], [1], bad),
        lambda bad: plot.Panel("", "", "", {"a": bad}),
        lambda bad: plot.ConstantMark("a", bad),
        lambda bad: Curve("", bad, [1, 2]),
    ],
)
def test_what_cannot_be_drawn_is_named(draw: Any) -> None:
    for bad in (True, None, 1j, "ab", MASKED, [1j, 2]):
        with pytest.raises((TypeError, ValueError), match=r"must|masked"):
            draw(bad)
