"""A figure that a page can show: inline SVG with a text alternative, recoloured by the page."""

from __future__ import annotations

import hashlib
import io
import re
import sys
import warnings
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..._text.kinds import check_kind
from ..._text.tables import text_table
from .points import points_of
from .style import BACKGROUND, INKS, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FORMATS = (".svg", ".png", ".pdf")
#: Left out, so that the same figure gives the same bytes on every day and machine.
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
# Where numbers are places: not the factors of a scale.
_PLACES = re.compile(r'(?<= )(?:d|x|y|style)="[^"]*"|translate\([^)]*\)|>\s+<')
_LONG = re.compile(r"-?\d+\.\d{3,}")
_LETTER = re.compile(r"(?<=[\d\"]) ?([A-Za-z]) ")
_HEAD = re.compile(r"<svg [^>]*?\bviewBox=\"0 0 ([\d.]+) ([\d.]+)\"[^>]*>")
#: A style sheet inside would act on the whole page.
_UNWANTED = re.compile(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", re.DOTALL)
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_BY_COLOUR = {colour: name for name, colour in INKS.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Illustration:
    """A drawn figure and what it shows, in words.

    ``svg`` is one ``<svg>`` element to be placed in a page: as wide as its column, its ids unlike
    those of other figures, its inks the CSS variables ``--figure-NAME`` with the printed colours
    as fallback. The same data give the same bytes.
    """

    svg: str
    alt: str
    figure: Figure = field(compare=False)

    def __repr__(self) -> str:
        return text_table(
            [("shows", self.alt)], caption=f"Illustration, {len(self.svg)} characters"
        )

    def _repr_html_(self) -> str:
        points = points_of(self.figure)
        # Inert in a page; there the book takes it out into a file.
        data = f'<script type="text/csv">{points}</script>' if points else ""
        return f'<div class="illustration">{self.svg}{data}</div>'

    def save(self, path: str | Path) -> Path:
        """Write the figure on its own, with a paper background, as .svg, .png or .pdf.

        Raises:
            ValueError: the path ends otherwise.
        """
        path = Path(path)
        if path.suffix not in _FORMATS:
            raise ValueError(f"{path.name!r} must end in one of {', '.join(_FORMATS)}.")
        with style():
            self.figure.savefig(path, facecolor=BACKGROUND, dpi=200, metadata=_undated(path.suffix))
        return path


def illustrate(fig: Figure, *, alt: str) -> Illustration:
    """Wrap a matplotlib figure for a page; ``alt`` says what a reader would see in it.

    Raises:
        ValueError: the text alternative is empty.
        TypeError: for what is no figure, or no text.

    >>> from matplotlib.figure import Figure
    >>> illustrate(Figure(), alt="an empty sheet").alt
    'an empty sheet'
    """
    # Here: a page that draws nothing loads no matplotlib.
    from matplotlib.figure import Figure

    check_kind(fig, Figure, "fig")
    check_kind(alt, str, "alt")
    alt = " ".join(alt.split())
    if not alt:
        raise ValueError("alt is empty: say in a sentence what the figure shows.")
    if "matplotlib.pyplot" in sys.modules:
        # pyplot would show the figure a second time at the end of a notebook cell.
        sys.modules["matplotlib.pyplot"].close(fig)
    return Illustration(svg=_inline(_draw(fig), alt), alt=alt, figure=fig)


def _undated(suffix: str) -> dict[str, None]:
    if suffix == ".svg":
        return dict(_NO_METADATA)
    return {"CreationDate": None} if suffix == ".pdf" else {"Software": None}


def _draw(fig: Figure) -> str:
    sink = io.StringIO()
    with style(), warnings.catch_warnings():
        # Said where placing a legend takes a second: of how busy the machine is, not of the figure.
        warnings.filterwarnings("ignore", 'Creating legend with loc="best"')
        fig.savefig(sink, format="svg", metadata=dict(_NO_METADATA))
    return sink.getvalue()


def _inline(drawn: str, alt: str) -> str:
    body = _PLACES.sub(_rounded, _UNWANTED.sub("", drawn[drawn.index("<svg") :]))
    width, height = (float(size) for size in _HEAD.findall(body)[0])  # points
    # As wide as its column, at most its own size: a point is 4/3 CSS pixels.
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'role="img" aria-label="{escape(alt)}" viewBox="0 0 {width:g} {height:g}" '
        f'style="width:100%;max-width:{width * 4 / 3:.0f}px;height:auto;'
        f'stroke-linejoin:round;stroke-linecap:butt">'
    )
    return _own_ids(_COLOUR.sub(_ink, _HEAD.sub(lambda _: head, body, count=1))).strip()


def _rounded(match: re.Match[str]) -> str:
    """To a hundredth of a point, which no screen shows, without spaces that can be spared."""

    def near(number: re.Match[str]) -> str:
        return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")

    short = " ".join(match[0].split())
    if short.startswith("style="):
        return short.replace("; ", ";").replace(": ", ":")
    short = _LONG.sub(near, short)
    return _LETTER.sub(r"\1", short) if short.startswith("d=") else short


def _ink(match: re.Match[str]) -> str:
    colour = match[0]
    name = _BY_COLOUR.get(colour)
    if name is None:
        return colour
    # Where a page sets no variable, ink is the colour of its text, light on a dark page.
    return f"var(--figure-{name}, {'currentColor' if name == 'ink' else colour})"


def _own_ids(svg: str) -> str:
    """Keep only ids that something refers to, and make them this figure's own."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    # A letter first: a name in XML begins with none of the digits.
    mark = f"f{hashlib.sha256(svg.encode()).hexdigest()[:6]}"

    def keep(match: re.Match[str]) -> str:
        return f' id="{mark}-{match[1]}"' if match[1] in used else ""

    svg = re.sub(r' id="([^"]+)"', keep, svg)
    # The letters' outlines are named after the font, thousands of times a page.
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{mark}-", svg).replace("DejaVuSans-", "")
