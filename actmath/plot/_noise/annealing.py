"""Landscapes, what smoothing does to them, the paths of runs, and success against noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ..._arrays import finite_number
from ..._text.kinds import check_kind
from ...numeric._noise.annealing import Runs, SuccessByLevel
from ...numeric._noise.landscapes import Relief
from .._canvas.curves import looks
from .._canvas.labelled import several
from .._canvas.slider import Slider, slide
from .._canvas.style import INK, MUTED, PALETTE, style


@style()
def smoothing_slider(relief: Relief, *, alt: str) -> Slider:
    """The loss of one weight, and over it E L(w + sξ) for the s that a reader chooses.

    Raises:
        TypeError: for what is no relief.
    """
    check_kind(relief, Relief, "relief", "numeric.relief(landscape, deviations) gives one")
    figure = Figure()
    axes = figure.add_subplot()
    (grid,) = relief.axes
    (place, least) = relief.minimum
    axes.plot(grid, relief.values[0], color=MUTED, linewidth=1.2)
    axes.plot(place[0], least, "o", color=INK)
    axes.set(xlabel="w", ylabel="loss", xlim=(grid[0], grid[-1]))
    labels = [f"s = {s:.2f}" for s in relief.deviations]
    return slide(figure, axes, grid, relief.values, labels, name="noise level s", alt=alt)


@style()
def plot_paths(runs: Sequence[Runs], titles: Sequence[str], goal: float) -> Figure:
    """One weight: some paths over time, blue where they succeed; a panel for each method."""
    runs, titles = several(runs, Runs, "runs"), several(titles, str, "titles")
    goal = finite_number(goal, "goal")
    figure = Figure(figsize=(7.4, 3.3))
    panels = figure.subplots(1, len(runs), sharey=True, squeeze=False).ravel()
    for axes, run, title in zip(panels, runs, titles, strict=True):
        times = np.arange(len(run.path)) * run.stride
        for member in range(run.path.shape[1]):
            colour = PALETTE["blue"] if run.solved[member] else PALETTE["orange"]
            axes.plot(times, run.path[:, member, 0], color=colour, linewidth=0.8)
        axes.axhline(goal, color=INK, linewidth=1.0, linestyle=(0, (4, 2)))
        axes.set(xlabel="step", title=f"{title}: {run.success.rate:.0%}")
    panels[0].set_ylabel("w")
    return figure


@style()
def plot_sweep(sweeps: Sequence[SuccessByLevel]) -> Figure:
    """Share of successes against the initial noise level, with 95 % bands; a panel a landscape."""
    sweeps = several(sweeps, SuccessByLevel, "sweeps")
    figure = Figure(figsize=(7.4, 3.0 * -(-len(sweeps) // 2)))
    shape = (-(-len(sweeps) // 2), min(len(sweeps), 2))
    panels = figure.subplots(*shape, sharey=True, squeeze=False).ravel()
    for axes, found in zip(panels, sweeps, strict=False):
        for (name, shares), (colour, dash) in zip(found.curves, looks(), strict=False):
            rates = [share.rate for share in shares]
            low, high = ([getattr(s, end) for s in shares] for end in ("low", "high"))
            axes.fill_between(found.levels, low, high, color=colour, alpha=0.25, linewidth=0)
            axes.plot(found.levels, rates, color=colour, linestyle=dash, label=name)
        axes.set(title=found.landscape, xlabel="initial noise level", ylim=(-0.02, 1.02))
    for axes in panels[len(sweeps) :]:
        axes.set_visible(False)
    panels[0].set_ylabel("share that succeeds")
    panels[0].legend()
    return figure


@style()
def plot_plane(relief: Relief, runs: Sequence[Runs], titles: Sequence[str]) -> Figure:
    """Two weights: contours of each smoothed loss, and the paths of some runs above them.

    Raises:
        TypeError: for what is no relief, no runs or no titles.
    """
    check_kind(relief, Relief, "relief", "numeric.relief(landscape, deviations) gives one")
    runs, titles = several(runs, Runs, "runs"), several(titles, str, "titles")
    figure = Figure(figsize=(3.4 * len(runs) + 0.4, 3.7))
    panels = figure.subplots(1, len(runs), sharex=True, sharey=True, squeeze=False).ravel()
    for axes, run, values, title in zip(panels, runs, relief.values, titles, strict=True):
        axes.contour(*relief.axes, values, levels=14, colors=MUTED, linewidths=0.6, linestyles="-")
        # A dozen paths can still be told apart.
        for member in range(min(run.path.shape[1], 12)):
            axes.plot(*run.path[:, member].T, color=PALETTE["blue"], linewidth=0.8)
            axes.plot(*run.path[-1, member], "o", color=PALETTE["vermillion"], markersize=4)
        axes.set(title=f"{title}: {run.success.rate:.0%}", xlabel="w", aspect="equal")
        (left, *_, right), (bottom, *_, top) = relief.axes
        axes.set(xlim=(left, right), ylim=(bottom, top))
    panels[0].set_ylabel("v")
    return figure
