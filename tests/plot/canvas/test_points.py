"""The points of a figure as CSV."""

from __future__ import annotations

import csv

import numpy as np
from matplotlib.figure import Figure

from actmath.plot import illustrate
from actmath.plot._canvas.points import points_of


def table(fig: Figure) -> list[list[str]]:
    return list(csv.reader(points_of(fig).splitlines()))


def test_every_line_and_cloud_is_there_with_its_panel() -> None:
    fig = Figure()
    left, right = fig.subplots(1, 2)
    left.set_title("one, two")
    left.plot([0, 1], [2, 3], label="line")
    right.scatter([4, 5], [6, 7])
    head, *rows = table(fig)
    assert head == ["panel", "series", "x", "y"]
    assert rows[0] == ["one, two", "line", "0", "2"]
    assert rows[2:] == [["2", "1", "4", "6"], ["2", "1", "5", "7"]]


def test_what_has_no_points_is_left_out() -> None:
    fig = Figure()
    axes = fig.subplots()
    axes.axhline(1.0)
    axes.fill_between([0, 1], [0, 0], [1, 1])
    assert points_of(fig) == ""
    assert "text/csv" not in illustrate(fig, alt="an area")._repr_html_()


def test_coordinates_keep_seven_digits() -> None:
    fig = Figure()
    fig.subplots().plot([np.pi], [np.e / 1e9])
    assert table(fig)[1][2:] == ["3.14159", "2.71828e-09"]


def test_a_page_carries_the_points_beside_the_picture() -> None:
    fig = Figure()
    fig.subplots().plot([0, 1], [2, 3], label="a")
    html = illustrate(fig, alt="a line")._repr_html_()
    assert '<script type="text/csv">panel,series,x,y\n1,a,0,2\n' in html
