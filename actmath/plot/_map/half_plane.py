"""The half-plane of Gaussians: circles of equal divergence, two gradients, shortest paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from ..._arrays import listing
from ...numeric._array import Array
from .._canvas.labelled import points_in
from .._canvas.style import INK, MUTED, PALETTE, style


@style()
def plot_half_plane(
    ellipses: Sequence[Array], steps: Sequence[tuple[Array, Array, Array]], paths: Sequence[Array]
) -> Figure:
    """Ellipses (points, 2); steps as (from, ordinary, natural) displacements; geodesics."""
    ellipses = [points_in(each, "each of ellipses") for each in listing(ellipses, "ellipses")]
    paths = [points_in(each, "each of paths") for each in listing(paths, "paths")]
    figure = Figure(figsize=(7.0, 3.3))
    axes = figure.add_subplot()
    for number, ellipse in enumerate(ellipses):
        label = "equal divergence" if number == 0 else None
        axes.plot(*ellipse.T, color=PALETTE["sky"], linewidth=1.4, label=label)
    for number, path in enumerate(paths):
        label = "shortest path" if number == 0 else None
        axes.plot(*path.T, color=PALETTE["green"], linestyle=(0, (5, 2)), label=label)
    for step in listing(steps, "steps"):
        places = points_in(step, "each of steps")
        if len(places) != 3:
            raise ValueError(f"each of steps must be 3 points in the plane, got {len(places)}")
        start, ordinary, natural = places
        _arrow(axes, start, ordinary, MUTED)
        _arrow(axes, start, natural, PALETTE["vermillion"])
        axes.plot(*start, "o", color=INK, markersize=3.5)
    # Arrows are annotations, which no legend knows: empty lines stand for them.
    axes.plot([], [], color=MUTED, label="gradient")
    axes.plot([], [], color=PALETTE["vermillion"], label="natural gradient")
    axes.set(xlabel="mean μ", ylabel="standard deviation σ", aspect="equal")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _arrow(axes: Any, start: Array, step: Array, colour: str) -> None:
    look = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=tuple(start + step), xytext=tuple(start), arrowprops=look)
