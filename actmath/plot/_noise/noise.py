"""Noisy units: their draws, mean and deviation over the net input."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from ...numeric._noise.band import NoiseBand
from .._canvas.labelled import several
from .._canvas.style import INK, MUTED, PALETTE, style


@style()
def plot_noise_bands(bands: Sequence[NoiseBand], titles: Sequence[str] = ()) -> Figure:
    """One panel for each unit: dots are draws, the line their mean, the band one deviation."""
    bands = several(bands, NoiseBand, "bands")
    names = several(titles, str, "titles", 0) or [band.name for band in bands]
    if len(names) != len(bands):
        raise ValueError(f"titles must be one for each of {len(bands)} bands, got {len(names)}")
    columns = min(len(bands), 3)
    rows = -(-len(bands) // columns)
    figure = Figure(figsize=(2.6 * columns + 0.6, 2.5 * rows + 0.2))
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, band, name in zip(panels, bands, names, strict=False):
        for row in band.draws:
            axes.plot(band.x, row, ".", color=PALETTE["blue"], markersize=1.4)
        low, high = band.mean - band.deviation, band.mean + band.deviation
        axes.fill_between(band.x, low, high, color=PALETTE["sky"], alpha=0.4, linewidth=0)
        axes.plot(band.x, band.mean, color=PALETTE["vermillion"], label="mean")
        axes.plot(band.x, band.hard, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), label="h")
        axes.set(title=name)
    for axes in panels[len(bands) :]:
        axes.set_visible(False)
    panels[0].legend(loc="upper left")
    figure.supxlabel("x", fontsize=10.5, color=MUTED)
    return figure
