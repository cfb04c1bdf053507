"""Methods ranked over data sets: average ranks with the critical difference."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from .style import INK, MUTED, PALETTE, style


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
    figure = Figure(figsize=(7.0, 0.45 * len(found) + 2.0))
    axes = figure.add_subplot()
    rows = range(len(found))
    axes.axvline(0, color=MUTED, linestyle=":", linewidth=1.2)
    start = min(found.values())
    axes.plot([start, start + critical], [-0.8] * 2, color=INK, marker="|", linewidth=1.4)
    axes.annotate("critical difference", (start + critical / 2, -0.9), ha="center", va="bottom")
    places = [printed[name] for name in found]
    axes.plot(places, rows, "D", color=PALETTE["vermillion"], fillstyle="none", label="printed")
    axes.plot(list(found.values()), rows, "o", color=PALETTE["blue"], markersize=8, label="here")
    axes.set_yticks(rows, labels=list(found))
    axes.set_ylim(len(found) - 0.4, -1.6)
    axes.set(xlabel=xlabel)
    axes.legend(loc="lower right")
    return figure
