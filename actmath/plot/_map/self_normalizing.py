"""The two fixed-point conditions on (shape, scale) as curves, and their crossing."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..._arrays import finite_number
from ..._text.kinds import check_kind
from ...lower._curve import Curve
from .._canvas.style import PALETTE, style


@style()
def plot_conditions(second: Curve, shape: float, scale: float) -> Figure:
    """The shape that gives mean 0 (vertical), the scale that gives the second moment (curve)."""
    check_kind(second, Curve, "second")
    shape, scale = finite_number(shape, "shape"), finite_number(scale, "scale")
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot(second.x, second.y, color=PALETTE["blue"], label="second moment as wanted")
    axes.axvline(
        shape, color=PALETTE["vermillion"], linestyle=(0, (5, 2)), label="output mean as wanted"
    )
    axes.plot(shape, scale, "o", color=PALETTE["green"], markersize=8)
    axes.annotate(
        f"({shape:.4f}, {scale:.4f})", (shape, scale), xytext=(8, 8), textcoords="offset points"
    )
    axes.set(xlabel="shape α", ylabel="scale λ")
    axes.legend()
    return figure
