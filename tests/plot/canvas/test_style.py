"""Inks can be read on paper; settings end with their block."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from actmath.plot._canvas.style import INKS, PALETTE, style

SHEET = Path(__file__).parents[3] / "book" / "_static" / "actmath.css"
INK = re.compile(r"--figure-(\w+): (#[0-9a-f]{6});")


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


def inks(theme: str) -> dict[str, str]:
    """The inks of a theme of the book's pages."""
    rule = re.search(rf'data-theme="{theme}"\] \{{(.*?)\}}', SHEET.read_text("utf-8"), re.DOTALL)
    assert rule
    return dict(INK.findall(rule[1]))


def test_a_figure_alone_has_the_light_pages_inks() -> None:
    assert inks("light") == INKS


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_inks_have_contrast_on_paper(theme: str) -> None:
    """As WCAG asks: 4.5 for text, 3 for the lines that carry the meaning of a figure."""
    found = inks(theme)
    assert contrast(found["ink"], found["paper"]) >= 7
    assert contrast(found["muted"], found["paper"]) >= 4.5
    assert min(contrast(found[name], found["paper"]) for name in PALETTE) >= 3
