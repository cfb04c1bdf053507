"""The look of every figure: inks that a page can recolour, and one set of matplotlib settings."""

from __future__ import annotations

from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from cycler import cycler

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Inks: text and lines, what stands back, the lines of the grid, and the sheet itself.
INK = "#22252a"
MUTED = "#6a6f78"
GRID_LINES = "#dcdcd7"
BACKGROUND = "#fdfdfb"

#: The colour-blind safe palette of Okabe and Ito, without black (the ink) and yellow (too pale);
#: orange and sky are darker than theirs, so that each has a contrast of 3 with the sheet.
PALETTE = MappingProxyType(
    {
        "blue": "#0072b2",
        "vermillion": "#d55e00",
        "green": "#009e73",
        "purple": "#cc79a7",
        "orange": "#b87a00",
        "sky": "#2f8fcc",
    }
)

#: Every ink by the name under which a style sheet may give it another colour.
INKS = MappingProxyType(
    {"ink": INK, "muted": MUTED, "grid": GRID_LINES, "paper": BACKGROUND, **PALETTE}
)

_SETTINGS: MappingProxyType[Any, Any] = MappingProxyType(
    {
        "figure.figsize": (6.0, 3.5),
        "figure.facecolor": "none",
        "figure.constrained_layout.use": True,
        "savefig.facecolor": "none",
        "font.family": "DejaVu Sans",
        "font.size": 11.0,
        "mathtext.fontset": "dejavusans",
        "text.color": INK,
        "axes.facecolor": "none",
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.titlesize": "medium",
        "axes.titlelocation": "left",
        "axes.linewidth": 0.8,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=list(PALETTE.values())),
        "grid.color": GRID_LINES,
        "grid.linewidth": 0.7,
        "lines.linewidth": 1.9,
        "lines.markersize": 5.0,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "legend.frameon": False,
        "legend.fontsize": "small",
        "svg.fonttype": "path",  # letters as outlines, since a page may lack the font
        "svg.hashsalt": "actmath",  # ids by content, not at random: the same bytes each time
    }
)


@contextmanager
def style() -> Iterator[None]:
    """Hold the settings of this book while a block or a decorated function draws.

    >>> with style():
    ...     mpl.rcParams["legend.frameon"]
    False
    """
    with mpl.rc_context(dict(_SETTINGS)):
        yield
