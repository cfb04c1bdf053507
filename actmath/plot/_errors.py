"""Constants by kind: how far off each is, and what many layers make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from .._arrays import real_number, whole_number
from .._text.kinds import check_kind
from ._canvas.labelled import several
from ._canvas.style import INK, MUTED, PALETTE, style

#: What is smaller than this is drawn here: no float64 tells it from right.
_SMALLEST = 1e-17
#: Factors beyond these are drawn at the edge.
_NARROWEST, _WIDEST = 1e-6, 1e6


@dataclass(frozen=True)
class ConstantMark:
    """A constant: its kind, its relative error, and the factor that layers make of it, if any.

    One with a label is named in the picture.
    """

    kind: str
    error: float
    factor: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        for what in ("kind", "label"):
            check_kind(getattr(self, what), str, what)
        object.__setattr__(self, "error", real_number(self.error, "error"))
        if self.factor is not None:
            object.__setattr__(self, "factor", real_number(self.factor, "factor"))


@style()
def plot_errors(spots: Sequence[ConstantMark], *, layers: int) -> Figure:
    """A row a kind: relative errors on the left, lengths after so many layers on the right.

    Raises:
        ValueError: without any spot.
    """
    spots, layers = several(spots, ConstantMark, "spots"), whole_number(layers, "layers")
    kinds = list(dict.fromkeys(spot.kind for spot in spots))
    figure = Figure(figsize=(8.4, 0.75 * len(kinds) + 1.2))
    left, right = figure.subplots(1, 2, sharey=True)
    right.axvline(1.0, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
    for row, (kind, colour) in enumerate(zip(kinds, _colours(len(kinds)), strict=True)):
        members = [spot for spot in spots if spot.kind == kind]
        # Spread over the row, so that equal errors stay apart.
        heights = row + np.linspace(-0.28, 0.28, len(members)) if len(members) > 1 else [row]
        for spot, height in zip(members, heights, strict=True):
            error = max(abs(spot.error), _SMALLEST)
            left.plot(error, height, "o", color=colour, markersize=5, alpha=0.8)
            place = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
            if spot.label:
                left.annotate(spot.label, (error, height), fontsize=8.5, color=INK, **place)
            if spot.factor is not None:
                factor = min(max(spot.factor, _NARROWEST), _WIDEST)
                right.plot(factor, height, "o", color=colour, markersize=5, alpha=0.8)
    left.set_yticks(range(len(kinds)), labels=kinds)
    left.set_ylim(len(kinds) - 0.5, -0.5)
    left.set(xscale="log", xlabel="relative error", xlim=(_SMALLEST / 3, 3e3))
    right.set(xscale="log", xlabel=f"length after {layers} layers, wild over exact")
    right.set_xlim(_NARROWEST / 3, _WIDEST * 3)
    return figure


def _colours(count: int) -> list[str]:
    """The palette, again from its start where it ends."""
    colours = list(PALETTE.values())
    return [colours[index % len(colours)] for index in range(count)]
