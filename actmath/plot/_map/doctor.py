"""A model's signs by layer: what was predicted and what was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from ..._text.kinds import check_values
from .._canvas.style import INK, MUTED, PALETTE, style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from ...nn._model._doctor.diagnosis import Diagnosis, LayerSigns

#: A range below which 2 and 5 have labels beside the powers of ten.
_FEW_DECADES = 100


@style()
def plot_diagnosis(diagnoses: Mapping[str, Diagnosis]) -> Figure:
    """Variance of net inputs, mean square of gradients, and idle units, a column for each model.

    Lines are predicted, markers measured; a triangle on the axis marks each layer of a finding.

    Raises:
        TypeError: for what is no mapping to diagnoses.
    """
    # Here: other figures need no PyTorch.
    from ...nn._model._doctor.diagnosis import Diagnosis

    check_values(diagnoses, Diagnosis, "diagnoses", "nn.diagnose(model, …) gives one")
    columns = len(diagnoses)
    figure = Figure(figsize=(3.1 * columns + 0.6, 5.6))
    panels = figure.subplots(3, columns, sharex="col", sharey="row", squeeze=False)
    for column, (title, diagnosis) in zip(panels.T, diagnoses.items(), strict=True):
        rows = diagnosis.layers
        _draw(column[0], [(x.predicted_variance, x.variance) for x in rows], PALETTE["blue"])
        _draw(column[1], [(x.predicted_gradient, x.gradient) for x in rows], PALETTE["vermillion"])
        _draw_shares(column[2], rows)
        sick = {finding.layer for finding in diagnosis.findings}
        at = [number for number, row in enumerate(rows, 1) if row.layer in sick]
        foot = column[0].get_xaxis_transform()
        column[0].plot(at, [0.02] * len(at), "^", color=INK, markersize=4, transform=foot)
        column[0].set_title(title)
        column[2].set_xlabel("layer")
        column[2].xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    names = ("variance", "gradient's\nmean square", "share of units")
    for axes, name in zip(panels[:, 0], names, strict=True):
        axes.set_ylabel(name)
    handles = [*panels[0, 0].get_lines()[:2], *panels[2, 0].get_lines()]
    words = ["predicted", "measured", "dead", "saturated"]
    figure.legend(handles, words, loc="outside lower center", ncols=4 if columns > 1 else 2)
    return figure


def _draw(axes: Axes, pairs: list[tuple[float, float]], colour: str) -> None:
    """Predicted and measured by layer, on a logarithmic axis; what is 0 leaves a gap."""
    numbers = range(1, len(pairs) + 1)
    predicted, measured = ([_positive(v) for v in side] for side in zip(*pairs, strict=True))
    axes.plot(numbers, predicted, color=INK, linewidth=1.1, linestyle=(0, (4, 2)))
    axes.plot(numbers, measured, color=colour, marker="o", markersize=3.5, linewidth=1.2)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    # At least from 1/2 to 2, so that what is healthy looks so.
    axes.set_ylim(min(low, 0.5), max(high, 2))
    if max(high, 2) / min(low, 0.5) < _FEW_DECADES:
        axes.yaxis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(StrMethodFormatter("{x:g}"))
    else:
        axes.yaxis.set_minor_formatter(NullFormatter())


def _positive(value: float) -> float:
    return value if value > 0 else math.nan


def _draw_shares(axes: Axes, rows: tuple[LayerSigns, ...]) -> None:
    numbers = range(1, len(rows) + 1)
    axes.plot(numbers, [row.dead for row in rows], color=PALETTE["purple"], linewidth=2.2)
    shares = [row.saturated for row in rows]
    axes.plot(numbers, shares, color=MUTED, linestyle=(0, (1, 1)), linewidth=1.6)
    axes.set_ylim(-0.04, 1.04)
