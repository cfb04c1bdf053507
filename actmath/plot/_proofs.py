"""Pictures of proofs: the pieces of a cover, and the boxes that hold the fixed points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from .._text.kinds import check_kind, check_name
from ._canvas.labelled import several
from ._canvas.style import INK, PALETTE, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..prove._balls.box import Box, Interval
    from ..prove.theorems.cells import Cell

_CERTIFIED: dict[str, Any] = {
    "facecolor": PALETTE["sky"],
    "edgecolor": PALETTE["blue"],
    "alpha": 0.6,
}
_OPEN: dict[str, Any] = {"facecolor": "none", "edgecolor": PALETTE["vermillion"], "hatch": "////"}
_FACE: dict[str, Any] = {"color": INK, "linewidth": 3, "marker": "|", "markersize": 6}


class CoverPanel(NamedTuple):
    """One cover: its title, what its pieces answer for, and what is left open.

    ``faces`` are the pieces themselves; where one is smaller than its region, only that face had
    to be examined, because the formula is monotone.
    """

    title: str
    regions: Sequence[Box] = ()
    faces: Sequence[Box] = ()
    open: Sequence[Box] = ()


@style()
def plot_covers(
    panels: Sequence[CoverPanel], across: str, up: str, labels: tuple[str, str]
) -> Figure:
    """Covers one above the other, projected on two of their coordinates.

    Certified regions are filled, open ones hatched, examined faces are thick lines.

    Args:
        panels: the covers.
        across, up: names of the two coordinates.
        labels: what the axes say.

    Raises:
        TypeError: for other panels, or names that are no texts.
    """
    panels = several(panels, CoverPanel, "panels")
    check_name(across, "across")
    check_name(up, "up")
    figure = Figure(figsize=(6.0, 2.5 * len(panels) + 0.6))
    for axes, panel in zip(figure.subplots(len(panels), squeeze=False).flat, panels, strict=True):
        axes.grid(visible=False)
        for boxes, looks in ((panel.regions, _CERTIFIED), (panel.open, _OPEN)):
            # Boxes that differ in other coordinates alone lie on each other: one is drawn.
            for place in dict.fromkeys((box.side(across), box.side(up)) for box in boxes):
                _rectangle(axes, *place, linewidth=0.8, **looks)
        for box in panel.faces:
            _flat_side(axes, box.side(across), box.side(up))
        axes.set(title=panel.title, xlabel=labels[0], ylabel=labels[1])
        axes.autoscale_view()
    handles: list[Patch | Line2D] = [Patch(**_CERTIFIED, label="certified")]
    if any(panel.faces for panel in panels):
        handles.append(Line2D([], [], **{**_FACE, "marker": ""}, label="by this face alone"))
    if any(panel.open for panel in panels):
        handles.append(Patch(**_OPEN, label="open"))
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _flat_side(axes: Axes, across: Interval, up: Interval) -> None:
    # A face has no width along one side; seen from another direction it covers its region.
    if across[0] == across[1] or up[0] == up[1]:
        axes.plot([float(end) for end in across], [float(end) for end in up], **_FACE)


def _rectangle(axes: Axes, across: Interval, up: Interval, **looks: Any) -> Rectangle:
    (left, right), (low, high) = ((float(a), float(b)) for a, b in (across, up))
    patch = Rectangle((left, low), right - left, high - low, **looks)
    axes.add_patch(patch)
    return patch


@style()
def plot_proved_fixed_points(cells: Sequence[Cell], around: Box) -> Figure:
    """Where networks settle: for each cell of (omega, tau) the box that holds its fixed point.

    Args:
        cells: enclosures, coloured by tau.
        around: a box with sides mu and nu to draw for comparison.

    Raises:
        TypeError: for what are no cells, or no box.
    """
    # Here: other figures need no balls.
    from ..prove._balls.box import Box
    from ..prove.theorems.cells import Cell

    cells = several(cells, Cell, "cells")
    check_kind(around, Box, "around")
    figure = Figure(figsize=(6.0, 5.0))
    axes = figure.add_subplot()
    colours = mpl.colormaps["cividis"]
    taus = [float(sum(cell.tau)) / 2 for cell in cells]
    shade = Normalize(min(taus), max(taus))
    for cell, tau in zip(cells, taus, strict=True):
        look = {"facecolor": colours(shade(tau)), "edgecolor": INK}
        _rectangle(axes, cell.mean, cell.variance, linewidth=0.5, **look)
    frame = _rectangle(
        axes,
        around.side("mu"),
        around.side("nu"),
        fill=False,
        edgecolor=PALETTE["vermillion"],
        linewidth=2,
        linestyle=(0, (5, 2)),
    )
    frame.set_label("box of Theorem 1")
    axes.plot(0, 1, "o", color=PALETTE["vermillion"], label="(0, 1)")
    axes.set(xlabel="mean of the activations", ylabel="variance of the activations")
    axes.autoscale_view()
    axes.legend(loc="upper left")
    figure.colorbar(mpl.cm.ScalarMappable(shade, colours), ax=axes, label="τ = Σ w²")
    return figure
