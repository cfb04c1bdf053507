"""Depth: circles on their way, correlation maps, phase diagrams, a gain and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, pairwise, repeat
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..._arrays import real_array
from ..._text.kinds import check_kind, check_values
from ..._text.tables import Answer
from ...lower._curve import Curve
from .._canvas.bands import Ribbon
from .._canvas.curves import MARKERS, looks
from .._canvas.labelled import points_in, rows_of, several
from .._canvas.style import GRID_LINES, INK, MUTED, PALETTE, style

if TYPE_CHECKING:
    from ...numeric._array import Array
    from ...numeric._depth.mean_field import EdgeOfChaos, Phase
    from ...numeric._depth.random_network import Travel

#: Depth scales at which a phase diagram changes its shade, and the shades from short to long.
_DEPTH_SCALES = (3, 10, 30)
_ORDERED = ("#e4eef5", "#b9d6e8", "#86b6d5", "#4f93bf")
_CHAOTIC = ("#fbeee2", "#f5d3b3", "#ecb07d", "#dd8447")
#: Not recoloured by the page, as the shades below are not either.
_ON_SHADE = "#1b1e23"
#: The phase in which no length stays fixed.
_UNBOUNDED = "#deded9"


@dataclass(frozen=True, eq=False, repr=False)
class PhaseDiagram(Answer):
    """Phases over a grid of sigma_w and sigma_b, the edge between them, and points to name."""

    title: str
    sigma_w: Array
    sigma_b: Array
    phase: Phase
    edge: EdgeOfChaos
    marks: Mapping[str, tuple[float, float]]


@style()
def plot_travel(travels: Mapping[str, Travel]) -> Figure:
    """A row for each network, a column for each layer; two neighbours are marked.

    Raises:
        TypeError: for what is no mapping to travels.
    """
    # Here: other figures need no networks.
    from ...numeric._depth.random_network import Travel

    check_values(travels, Travel, "travels", "numeric.send_circle(…) gives one")
    rows = len(travels)
    columns = max(len(travel.layers) for travel in travels.values())
    figure = Figure(figsize=(1.85 * columns, 2.0 * rows + 0.5))
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for row, (name, travel), (colour, _) in zip(panels, travels.items(), looks(), strict=False):
        seen = zip(travel.layers, travel.plane, travel.correlation, strict=True)
        for axes, (layer, plane, correlation) in zip(row, seen, strict=False):
            axes.plot(*plane.T, color=colour, linewidth=0.9)
            for place, marker in ((0, "o"), (travel.neighbour, "^")):
                axes.plot(*plane[place], marker, color=INK, markersize=5.5)
            axes.set_title(f"layer {layer}: c = {correlation:.2f}", fontsize=10)
            axes.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
        row[0].set_ylabel(name)
    figure.supxlabel("principal directions, in units of the layer's rms length", fontsize=10)
    return figure


@style()
def plot_maps(
    curves: Sequence[Curve],
    points: Sequence[tuple[float, float]],
    *,
    xlabel: str,
    ylabel: str,
    logarithmic: bool = False,
) -> Figure:
    """One layer's map for several networks, with the diagonal; a marker at each fixed point."""
    curves, places = several(curves, Curve, "curves"), points_in(points, "points")
    figure = Figure(figsize=(5.4, 4.2))
    axes = figure.add_subplot()
    ends = [min(curve.x[0] for curve in curves), max(curve.x[-1] for curve in curves)]
    axes.plot(ends, ends, color=MUTED, linewidth=1.0, label="unchanged")
    for curve, (colour, dash) in zip(curves, looks(), strict=False):
        axes.plot(curve.x, curve.y, color=colour, linestyle=dash, label=curve.label)
    for point, (colour, _), marker in zip(places, looks(), cycle(MARKERS), strict=False):
        axes.plot(*point, marker, color=colour, markersize=8, markeredgecolor=INK, zorder=5)
    if logarithmic:
        axes.set(xscale="log", yscale="log")
    axes.set(xlabel=xlabel, ylabel=ylabel, aspect="equal")
    axes.legend()
    return figure


