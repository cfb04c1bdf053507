"""Training runs: curves with bands, a dot for every seed, statistics by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..._arrays import listing, real_array, real_number, whole_number
from ..._text.tables import Answer
from ...numeric._array import Array
from .._canvas.curves import looks
from .._canvas.labelled import intervals_of, numbers_of, rows_of, several, tables_of
from .._canvas.style import INK, MUTED, PALETTE, style

_Value = TypeVar("_Value")


@dataclass(frozen=True, eq=False)
class Panel:
    """One set of axes of ``plot_panels``.

    Attributes:
        title, xlabel, ylabel: what stands above and beside the axes.
        rows: by label, (seeds, points); a label looks the same in every panel of a figure.
        predicted: by label, (points,): what a formula says, drawn over the rows.
        start: position of the first point: 0 for layers from the input on, 1 for epochs.
        log: a logarithmic vertical axis.
        level: a value to compare with, drawn across; nan for none.
        at: where the points stand, such as learning rates; else they are counted from ``start``.
    """

    title: str
    xlabel: str
    ylabel: str
    rows: Mapping[str, Array]
    predicted: Mapping[str, Array] = field(default_factory=dict)
    start: int = 0
    log: bool = False
    level: float = float("nan")
    at: Sequence[float] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tables_of(self.rows, "rows"))
        object.__setattr__(self, "predicted", rows_of(self.predicted, "predicted"))
        object.__setattr__(self, "at", tuple(listing(self.at, "at")))
        object.__setattr__(self, "start", whole_number(self.start, "start", -inf))
        object.__setattr__(self, "level", real_number(self.level, "level"))

    def places(self, points: int) -> Array:
        """Where so many points stand."""
        return real_array(self.at, "at") if self.at else self.start + np.arange(points)


@dataclass(frozen=True, eq=False, repr=False)
class Cloud(Answer):
    """Points of one panel of ``plot_clouds``: ``x`` and ``y`` of equal length."""

    title: str
    x: Array
    y: Array

    def __post_init__(self) -> None:
        for what in ("x", "y"):
            object.__setattr__(self, what, real_array(getattr(self, what), what))
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(
                f"x and y must be rows of one length, got the shapes {self.x.shape} and "
                f"{self.y.shape}"
            )


@style()
def plot_learning_curves(
    rows: Mapping[str, Array], *, ylabel: str, chance: float | None = None
) -> Figure:
    """Mean over seeds (thick) and every seed (thin) by epoch; rows are (seeds, epochs)."""
    figure = Figure(figsize=(7.0, 4.0))
    axes = figure.add_subplot()
    for (label, curves), colour, dash in _looks(tables_of(rows, "rows")):
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
    printed: Mapping[str, float] | None = None,
) -> Figure:
    """A dot a seed and the mean with its 95 % interval, one condition a row.

    ``printed``, by condition where there is one, is what the source prints, a diamond below the
    interval.
    """
    rows = rows_of(finals, "finals")
    limits = intervals_of(intervals, rows, "intervals")
    figure = Figure(figsize=(7.0, 0.6 * len(finals) + 1.2))
    axes = figure.add_subplot()
    for row, ((label, values), colour, _) in enumerate(_looks(rows)):
        mean, low, high = limits[label]
        axes.plot(values, [row] * len(values), "o", color=colour, alpha=0.5)
        axes.plot([low, high], [row + 0.25] * 2, color=colour)
        axes.plot(mean, row + 0.25, "|", color=colour, markersize=11, markeredgewidth=2.5)
    if printed is not None:
        said = numbers_of(printed, "printed") if printed else {}
        places = [row + 0.4 for row, label in enumerate(finals) if label in said]
        at = [said[label] for label in finals if label in said]
        axes.plot(at, places, "D", color=INK, fillstyle="none", label="printed")
        figure.legend(loc="outside lower center")  # among the dots its sign would read as one
    axes.set_yticks(range(len(finals)), labels=list(finals))
    axes.invert_yaxis()
    _chance(axes, chance, horizontal=False)
    axes.set(xlabel=xlabel)
    return figure


@style()
def plot_panels(panels: Sequence[Panel], *, columns: int = 2) -> Figure:
    """Several panels with one legend: mean over seeds thick, seeds thin, predictions dotted."""
    panels, columns = several(panels, Panel, "panels"), whole_number(columns, "columns")
    count = -(-len(panels) // columns)
    figure = Figure(figsize=(3.0 * columns, 2.4 * count + 0.6))
    looks = _common_looks(panels)
    for axes, panel in zip(
        figure.subplots(count, columns, squeeze=False).flat, panels, strict=False
    ):
        _draw_panel(axes, panel, looks)
    handles: dict[str, Any] = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    for axes in figure.axes[len(panels) :]:
        axes.remove()
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=columns)
    return figure


@style()
def plot_clouds(
    clouds: Sequence[Cloud],
    *,
    xlabel: str,
    ylabel: str,
    box: tuple[float, float, float, float] | None = None,
) -> Figure:
    """Scatter plots side by side on the same axes, with a rectangle (left, right, low, high)."""
    clouds = several(clouds, Cloud, "clouds")
    frame = None if box is None else real_array(listing(box, "box"), "box")
    if frame is not None and frame.shape != (4,):
        raise ValueError(f"box must be left, right, low and high, got the shape {frame.shape}")
    figure = Figure(figsize=(3.4 * len(clouds), 3.4))
    row = figure.subplots(1, len(clouds), sharex=True, sharey=True, squeeze=False)[0]
    for axes, cloud in zip(row, clouds, strict=True):
        axes.plot(cloud.x, cloud.y, "o", color=PALETTE["blue"], markersize=2.5, alpha=0.4)
        if frame is not None:
            left, right, low, high = frame
            edge = [left, right, right, left, left], [low, low, high, high, low]
            axes.plot(*edge, color=PALETTE["vermillion"], linewidth=1.6)
        axes.set(xlabel=xlabel, title=cloud.title)
    row[0].set_ylabel(ylabel)
    return figure


def _common_looks(panels: Sequence[Panel]) -> Mapping[str, tuple[str, Any]]:
    labels = dict.fromkeys(label for panel in panels for label in panel.rows)
    return {label: (colour, dash) for (label, _), colour, dash in _looks(labels)}


def _draw_panel(axes: Axes, panel: Panel, looks: Mapping[str, tuple[str, Any]]) -> None:
    for label, rows in panel.rows.items():
        colour, dash = looks[label]
        at = panel.places(rows.shape[1])
        axes.plot(at, rows.T, color=colour, linewidth=0.5, alpha=0.35)
        axes.plot(at, _mean(rows), color=colour, linestyle=dash, label=label)
    for values in panel.predicted.values():
        at = panel.places(len(values))
        axes.plot(at, values, color=INK, linestyle=":", linewidth=1.3, label="predicted", zorder=4)
    if np.isfinite(panel.level):
        axes.axhline(panel.level, color=MUTED, linestyle="-", linewidth=0.9)
    if panel.log:
        axes.set_yscale("log")
    # Epochs and layers are counted; rates have long numbers, of which few stand side by side.
    marks = MaxNLocator(nbins=5) if panel.at else MaxNLocator(integer=True)
    axes.xaxis.set_major_locator(marks)
    axes.set(xlabel=panel.xlabel, ylabel=panel.ylabel, title=panel.title)


def _mean(rows: Array) -> Array:
    """Over the seeds that are there; nan, without a warning, where none is."""
    there = np.isfinite(rows)
    total = np.where(there, rows, 0.0).sum(axis=0)
    count = there.sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _looks(tables: Mapping[str, _Value]) -> Iterator[tuple[tuple[str, _Value], str, Any]]:
    """Colour and dash of each label."""
    for item, (colour, dash) in zip(tables.items(), looks(), strict=False):
        yield item, colour, dash


def _chance(axes: Axes, chance: float | None, *, horizontal: bool) -> None:
    if chance is None:
        return
    draw = axes.axhline if horizontal else axes.axvline
    draw(real_number(chance, "chance"), color=MUTED, linestyle=":", linewidth=1.2, label="chance")
