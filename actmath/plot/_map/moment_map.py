"""The moment map in pictures: a pushed Gaussian, flow fields, galleries, solved targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MultipleLocator

from ..._text.kinds import check_kind, choice_of
from ...numeric._self_normalizing.behaviour import Behaviour
from ...numeric._self_normalizing.flow import Flow, OutputDensity
from .._canvas.labelled import several
from .._canvas.style import INK, MUTED, PALETTE, style

if TYPE_CHECKING:
    from ...numeric._self_normalizing.constants_table import ConstantsRow
    from ...numeric._self_normalizing.target_map import TargetMap

#: Small panels in a row.
_COLUMNS = 3
_LOOKS: dict[Behaviour, dict[str, Any]] = {
    Behaviour.ATTRACTS: {"marker": "o", "color": PALETTE["green"]},
    Behaviour.NEUTRAL: {"marker": "D", "color": PALETTE["orange"], "markerfacecolor": "none"},
    Behaviour.REPELS: {"marker": "X", "color": PALETTE["vermillion"]},
    Behaviour.NONE: {"marker": "", "color": MUTED},
}


@style()
def plot_output_density(found: OutputDensity) -> Figure:
    """The unit's curve, the density of its input below, that of its output on the right.

    Raises:
        TypeError: for what is no density.
    """
    check_kind(found, OutputDensity, "found", "numeric.output_density(unit) gives one")
    figure = Figure(figsize=(5.4, 4.6))
    axes = figure.subplot_mosaic(
        [["curve", "after"], ["before", "."]], width_ratios=[3, 1.3], height_ratios=[3, 1.1]
    )
    curve, before, after = axes["curve"], axes["before"], axes["after"]
    curve.plot(found.unit.x, found.unit.y, color=INK)
    before.fill_between(found.before.x, found.before.y, color=PALETTE["sky"], alpha=0.6)
    after.fill_betweenx(found.after.x, found.after.y, color=PALETTE["orange"], alpha=0.6)
    _moments(before.axvline, found.inputs)
    _moments(after.axhline, found.outputs)
    before.sharex(curve)
    after.sharey(curve)
    curve.set(ylabel="output", title=found.unit.label)
    before.set(xlabel="net input", ylabel="density", ylim=(0, None))
    after.set(xlabel="density", ylabel="output", xlim=(0, None))
    figure.legend(handles=_moment_lines(), loc="outside lower center", ncols=2)
    return figure


def _behaviours(given: Sequence[Behaviour]) -> list[Behaviour]:
    """Those that are given, or their names."""
    return [
        choice_of(each, Behaviour, "each of behaviours")
        for each in several(given, str, "behaviours", 0)
    ]


def _moments(line: Any, moments: tuple[float, float]) -> None:
    mean = moments[0]
    deviation = moments[1] ** 0.5
    line(mean, color=INK, linewidth=1.4)
    for end in (mean - deviation, mean + deviation):
        line(end, color=INK, linewidth=1.2, linestyle=(0, (2, 2)))


def _moment_lines() -> list[Line2D]:
    dashed = Line2D(
        [], [], color=INK, linewidth=1.2, linestyle=(0, (2, 2)), label="± one deviation"
    )
    return [Line2D([], [], color=INK, linewidth=1.4, label="mean"), dashed]


@style()
def plot_flow(
    flows: Sequence[Flow],
    behaviours: Sequence[Behaviour],
    *,
    fixed: tuple[float, float] = (0.0, 1.0),
    box: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> Figure:
    """Flow fields side by side with their orbits, a dot a layer; ``box`` is (means, variances)."""
    flows, marks = several(flows, Flow, "flows"), _behaviours(behaviours)
    figure = Figure(figsize=(2.9 * len(flows), 3.9))
    panels = figure.subplots(1, len(flows), sharex=True, sharey=True, squeeze=False)[0]
    for axes, flow, behaviour in zip(panels, flows, marks, strict=True):
        _arrows(axes, flow, flow.variances, flow.to_variances)
        for orbit in flow.orbits:
            axes.plot(*orbit.T, ".-", color=PALETTE["blue"], linewidth=1.0, markersize=3.5)
            axes.plot(*orbit[0], "o", color=PALETTE["blue"], markersize=4.5, fillstyle="none")
        if box is not None:
            (left, right), (low, high) = box
            axes.add_patch(_outline(left, low, right - left, high - low))
        axes.plot(*fixed, linestyle="", markersize=8, zorder=5, **_LOOKS[behaviour])
        axes.set(title=f"{flow.label}, ω = {flow.omega:g}, τ = {flow.tau:g}", xlabel="mean")
        axes.set(xlim=_ends(flow.means), ylim=_ends(flow.variances))
        axes.grid(visible=False)
    panels[0].set_ylabel("variance")
    handles = [_orbit_line(), *([_outline(0, 0, 1, 1, "Theorem 1's box")] if box else [])]
    _legend(figure, marks, handles)
    return figure


@style()
def plot_flows(
    flows: Sequence[Flow],
    behaviours: Sequence[Behaviour] = (),
    *,
    fixed: tuple[float, float] = (0.0, 1.0),
) -> Figure:
    """Small flow fields with a logarithmic axis of variances; without behaviours no fixed point.

    For omega = 0 the line is where one step lands, whatever the mean was.
    """
    flows, marks = several(flows, Flow, "flows"), _behaviours(behaviours)
    if marks and len(marks) != len(flows):
        raise ValueError(f"behaviours must be one for each of {len(flows)}, got {len(marks)}")
    figure, panels = _grid_of(len(flows))
    for index, (axes, flow) in enumerate(zip(panels, flows, strict=False)):
        _arrows(axes, flow, np.log10(flow.variances), np.log10(flow.to_variances))
        across, up = flow.landing.T
        axes.plot(across, np.log10(up), color=PALETTE["blue"], linewidth=1.3)
        if marks:
            look = _LOOKS[marks[index]]
            axes.plot(fixed[0], np.log10(fixed[1]), linestyle="", markersize=8, **look)
        axes.set_title(flow.label, fontsize="small")
        axes.set(xlim=_ends(flow.means), ylim=_ends(np.log10(flow.variances)))
        axes.yaxis.set_major_locator(MultipleLocator(1))
        axes.yaxis.set_major_formatter(lambda power, _: f"{10**power:g}")
        axes.grid(visible=False)
    _label(panels, len(flows), "mean", "variance")
    landed = Line2D([], [], color=PALETTE["blue"], linewidth=1.3, label="where a step lands")
    _legend(figure, marks, [landed] if any(flow.omega == 0 for flow in flows) else [])
    return figure


@style()
def plot_units(entries: Sequence[ConstantsRow]) -> Figure:
    """Every self-normalizing unit in a small panel with its constants and its mark."""
    # Here: other figures need no solver.
    from ...numeric._self_normalizing.constants_table import ConstantsRow

    entries = several(entries, ConstantsRow, "entries")
    figure, panels = _grid_of(len(entries))
    for axes, entry in zip(panels, entries, strict=False):
        curve = entry.unit.curve(-3.5, 3.5)
        look = _LOOKS[entry.behaviour]
        axes.axhline(0, color=MUTED, linewidth=0.7)
        axes.axvline(0, color=MUTED, linewidth=0.7)
        axes.plot(curve.x, curve.y, color=INK, linewidth=1.7)
        at: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
        axes.plot(0.94, 1.1, linestyle="", markersize=7, **at, **look)
        axes.set_title(curve.label, fontsize="small")
        axes.text(3.4, -3.3, _constants(entry), ha="right", va="bottom", fontsize="small")
        axes.set(xlim=(-3.5, 3.5), ylim=(-3.5, 4.0), xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    _label(panels, len(entries), "x", "value")
    _legend(figure, [entry.behaviour for entry in entries], [])
    return figure


def _constants(entry: ConstantsRow) -> str:
    name, value = entry.constant
    # −0 is no constant, and a hyphen no minus sign.
    shown = f"{float(value):.3f}".replace("-", "−") if float(value) else "0"
    return f"{name} {shown}\nλ {float(entry.unit.scale):.3f}"


@style()
def plot_targets(maps: Sequence[TargetMap]) -> Figure:
    """Solved targets, one map below the other; each cell has its solution's spectral radius."""
    # Here: other figures need no solver.
    from ...numeric._self_normalizing.target_map import TargetMap

    maps = several(maps, TargetMap, "maps")
    figure = Figure(figsize=(5.4, 3.7 * len(maps)))
    for axes, found in zip(figure.subplots(len(maps), 1, squeeze=False)[:, 0], maps, strict=True):
        for (row, column), radius in np.ndenumerate(found.radius):
            _cell(axes, column, row, float(radius))
        rows, columns = found.radius.shape
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(-0.5, rows - 0.5))
        axes.set_xticks(range(columns), [mean.replace("-", "−") for mean in found.means])
        axes.set_yticks(range(rows), found.variances)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.set(title=f"{found.label}, ω = {found.omega}", ylabel="wanted variance")
        axes.set_xlabel("wanted mean")
    attracts = _tile(0, 0, PALETTE["sky"], "attracts")
    handles = [attracts, _tile(0, 0, PALETTE["orange"], "does not attract")]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _cell(axes: Axes, column: int, row: int, radius: float) -> None:
    if np.isnan(radius):
        axes.text(column, row, "–", ha="center", va="center", color=MUTED)
        return
    attracts = radius < 1
    axes.add_patch(_tile(column, row, PALETTE["sky" if attracts else "orange"]))
    text = f"{radius:.3f}" if radius < 10 else f"{radius:.0f}"
    weight = "bold" if attracts else "normal"
    axes.text(column, row, text, ha="center", va="center", fontsize=8.5, weight=weight)


