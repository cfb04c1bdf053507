"""Curves with a band around each, such as a mean with its confidence limits by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...lower._curve import Curve
from ...numeric._array import Array
from .curves import DASHES
from .style import PALETTE, style


@dataclass(frozen=True, eq=False)
class Ribbon:
    """A curve and the limits below and above it."""

    curve: Curve
    low: Array
    high: Array

    @classmethod
    def of(cls, label: str, x: Any, centre: Any, low: Any, high: Any) -> Ribbon:
        """From anything that NumPy can read as arrays."""
        curve = Curve(label, np.asarray(x), np.asarray(centre))
        return cls(curve, np.asarray(low), np.asarray(high))


@style()
def plot_lines(
    curves: Sequence[Curve], *, xlabel: str, ylabel: str, logarithmic: bool = False
) -> Figure:
    """Curves over one axis whose names are given, told apart by colour and by dash."""
    figure = Figure()
    axes = figure.add_subplot()
    for curve, colour, dash in zip(curves, PALETTE.values(), DASHES, strict=False):
        axes.plot(curve.x, curve.y, color=colour, linestyle=dash, label=curve.label)
    if logarithmic:
        axes.set_yscale("log")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend()
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
    figure = Figure(figsize=(7.0, 3.9))
    axes = figure.add_subplot()
    looks = list(zip(PALETTE.values(), DASHES, strict=True))
    for ribbon, (colour, dash) in zip(ribbons, looks, strict=False):
        x, y = ribbon.curve.x, ribbon.curve.y
        axes.fill_between(x, ribbon.low, ribbon.high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(x, y, color=colour, linestyle=dash, label=ribbon.curve.label)
    # The colours start again, so that what was expected has the colour of what it is expected of.
    for curve, (colour, _) in zip(expected, looks, strict=False):
        axes.plot(curve.x, curve.y, color=colour, linestyle=":", label=curve.label)
    if logarithmic:
        axes.set_yscale("log")
    if whole_numbers:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))  # beside the axes: bands fill them
    return figure
