"""Point clouds before and after rectifier layers: one row a unit, one column a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..._text.tables import text_table
from ...numeric._geometry.fold_cloud import FoldedCloud
from .._canvas.figure import Illustration, illustrate
from .._canvas.labelled import several
from .._canvas.style import MUTED, PALETTE, style

#: Half the side of a panel: of a cloud through all its layers, and of the tighter moving one.
_REACH = 2.4
_NEAR = 1.75
#: A mark for each quadrant, as an SVG path around the origin, beside its colour.
_MARKS = (
    "m-2 0 2-2 2 2-2 2z",
    "m-1.6-1.6h3.2v3.2h-3.2z",
    "m-2 1.5 2-3.5 2 3.5z",
    "m-2-1.5 2 3.5 2-3.5z",
)
# How far along its way every point is: 0 before, 1 after, which is what is seen first.
_MOTION = (
    "<style>.fold{transform:translate(calc(var(--t,1)*var(--x)),calc(var(--t,1)*var(--y)))}</style>"
)
#: Runs when the slider moves; it ends what the button began.
_SET = (
    "const box = this.closest('.folding'); box.dataset.run = '';"
    "box.style.setProperty('--t', this.value)"
)
#: Runs when the button is pressed: three seconds from before to after, slow at both ends; at once,
#: there or back, for whoever prefers no motion. Another press begins anew.
_PLAY = (
    "const box = this.closest('.folding'), bar = box.querySelector('input');"
    "const set = t => { bar.value = t; box.style.setProperty('--t', t); };"
    "if (matchMedia('(prefers-reduced-motion: reduce)').matches) set(bar.value < 1 ? 1 : 0);"
    "else { const start = performance.now(), run = box.dataset.run = String(start);"
    "requestAnimationFrame(function step(now) {"
    " if (box.dataset.run !== run) return;"
    " const t = Math.min(1, Math.max(0, (now - start) / 3000)); set(t * t * (3 - 2 * t));"
    " if (t < 1) requestAnimationFrame(step); }); }"
)


@style()
def plot_folding(clouds: Sequence[FoldedCloud]) -> Figure:
    """Points keep the colour of the quadrant that they started in."""
    clouds = several(clouds, FoldedCloud, "clouds")
    layers = len(clouds[0].stages)
    figure = Figure(figsize=(1.75 * layers, 1.9 * len(clouds)))
    grid = figure.subplots(len(clouds), layers, squeeze=False)
    colours = _by_quadrant(clouds[0].stages[0])
    for row, cloud in zip(grid, clouds, strict=True):
        for layer, (axes, points) in enumerate(zip(row, cloud.stages, strict=True)):
            _plane(axes)
            axes.scatter(*points.T, s=3, c=colours, linewidths=0)
            axes.set_xlabel(f"{100 * cloud.kept[layer]:.0f} % told apart", fontsize="small")
            axes.set_title("input" if layer == 0 else f"layer {layer}", fontsize="small")
        row[0].set_ylabel(cloud.activation)
    return figure


@dataclass(frozen=True, repr=False)
class FoldingAnimation:
    """An illustration over which points travel from before to after, by a slider or a button.

    It shows the end before anybody touches it, and needs no other script.
    """

    base: Illustration
    points: str

    def __repr__(self) -> str:
        return text_table([("shows", self.base.alt)], caption="FoldingAnimation")

    def _repr_html_(self) -> str:
        svg = self.base.svg.removesuffix("</svg>") + _MOTION + self.points + "</svg>"
        controls = (
            f'<button type="button" onclick="{escape(_PLAY)}">play</button> '
            '<label>before <input type="range" min="0" max="1" step="0.01" value="1" '
            f'aria-label="from before to after" oninput="{escape(_SET)}"> after</label>'
        )
        return f'<div class="illustration folding">{svg}<p>{controls}</p></div>'


def animate_folding(
    clouds: Sequence[FoldedCloud], *, alt: str, columns: int = 2
) -> FoldingAnimation:
    """One panel a unit: each point moves on a straight line from its first stage to its last.

    Faint marks stay where the points started; colour and shape tell the quadrant of the start.

    Raises:
        ValueError: if there are no clouds.
        TypeError: for what is not several clouds.
    """
    clouds = several(clouds, FoldedCloud, "clouds")
    figure, panels = _panels(clouds, columns)
    base = illustrate(figure, alt=alt)
    points = "".join(_travel(figure, *pair) for pair in zip(panels, clouds, strict=True))
    return FoldingAnimation(base, points)


@style()
def _panels(clouds: Sequence[FoldedCloud], columns: int) -> tuple[Figure, list[Axes]]:
    rows = -(-len(clouds) // columns)
    figure = Figure(figsize=(2.4 * columns, 2.5 * rows))
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for spare in panels[len(clouds) :]:
        spare.set_axis_off()
    for axes, cloud in zip(panels, clouds, strict=False):
        _plane(axes, _NEAR)
        axes.scatter(*cloud.stages[0].T, s=2, c=MUTED, alpha=0.5, linewidths=0)
        axes.set(title=cloud.activation, xlabel="first unit", ylabel="second unit")
    return figure, panels[: len(clouds)]


def _plane(axes: Axes, reach: float = _REACH) -> None:
    axes.axhline(0, color=MUTED, linewidth=0.6)
    axes.axvline(0, color=MUTED, linewidth=0.6)
    ends = (-reach, reach)
    axes.set(xlim=ends, ylim=ends, xticks=[], yticks=[], aspect="equal")
    axes.grid(visible=False)


def _travel(figure: Figure, axes: Axes, cloud: FoldedCloud) -> str:
    """Marks in the units of an SVG, 72 to the inch, y downwards, each with its way to go."""
    ends = [axes.transData.transform(stage) * 72 / figure.dpi for stage in cloud.stages[[0, -1]]]
    start = ends[0]
    way = ends[1] - ends[0]
    height = figure.get_figheight() * 72
    quadrants = _quadrants(cloud.stages[0])
    return "".join(
        f'<path class="fold" d="M{x:.1f} {height - y:.1f}{_MARKS[q]}" '
        f'style="fill:{_fills()[q]};--x:{dx:.1f}px;--y:{-dy:.1f}px"/>'
        for (x, y), (dx, dy), q in zip(start, way, quadrants, strict=True)
    )


def _inks() -> list[str]:
    return list(PALETTE)[: len(_MARKS)]


def _fills() -> list[str]:
    return [f"var(--figure-{name}, {PALETTE[name]})" for name in _inks()]


def _quadrants(points: np.ndarray) -> list[int]:
    # 0 to 3: the sign of the first coordinate is the low bit, that of the second the high one.
    return [int(x > 0) + 2 * int(y > 0) for x, y in points]


def _by_quadrant(points: np.ndarray) -> list[str]:
    return [PALETTE[_inks()[quadrant]] for quadrant in _quadrants(points)]
