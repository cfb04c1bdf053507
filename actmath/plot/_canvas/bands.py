"""Curves with a band around each, such as a mean with its confidence limits by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..._arrays import real_array
from ..._text.kinds import check_kind
from ...lower._curve import Curve
from ...numeric._array import Array
from .curves import looks, name_curves
from .labelled import several
from .style import style


@dataclass(frozen=True, eq=False)
class Ribbon:
    """A curve and the limits below and above it.

    Raises:
        TypeError: for limits that are no real numbers. ValueError: for another number of them than
            the curve has points.
    """

    curve: Curve
    low: Array
    high: Array

    def __post_init__(self) -> None:
        check_kind(self.curve, Curve, "curve")
        for what in ("low", "high"):
            limit = real_array(getattr(self, what), what)
            object.__setattr__(self, what, limit)
            if limit.shape != self.curve.x.shape:
                raise ValueError(
                    f"{what} must have the {len(self.curve.x)} points of the curve, got the shape "
                    f"{limit.shape}"
                )

    @classmethod
    def of(cls, label: str, x: Any, centre: Any, low: Any, high: Any) -> Ribbon:
        """From anything that NumPy can read as arrays."""
        return cls(Curve(label, x, centre), low, high)


@style()
def plot_lines(
    curves: Sequence[Curve], *, xlabel: str, ylabel: str, logarithmic: bool = False
) -> Figure:
    """Curves over one axis whose names are given, told apart by colour and by dash."""
    curves = several(curves, Curve, "curves")
    figure = Figure()
    axes = figure.add_subplot()
    for curve, (colour, dash) in zip(curves, looks(), strict=False):
        axes.plot(curve.x, curve.y, color=colour, linestyle=dash, label=curve.label)
    if logarithmic:
        axes.set_yscale("log")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    name_curves(figure, axes)
    return figure


@style()
def plot_ribbons(
    ribbons: Sequence[Ribbon],
    expected: Sequence[Curve] = (),
    *,
    xlabel: str,
    ylabel: str,
    logarithmic: bool = False,
    whole_numbers: bool = False,
) -> Figure:
    """Each ribbon in its colour; what was expected as dotted lines in the same order."""
    ribbons = several(ribbons, Ribbon, "ribbons")
    expected = several(expected, Curve, "expected", 0)
    figure = Figure(figsize=(7.0, 3.9))
    axes = figure.add_subplot()
    for ribbon, (colour, dash) in zip(ribbons, looks(), strict=False):
        x, y = ribbon.curve.x, ribbon.curve.y
        axes.fill_between(x, ribbon.low, ribbon.high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(x, y, color=colour, linestyle=dash, label=ribbon.curve.label)
    # The colours start again, so that what was expected has the colour of what it is expected of.
    for curve, (colour, _) in zip(expected, looks(), strict=False):
        axes.plot(curve.x, curve.y, color=colour, linestyle=":", label=curve.label)
    if logarithmic:
        axes.set_yscale("log")
    if whole_numbers:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))  # beside the axes: bands fill them
    return figure
