"""Point clouds before and after rectifier layers: one row a unit, one column a layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ..numeric.fold_cloud import FoldedCloud
from .style import MUTED, PALETTE, style


@style()
def plot_folding(clouds: Sequence[FoldedCloud]) -> Figure:
    """Points keep the colour of the quadrant that they started in."""
    layers = len(clouds[0].stages)
    figure = Figure(figsize=(1.75 * layers, 1.9 * len(clouds)))
    grid = figure.subplots(len(clouds), layers, squeeze=False)
    colours = _by_quadrant(clouds[0].stages[0])
    for row, cloud in zip(grid, clouds, strict=True):
        for layer, (axes, points) in enumerate(zip(row, cloud.stages, strict=True)):
            axes.axhline(0, color=MUTED, linewidth=0.6)
            axes.axvline(0, color=MUTED, linewidth=0.6)
            axes.scatter(*points.T, s=3, c=colours, linewidths=0)
            axes.set(xlim=(-2.4, 2.4), ylim=(-2.4, 2.4), xticks=[], yticks=[], aspect="equal")
            axes.grid(visible=False)
            axes.set_xlabel(f"{100 * cloud.kept[layer]:.0f} % told apart", fontsize="small")
            axes.set_title("input" if layer == 0 else f"layer {layer}", fontsize="small")
        row[0].set_ylabel(cloud.activation)
    return figure


def _by_quadrant(points: np.ndarray) -> list[str]:
    names = list(PALETTE.values())[:4]
    quadrant = (points[:, 0] > 0).astype(int) + 2 * (points[:, 1] > 0).astype(int)
    return [names[q] for q in quadrant]
