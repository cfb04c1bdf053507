"""Functions of one variable: value beside derivative, or with the diagonal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...lower._curve import Curve
from .labelled import points_in, several
from .style import MUTED, PALETTE, style

#: Curve by curve, so that curves can be told apart in black and white.
DASHES = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)), "solid")
MARKERS = ("o", "^", "s", "D", "v", "P")


def looks() -> Iterator[tuple[str, Any]]:
    """Colour and dash of each curve, without end: six pairs, then other pairs of the same."""
    colours = tuple(PALETTE.values())
    for index in count():
        # Two dashes further each time round, so that no pair of colour and dash comes back soon.
        again, place = divmod(index, len(colours))
        yield colours[place], DASHES[(place + 2 * again) % len(DASHES)]


@style()
def plot_value_and_slope(values: Sequence[Curve], slopes: Sequence[Curve]) -> Figure:
    """Functions on the left, their derivatives in the same colours and dashes on the right."""
    values, slopes = several(values, Curve, "values"), several(slopes, Curve, "slopes")
    figure = Figure(figsize=(7.4, 3.4))
    left, right = figure.subplots(1, 2, sharex=True)
    _draw(left, values)
    _draw(right, slopes)
    left.set(xlabel="x", ylabel="f(x)", title="value")
    right.set(xlabel="x", ylabel="f′(x)", title="derivative")
    name_curves(figure, left)
    return figure


@style()
def plot_fixed_points(curves: Sequence[Curve], points: Iterable[tuple[float, float]]) -> Figure:
    """Curves with the diagonal y = x, and a dot where each meets it."""
    curves = several(curves, Curve, "curves")
    figure = Figure(figsize=(5.2, 4.4))
    axes = figure.add_subplot()
    _draw(axes, curves)
    ends = [min(curve.x[0] for curve in curves), max(curve.x[-1] for curve in curves)]
    axes.plot(ends, ends, color=MUTED, linewidth=1.0, label="y = x")
    for x, y in points_in(points, "points"):
        axes.plot(x, y, "o", color=PALETTE["vermillion"], zorder=5)
    axes.set(xlabel="x", ylabel="f(x)", aspect="equal")
    name_curves(figure, axes)
    return figure


def name_curves(figure: Figure, axes: Axes) -> None:
    """A legend where the axes have most room, or beside them if it would cover what is drawn."""
    handles, labels = axes.get_legend_handles_labels()
    # A curve of each colour and the diagonal.
    if len(labels) > len(PALETTE) + 1:
        figure.legend(handles, labels, loc="outside right upper")
    else:
        axes.legend()


def _draw(axes: Axes, curves: Sequence[Curve]) -> None:
    for curve, (colour, dash) in zip(curves, looks(), strict=False):
        axes.plot(curve.x, curve.y, color=colour, linestyle=dash, label=curve.label)
