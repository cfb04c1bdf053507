"""Fixed-point iteration drawn between the curve and the diagonal."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from ...lower._curve import Curve
from ...numeric._geometry.cobweb import Cobweb
from .._canvas.curves import looks
from .._canvas.labelled import several
from .._canvas.style import INK, MUTED, style


@style()
def plot_cobwebs(curves: Sequence[Curve], webs: Sequence[Cobweb]) -> Figure:
    """One panel for each function: the curve, the diagonal, and the orbits' stairs."""
    curves, webs = several(curves, Curve, "curves"), several(webs, Cobweb, "webs")
    if len(curves) != len(webs):
        raise ValueError(f"curves and webs must be as many, got {len(curves)} and {len(webs)}")
    columns = min(len(webs), 2)
    rows = -(-len(webs) // columns)  # rounded up
    figure = Figure(figsize=(3.5 * columns, 3.3 * rows))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, curve, web in zip(panels, curves, webs, strict=False):
        axes.plot(curve.x, curve.y, color=INK)
        ends = [curve.x[0], curve.x[-1]]
        axes.plot(ends, ends, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
        across, up = web.path
        for (colour, _), one, other in zip(looks(), across, up, strict=False):
            axes.plot(one, other, color=colour, linewidth=1.1)
            axes.plot(one[-1], other[-1], "o", color=colour, markersize=4)
        axes.set(title=curve.label, xlabel="x", aspect="equal")
    for axes in panels[len(webs) :]:
        axes.set_visible(False)
    return figure
