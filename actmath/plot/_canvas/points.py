"""What a figure draws, as a table that another program reads: its lines and its marks, in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import PathCollection

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Significant digits of a coordinate: more than a picture shows.
_DIGITS = 6


def points_of(figure: Figure) -> str:
    """Panel, series, x and y of every point of a line or a cloud; "" if there are none.

    Areas, arrows and images are left out, and so is what has no data coordinates.

    >>> from matplotlib.figure import Figure
    >>> fig = Figure()
    >>> _ = fig.subplots().plot([0, 1], [0, 0.5], label="relu")
    >>> print(points_of(fig), end="")
    panel,series,x,y
    1,relu,0,0
    1,relu,1,0.5
    """
    rows = [row for number, axes in enumerate(figure.axes, 1) for row in _rows(axes, number)]
    if not rows:
        return ""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(("panel", "series", "x", "y"))
    writer.writerows(rows)
    return sink.getvalue()


def _rows(axes: Axes, number: int) -> Iterator[tuple[str, ...]]:
    panel = axes.get_title() or axes.get_ylabel() or str(number)
    for index, (artist, xy) in enumerate(_drawn(axes), 1):
        label = str(artist.get_label())
        # matplotlib's own names begin with an underscore.
        series = str(index) if label.startswith("_") or not label else label
        for x, y in xy:
            yield panel, series, f"{x:.{_DIGITS}g}", f"{y:.{_DIGITS}g}"


def _drawn(axes: Axes) -> Iterator[tuple[Any, Any]]:
    for line in axes.lines:
        # A rule across the axes has a coordinate in shares of them.
        if line.get_transform() is axes.transData:
            yield line, line.get_xydata()
    for cloud in axes.collections:
        # Arrows and areas are collections too.
        if isinstance(cloud, PathCollection):
            yield cloud, np.ma.filled(cloud.get_offsets(), np.nan)
