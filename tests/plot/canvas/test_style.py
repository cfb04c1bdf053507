"""Inks can be read on paper; settings end with their block."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.colors import to_rgb

from actmath.plot._canvas.style import INKS, style


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_style_ends_with_its_block() -> None:
    before = mpl.rcParams["font.size"]
    with style():
        assert mpl.rcParams["font.size"] != before
    assert mpl.rcParams["font.size"] == before


def test_text_inks_have_contrast_on_paper() -> None:
    assert contrast(INKS["ink"], INKS["paper"]) >= 7
    assert contrast(INKS["muted"], INKS["paper"]) >= 4.5
