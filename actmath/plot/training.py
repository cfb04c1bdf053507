"""Training runs: curves with bands, a dot for every seed, statistics by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .curves import DASHES
from .style import MUTED, PALETTE, style

Rows = NDArray[np.float64]
T = TypeVar("T")


@style()
def plot_learning_curves(
    rows: Mapping[str, Rows], *, ylabel: str, chance: float | None = None
) -> Figure:
    """Mean over seeds (thick) and every seed (thin) by epoch; rows are (seeds, epochs)."""
    figure = Figure(figsize=(7.0, 4.0))
    axes = figure.add_subplot()
    for (label, curves), colour, dash in _looks(rows):
        epochs = np.arange(1, curves.shape[1] + 1)
        axes.plot(epochs, curves.T, color=colour, linewidth=0.6, alpha=0.45)
        axes.plot(epochs, np.nanmean(curves, axis=0), color=colour, linestyle=dash, label=label)
    _chance(axes, chance, horizontal=True)
    axes.set(xlabel="epoch", ylabel=ylabel)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


@style()
def plot_outcomes(
    finals: Mapping[str, Sequence[float]],
    intervals: Mapping[str, tuple[float, float, float]],
    *,
    xlabel: str,
    chance: float | None = None,
) -> Figure:
    """A dot a seed and the mean with its 95 % interval, one condition a row."""
    figure = Figure(figsize=(7.0, 0.6 * len(finals) + 1.2))
    axes = figure.add_subplot()
    for row, ((label, values), colour, _) in enumerate(_looks(finals)):
        mean, low, high = intervals[label]
        axes.plot(values, [row] * len(values), "o", color=colour, alpha=0.5)
        axes.plot([low, high], [row + 0.25] * 2, color=colour)
        axes.plot(mean, row + 0.25, "|", color=colour, markersize=11, markeredgewidth=2.5)
    axes.set_yticks(range(len(finals)), labels=list(finals))
    axes.invert_yaxis()
    _chance(axes, chance, horizontal=False)
    axes.set(xlabel=xlabel)
    return figure


@style()
def plot_layers(means: Mapping[str, Rows], variances: Mapping[str, Rows]) -> Figure:
    """Mean and variance of the activations by layer; rows are (seeds, layers)."""
    figure = Figure(figsize=(7.4, 3.6))
    left, right = figure.subplots(1, 2, sharex=True)
    for axes, tables, name in ((left, means, "mean"), (right, variances, "variance")):
        for (label, rows), colour, dash in _looks(tables):
            layers = np.arange(1, rows.shape[1] + 1)
            axes.plot(layers, np.nanmean(rows, axis=0), color=colour, linestyle=dash, label=label)
        axes.set(xlabel="hidden layer", ylabel=f"{name} of activations")
    right.set_yscale("log")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _looks(tables: Mapping[str, T]) -> Iterator[tuple[tuple[str, T], str, Any]]:
    return zip(tables.items(), PALETTE.values(), DASHES, strict=False)


def _chance(axes: Axes, chance: float | None, *, horizontal: bool) -> None:
    if chance is None:
        return
    draw = axes.axhline if horizontal else axes.axvline
    draw(chance, color=MUTED, linestyle=":", linewidth=1.2, label="chance")
