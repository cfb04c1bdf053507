"""Methods over many data sets: average ranks, and one method's curve beside each of the others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from ..._arrays import finite_number
from ...numeric._array import Array
from .._canvas.labelled import numbers_of, tables_of
from .._canvas.style import INK, MUTED, PALETTE, style


@style()
def plot_ranks(
    found: Mapping[str, float],
    printed: Mapping[str, float],
    *,
    critical: float,
    xlabel: str,
) -> Figure:
    """Average ranks minus the middle, one method a row: found (dots) and printed (diamonds).

    Args:
        found, printed: by method; the rows are in the order of ``found``.
        critical: a bar of this length, the critical difference, lies above the first row.
        xlabel: what is ranked.
    """
    found, printed = numbers_of(found, "found"), numbers_of(printed, "printed", found)
    critical = finite_number(critical, "critical")
    figure = Figure(figsize=(7.0, 0.45 * len(found) + 2.0))
    axes = figure.add_subplot()
    rows = range(len(found))
    axes.axvline(0, color=MUTED, linestyle=":", linewidth=1.2)
    start = min(found.values())
    # Rows are 0, 1, …, downwards: −0.8 lies above the first, 0.25 below a row's own dot.
    axes.plot([start, start + critical], [-0.8] * 2, color=INK, marker="|", linewidth=1.4)
    axes.annotate("critical difference", (start + critical / 2, -0.9), ha="center", va="bottom")
    places = [printed[name] for name in found]
    axes.plot(
        places,
        [row + 0.25 for row in rows],
        "D",
        color=PALETTE["vermillion"],
        fillstyle="none",
        label="printed",
    )
    axes.plot(list(found.values()), rows, "o", color=PALETTE["blue"], markersize=8, label="here")
    axes.set_yticks(rows, labels=list(found))
    axes.set_ylim(len(found) - 0.4, -1.6)
    axes.set(xlabel=xlabel)
    axes.legend(loc="best")
    return figure


@style()
def plot_rivals(curves: Mapping[str, Array], method: str, *, ylabel: str) -> Figure:
    """One panel for each rival: its mean curve (dashed) and the method's (solid).

    Args:
        curves: by method, rows (repetitions, epochs).
        method: the one that is in every panel.
        ylabel: what the curves show.
    """
    tables = tables_of(curves, "curves")
    if not isinstance(method, str) or method not in tables:
        raise ValueError(f"method must be one of {', '.join(tables)}, got {method!r}")
    rivals = [name for name in tables if name != method]
    columns = 3
    lines = -(-len(rivals) // columns)
    figure = Figure(figsize=(7.2, 2.3 * lines + 0.4))
    every = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes, rival in zip(every.flatten(), rivals, strict=False):
        for name, colour, dash in ((method, "blue", "solid"), (rival, "vermillion", "dashed")):
            mean = tables[name].mean(axis=0)
            epochs = np.arange(1, len(mean) + 1)
            axes.plot(epochs, mean, color=PALETTE[colour], linestyle=dash)
        axes.set_title(rival)
    figure.supxlabel("epoch")
    figure.supylabel(ylabel)
    return figure