def _tile(column: float, row: float, colour: str, label: str = "") -> Rectangle:
    corner = (column - 0.47, row - 0.47)
    size = 0.94  # a cell is 1 wide: neighbours keep a gap
    return Rectangle(corner, size, size, facecolor=colour, alpha=0.4, linewidth=0, label=label)


def _outline(x: float, y: float, width: float, height: float, label: str = "") -> Rectangle:
    look: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linestyle": (0, (4, 2))}
    return Rectangle((x, y), width, height, linewidth=1.2, zorder=4, label=label, **look)


def _orbit_line() -> Line2D:
    return Line2D([], [], color=PALETTE["blue"], marker=".", linewidth=1.0, label="one dot a layer")


def _legend(figure: Figure, behaviours: Sequence[Behaviour], handles: list[Any]) -> None:
    """The other handles and every behaviour that occurs, below the panels."""
    marks = [
        Line2D([], [], linestyle="", label=str(kind), **_LOOKS[kind])
        for kind in Behaviour
        if kind in behaviours
    ]
    figure.legend(handles=[*handles, *marks], loc="outside lower center", ncols=2)


def _arrows(axes: Axes, flow: Flow, start: Any, end: Any) -> None:
    """The step itself, cut off at the spacing of the grid."""
    across = flow.to_means - flow.means
    up = end - start
    wide = np.ptp(flow.means[0, :2])
    high = np.ptp(start[:2, 0])
    # The length of a step in cells of the grid, which differ in width and height.
    cells = np.hypot(across / wide, up / high)
    # At most 0.85 of a cell, so that arrows do not meet; 10⁻¹² lets a step of 0 be divided by.
    shorter = np.minimum(1.0, 0.85 / np.maximum(cells, 1e-12))
    axes.quiver(
        flow.means,
        start,
        across * shorter,
        up * shorter,
        angles="xy",
        scale_units="xy",
        scale=1,
        color=MUTED,
        width=0.007,
        headwidth=4,
        headlength=4.5,
        headaxislength=4,
    )


def _ends(values: Any) -> tuple[float, float]:
    low, high = float(np.min(values)), float(np.max(values))
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def _grid_of(count: int) -> tuple[Figure, Any]:
    rows = -(-count // _COLUMNS)
    columns = min(count, _COLUMNS)
    figure = Figure(figsize=(1.8 * columns + 0.2, 1.75 * rows + 0.7))
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes in panels[count:]:
        axes.set_visible(False)
    return figure, panels


def _label(panels: Any, count: int, xlabel: str, ylabel: str) -> None:
    """Names on the left panels and on the lowest panel in use of every column."""
    columns = min(count, _COLUMNS)
    for axes in panels[:count:columns]:
        axes.set_ylabel(ylabel)
    for axes in panels[count - columns : count]:
        axes.set_xlabel(xlabel)
        axes.tick_params(labelbottom=True)