@style()
def plot_by_layer(
    ribbons: Sequence[Ribbon],
    predicted: Sequence[Curve],
    *,
    ylabel: str,
    logarithmic: bool = False,
) -> Figure:
    """Simulated bands in colour with a marker every few layers; predictions as thin lines."""
    ribbons = several(ribbons, Ribbon, "ribbons")
    predicted = several(predicted, Curve, "predicted", 0)
    figure = Figure(figsize=(6.4, 4.2))
    axes = figure.add_subplot()
    for ribbon, (colour, _), marker in zip(ribbons, looks(), cycle(MARKERS), strict=False):
        x, y = ribbon.curve.x, ribbon.curve.y
        axes.fill_between(x, ribbon.low, ribbon.high, color=colour, alpha=0.25, linewidth=0)
        axes.plot(
            x,
            y,
            color=colour,
            linewidth=1.4,
            marker=marker,
            markevery=max(1, len(x) // 8),
            label=ribbon.curve.label,
        )
    for number, curve in enumerate(predicted):
        label = "predicted" if number == 0 else None
        axes.plot(curve.x, curve.y, color=INK, linewidth=1.1, linestyle=(0, (4, 2)), label=label)
    if logarithmic:
        axes.set_yscale("log")
    axes.set(xlabel="layer", ylabel=ylabel)
    figure.legend(loc="outside lower center", ncols=3)
    return figure


@style()
def plot_phases(diagrams: Sequence[PhaseDiagram]) -> Figure:
    """Phase diagrams, two in a row; darker is a longer depth scale 1/|log χ₁|."""
    diagrams = several(diagrams, PhaseDiagram, "diagrams")
    rows = -(-len(diagrams) // 2)
    figure = Figure(figsize=(7.4, 3.1 * rows + 0.5))
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes, diagram in zip(panels, diagrams, strict=False):
        _draw_phase(axes, diagram)
    for axes in panels[len(diagrams) :]:
        axes.set_visible(False)
    for side, shades in (("ordered", _ORDERED), ("chaotic", _CHAOTIC)):
        for name, shade in zip(_depth_names(), shades, strict=True):
            panels[0].fill([], [], color=shade, label=f"{side}, {name}")
    panels[0].plot([], [], color=_ON_SHADE, label="edge of chaos")
    unbounded: dict[str, Any] = {"facecolor": _UNBOUNDED, "edgecolor": "#a9a9a3", "hatch": "///"}
    panels[0].fill([], [], label="no fixed length", **unbounded)
    handles = panels[0].get_legend_handles_labels()
    figure.legend(
        *handles, loc="outside lower center", ncols=3, title="phase, depth scale in layers"
    )
    return figure


def _depth_names() -> list[str]:
    between = [f"{low} to {high}" for low, high in pairwise(_DEPTH_SCALES)]
    return [f"below {_DEPTH_SCALES[0]}", *between, f"above {_DEPTH_SCALES[-1]}"]


def _draw_phase(axes: Axes, diagram: PhaseDiagram) -> None:
    w = diagram.sigma_w
    b = diagram.sigma_b
    found = diagram.phase
    # The scale of 1/|log χ₁| layers: χ₁ = e^{−1/depth} in order, e^{1/depth} in chaos; the last
    # level is above any χ₁ that is drawn.
    levels = [0.0, *(exp(-1 / depth) for depth in _DEPTH_SCALES), 1.0]
    levels += [*(exp(1 / depth) for depth in reversed(_DEPTH_SCALES)), 1e6]
    shades = [*_ORDERED, *reversed(_CHAOTIC)]
    axes.contourf(w, b, np.ma.masked_invalid(found.chi), levels=levels, colors=shades)
    if np.isnan(found.length).any():
        # The boundary of a mask of 0 and 1: any level between them.
        hatched: dict[str, Any] = {
            "levels": [1e-3, 1.5],
            "colors": [_UNBOUNDED],
            "hatches": ["///"],
        }
        area = axes.contourf(w, b, np.isnan(found.length), **hatched)
        area.set(edgecolor="#a9a9a3", linewidth=0.0)
    axes.plot(diagram.edge.sigma_w, diagram.edge.sigma_b, color=_ON_SHADE, linewidth=2.2)
    # The first name stands to the left of its mark, the others to the right, so that two near
    # marks keep theirs apart.
    sides = chain([(-5, "right")], repeat((5, "left")))
    for (name, (x, y)), marker, (shift, side) in zip(
        diagram.marks.items(), cycle(MARKERS), sides, strict=False
    ):
        axes.plot(
            x,
            y,
            marker,
            color=PALETTE["vermillion"],
            markeredgecolor=_ON_SHADE,
            markersize=7,
            clip_on=False,
            zorder=5,
        )
        place: dict[str, Any] = {"xytext": (shift, 6), "textcoords": "offset points", "ha": side}
        axes.annotate(name, (x, y), color=_ON_SHADE, fontsize=9, **place)
    limits: dict[str, Any] = {"xlim": (w.min(), w.max()), "ylim": (b.min(), b.max())}
    axes.set(title=diagram.title, xlabel="weights σ_w", ylabel="biases σ_b", **limits)
    axes.grid(visible=False)


@style()
def plot_gain(
    gains: Array, phase: Phase, marks: Mapping[str, tuple[float, float, float]]
) -> Figure:
    """Fixed length (top) and χ₁ (bottom) by gain; each mark is (gain, length, χ₁).

    Raises:
        TypeError: for what is no phase, or no numbers.
    """
    # Here: other figures need no mean field.
    from ...numeric._depth.mean_field import Phase

    check_kind(phase, Phase, "phase", "numeric.phase(activation, …) gives one")
    figure = Figure(figsize=(6.2, 5.0))
    said = rows_of(marks, "marks")
    if any(len(mark) != 3 for mark in said.values()):
        raise ValueError("each of marks must be a gain, a length and χ₁")
    gains = real_array(gains, "gains")
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.plot(gains, phase.length, color=PALETTE["blue"])
    bottom.plot(gains, phase.chi, color=PALETTE["blue"])
    bottom.axhline(1.0, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
    colours = cycle([PALETTE["vermillion"], PALETTE["green"]])
    for (name, (gain, length, chi)), colour, marker in zip(
        said.items(), colours, cycle(MARKERS), strict=False
    ):
        for axes, value in ((top, length), (bottom, chi)):
            axes.plot(gain, value, marker, color=colour, markersize=8, label=name)
    top.set(yscale="log", ylabel="fixed length q*")
    bottom.set(xlabel="gain σ_w", ylabel="χ₁ at q*")
    top.legend(loc="lower right")
    for axes in (top, bottom):
        axes.grid(color=GRID_LINES)
    return figure
