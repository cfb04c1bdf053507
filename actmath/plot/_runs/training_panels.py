"""Several training runs side by side: outcomes in groups, slopes and predictions by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..._arrays import whole_number
from ..._text.kinds import check_kind
from ...numeric._array import Array
from .._canvas.curves import MARKERS, looks
from .._canvas.labelled import intervals_of, rows_of, several, tables_of
from .._canvas.style import INK, MUTED, style


@style()
def plot_predicted(
    measured: Mapping[str, Array], predicted: Mapping[str, Array], name: str, first: int = 1
) -> Figure:
    """Means over seeds by layer as markers, every seed a dot, the prediction as a line.

    The rows' columns are layers, beginning with the one numbered ``first``.
    """
    tables, first = tables_of(measured, "measured"), whole_number(first, "first", 0)
    said = rows_of(predicted, "predicted", tables)
    figure = Figure(figsize=(6.4, 4.2))
    axes = figure.add_subplot()
    for (label, rows), look, marker in zip(tables.items(), _looks(), cycle(MARKERS), strict=False):
        layers = np.arange(first, first + rows.shape[1])
        axes.plot(layers, rows.T, ".", color=look["color"], alpha=0.25, markersize=3)
        axes.plot(layers, rows.mean(axis=0), marker, color=look["color"], label=label)
        axes.plot(layers, said[label], **look)
    axes.set(xlabel="hidden layer", ylabel=name, yscale="log")
    _legend(figure, axes)
    return figure


@style()
def plot_grouped_outcomes(
    groups: Mapping[str, Mapping[str, Sequence[float]]],
    intervals: Mapping[str, Mapping[str, tuple[float, float, float]]],
    *,
    xlabel: str,
) -> Figure:
    """A dot a seed, mean and 95 % interval; one row an arm, colour and marker by group."""
    check_kind(groups, Mapping, "groups")
    check_kind(intervals, Mapping, "intervals")
    total = sum(map(len, groups.values()))
    figure = Figure(figsize=(7.0, 0.42 * total + 1.5))
    axes = figure.add_subplot()
    names: list[str] = []
    for (group, arms), look, marker in zip(groups.items(), _looks(), cycle(MARKERS), strict=False):
        limits = intervals_of(intervals.get(group), arms, f"intervals of {group}")
        for name, values in rows_of(arms, f"groups of {group}").items():
            row = len(names)
            mean, low, high = limits[name]
            shown = group if name == next(iter(arms)) else None
            axes.plot(
                values, [row] * len(values), marker, color=look["color"], alpha=0.5, label=shown
            )
            # The interval stands below the dots of its row; rows are 1 apart.
            axes.plot([low, high], [row + 0.3] * 2, color=look["color"])
            axes.plot(mean, row + 0.3, "|", color=look["color"], markersize=9, markeredgewidth=2.5)
            names.append(name)
    axes.set_yticks(range(len(names)), labels=names)
    axes.invert_yaxis()
    axes.set(xlabel=xlabel)
    _legend(figure, axes)
    return figure


@style()
def plot_slopes(
    learned: Mapping[str, Array], printed: Mapping[str, Sequence[float]], layers: Sequence[str]
) -> Figure:
    """Learned slopes by layer, a dot a seed and their mean, beside a table's; a panel a kind."""
    tables, layers = tables_of(learned, "learned"), several(layers, str, "layers")
    said = rows_of(printed, "printed", tables)
    figure = Figure(figsize=(7.2, 3.3 * len(learned) + 0.5))
    every = figure.subplots(len(learned), 1, sharex=True, squeeze=False).flatten().tolist()
    for axes, (title, rows), look in zip(every, tables.items(), _looks(), strict=False):
        places = np.arange(len(layers))
        axes.plot(places, rows.T, ".", color=look["color"], alpha=0.45)
        axes.plot(places, rows.mean(axis=0), marker="o", **look, label="learned here")
        axes.plot(places, said[title], "D", color=INK, fillstyle="none", label="the paper's")
        # He et al. (2015), Section 2.1: all slopes start at 1/4.
        axes.axhline(0.25, color=MUTED, linestyle=":", linewidth=1.2, label="start")
        axes.set(title=title, ylabel="slope a")
    every[-1].set_xticks(places, labels=list(layers), rotation=55, ha="right")
    every[-1].set_xlabel("layer")
    _legend(figure, every[0])
    return figure


def _looks() -> Iterator[dict[str, Any]]:
    return ({"color": colour, "linestyle": dash} for colour, dash in looks())


def _legend(figure: Figure, axes: Axes) -> None:
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
