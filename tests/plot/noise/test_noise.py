"""Figures of noisy units, cobwebs and annealing draw the data they are given."""

from __future__ import annotations

import numpy as np

from actmath import catalog
from actmath.derive import harden
from actmath.derive._noise.noisy_unit import noisy
from actmath.numeric._noise.band import noise_band
from actmath.plot import illustrate
from actmath.plot._noise.noise import plot_noise_bands


def test_bands_show_draws_mean_and_hard_unit() -> None:
    units = [noisy(harden(catalog.tanh), kind) for kind in ("NAN", "NAH", "NANI", "NANIS")]
    bands = [noise_band(unit, level=3, draws=2, points=21) for unit in units]
    figure = plot_noise_bands(bands)
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in panels] == [band.name for band in bands]
    for axes, band in zip(panels, bands, strict=True):
        lines = [line.get_ydata() for line in axes.get_lines()]
        assert np.array_equal(lines[-2], band.mean)
        assert np.array_equal(lines[-1], band.hard)
        assert len(lines) == 4
        assert len(axes.collections) == 1


def test_figures_pass_into_a_page() -> None:
    band = noise_band(noisy(harden(catalog.tanh), "NAN"), draws=1, points=51)
    assert illustrate(plot_noise_bands([band]), alt="noise").svg.startswith("<svg")
