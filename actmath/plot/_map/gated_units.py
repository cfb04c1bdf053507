"""Units of two arguments as hills and valleys over the plane, and the Gaussians on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from ..._arrays import listing, real_array
from ...numeric._array import Array
from .._canvas.labelled import several
from .._canvas.style import INK, PALETTE, style

# Heights of the contours, and of them those on the other side of 0.
_HEIGHTS = np.array([0.25, 1.0, 2.0, 4.0])


@dataclass(frozen=True, eq=False)
class GatedSurface:
    """Values (len(z), len(x)) of a function of two arguments on a grid, with a title."""

    title: str
    x: Array
    z: Array
    values: Array

    def __post_init__(self) -> None:
        for what in ("x", "z", "values"):
            object.__setattr__(self, what, real_array(getattr(self, what), what))
        if self.values.shape != (*self.z.shape, *self.x.shape):
            raise ValueError(
                f"values must have the shape (len(z), len(x)), got {self.values.shape} for z of "
                f"{self.z.shape} and x of {self.x.shape}"
            )


@style()
def plot_gated_surfaces(
    surfaces: Sequence[GatedSurface], correlations: Sequence[float] = (0.0,)
) -> Figure:
    """Contours of each surface, above 0 solid and below dashed, and circles of two Gaussians.

    A circle holds 86 % of two standard Gaussians of a correlation: two deviations each way.
    """
    circles = real_array(listing(correlations, "correlations"), "correlations")
    if not (abs(circles) <= 1).all():
        raise ValueError(f"correlations must lie in [-1, 1], got {circles}")
    surfaces = several(surfaces, GatedSurface, "surfaces")
    figure = Figure(figsize=(2.5 * len(surfaces), 2.9))
    every = figure.subplots(1, len(surfaces), sharey=True, squeeze=False)[0]
    angle = np.linspace(0, 2 * np.pi, 200)
    for axes, surface in zip(every, surfaces, strict=True):
        for sign, colour, dash in ((1, "blue", "solid"), (-1, "vermillion", "dashed")):
            axes.contour(
                surface.x,
                surface.z,
                sign * surface.values,
                levels=_HEIGHTS,
                colors=PALETTE[colour],
                linestyles=dash,
                linewidths=1.2,
            )
        for rho in circles:
            across = rho * np.cos(angle) + np.sqrt(1 - rho**2) * np.sin(angle)
            axes.plot(2 * np.cos(angle), 2 * across, color=INK, linewidth=1.4)
        axes.set(title=surface.title, xlabel="x, the gate's", aspect="equal")
    every[0].set(ylabel="z, the value")
    return figure
