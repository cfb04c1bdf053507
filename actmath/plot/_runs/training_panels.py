"""Several training runs side by side: outcomes in groups, slopes and predictions by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...numeric._array import Array
from .._canvas.curves import DASHES, MARKERS
from .._canvas.style import INK, MUTED, PALETTE, style


@style()
def plot_predicted(
    measured: Mapping[str, Array], predicted: Mapping[str, Array], name: str, first: int = 1
) -> Figure:
    """Means over seeds by layer as markers, every seed a dot, the prediction as a line.

    The rows' columns are layers, beginning with the one numbered ``first``.
    """
    figure = Figure(figsize=(6.4, 4.2))
    axes = figure.add_subplot()
    for (label, rows), look, marker in zip(measured.items(), _looks(), MARKERS, strict=False):
        layers = np.arange(first, first + rows.shape[1])
        axes.plot(layers, rows.T, ".", color=look["color"], alpha=0.25, markersize=3)
        axes.plot(layers, rows.mean(axis=0), marker, color=look["color"], label=label)
        axes.plot(layers, predicted[label], **look)
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
    total = sum(map(len, groups.values()))
    figure = Figure(figsize=(7.0, 0.42 * total + 1.5))
    axes = figure.add_subplot()
    names: list[str] = []
    for (group, arms), look, marker in zip(groups.items(), _looks(), MARKERS, strict=False):
        for name, values in arms.items():
            row = len(names)
            (mean, low, high) = intervals[group][name]
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
    figure = Figure(figsize=(7.2, 3.3 * len(learned) + 0.5))
    every = figure.subplots(len(learned), 1, sharex=True, squeeze=False).flatten().tolist()
    for axes, (title, rows), look in zip(every, learned.items(), _looks(), strict=False):
        places = np.arange(len(layers))
        axes.plot(places, rows.T, ".", color=look["color"], alpha=0.45)
        axes.plot(places, rows.mean(axis=0), marker="o", **look, label="learned here")
        axes.plot(places, printed[title], "D", color=INK, fillstyle="none", label="the paper's")
        # He et al. (2015), Section 2.1: all slopes start at 1/4.
        axes.axhline(0.25, color=MUTED, linestyle=":", linewidth=1.2, label="start")
        axes.set(title=title, ylabel="slope a")
    every[-1].set_xticks(places, labels=list(layers), rotation=55, ha="right")
    every[-1].set_xlabel("layer")
    _legend(figure, every[0])
    return figure


def _looks() -> list[dict[str, Any]]:
    pairs = zip(PALETTE.values(), DASHES, strict=False)
    return [{"color": colour, "linestyle": dash} for colour, dash in pairs]


def _legend(figure: Figure, axes: Axes) -> None:
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
