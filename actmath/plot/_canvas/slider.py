"""A figure with a slider: one drawing, and over it the curve that the reader chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..._text.tables import text_table
from ...numeric._array import Array
from .figure import Illustration, illustrate
from .style import INKS

#: Runs when the slider moves: shows the frame of its value, hides the others.
_CHOOSE = (
    "this.closest('.slider').querySelectorAll('[data-frame]').forEach("
    "e => e.style.display = e.dataset.frame === this.value ? '' : 'none')"
)


@dataclass(frozen=True, repr=False)
class Slider:
    """An illustration with as many frames as labels; it shows itself in a page without libraries.

    Attributes:
        base: what all frames share.
        paths: one SVG path for each frame, in the coordinates of the base.
        labels: what to show beside the slider.
        name: what the slider sets, for screen readers.
        ink: the name of the curve's colour.
    """

    base: Illustration
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    name: str
    ink: str = "vermillion"

    def __repr__(self) -> str:
        rows = [("shows", self.base.alt), (self.name, ", ".join(self.labels))]
        return text_table(rows, caption="Slider")

    def _repr_html_(self) -> str:
        frames = "".join(self._frame(i, path) for i, path in enumerate(self.paths))
        svg = self.base.svg.removesuffix("</svg>") + frames + "</svg>"
        shown = "".join(self._label(i, text) for i, text in enumerate(self.labels))
        control = (
            f'<label>{escape(self.name)} <input type="range" min="0" max="{len(self.paths) - 1}" '
            f'step="1" value="0" oninput="{escape(_CHOOSE)}"></label> '
        )
        return f'<div class="illustration slider">{svg}<p>{control}{shown}</p></div>'

    def _frame(self, index: int, path: str) -> str:
        colour = f"var(--figure-{self.ink}, {INKS[self.ink]})"
        return (
            f'<path data-frame="{index}" d="{path}" fill="none" stroke-width="1.9" '
            f'style="stroke:{colour}{_hidden(index)}"/>'
        )

    def _label(self, index: int, text: str) -> str:
        return f'<output data-frame="{index}" style="{_hidden(index)}">{escape(text)}</output>'


def slide(
    figure: Figure,
    axes: Axes,
    x: Array,
    curves: Sequence[Array],
    labels: Sequence[str],
    *,
    name: str,
    alt: str,
    ink: str = "vermillion",
) -> Slider:
    """Draw the figure once, and place each curve over the axes as a frame.

    Raises:
        ValueError: if there are no curves, or not one label for each.
    """
    if not curves or len(curves) != len(labels):
        raise ValueError(f"need a label for each curve, got {len(labels)} for {len(curves)}")
    # Every frame must lie inside the axes, which are drawn once and for all.
    values = np.concatenate([np.ravel(curve) for curve in curves])
    axes.set_ylim(*_widened(axes, values))
    base = illustrate(figure, alt=alt)
    paths = tuple(_path(figure, axes, x, curve) for curve in curves)
    return Slider(base, paths, tuple(labels), name, ink)


def _hidden(index: int) -> str:
    return ";display:none" if index else ""


def _widened(axes: Axes, values: Array) -> tuple[float, float]:
    low, high = axes.get_ylim()
    return min(low, float(values.min())), max(high, float(values.max()))


def _path(figure: Figure, axes: Axes, x: Array, y: Array) -> str:
    """Points in the units of an SVG: 72 to the inch, y downwards."""
    points = axes.transData.transform(np.column_stack([x, y])) * 72 / figure.dpi
    height = figure.get_figheight() * 72
    return "M" + "L".join(f"{a:.1f} {height - b:.1f}" for a, b in points)
