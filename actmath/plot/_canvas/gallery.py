"""Many units on one page: a row each, with a small picture of f and f′."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..._text.kinds import several_of
from ..._text.tables import Markup, Phrase, Tabular
from ..._text.typeset import cell, typeset
from ...numeric._check.gallery import WINDOW, UnitCard

# Of a picture, in CSS pixels.
_WIDTH, _HEIGHT = 104, 72
#: What stands above the columns.
GALLERY_COLUMNS = (
    *("unit", "f and f′", "range", "monotone", "smooth", "saturates", "mean", "gain"),
    *("gradient, a layer", "length 1", "source", "year", "formula"),
)


@dataclass(frozen=True, repr=False)
class Gallery(Tabular):
    """The cards as a table, which a page sorts by a click on a title and searches by words."""

    css_class: ClassVar[str] = "answers searched"

    cards: tuple[UnitCard, ...]

    def columns(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return GALLERY_COLUMNS

    def caption(self) -> str:
        """How many there are, and what stands for their parameters."""
        return f"{len(self.cards)} units at their default parameters"

    def rows(self) -> tuple[tuple[object, ...], ...]:
        """A row for each unit."""
        return tuple(_row(card) for card in self.cards)


def tabulate_gallery(cards: Iterable[UnitCard]) -> Gallery:
    """Cards of units as a table with pictures.

    Raises:
        TypeError: for what is not several cards.

    >>> tabulate_gallery(()).columns()[:2]
    ('unit', 'f and f′')
    """
    cards = several_of(cards, UnitCard, "cards")
    return Gallery(tuple(cards))


def _row(card: UnitCard) -> tuple[object, ...]:
    unit = card.activation
    # The name by which ``catalog.get`` finds it, below the title.
    name = Markup(f"{escape(unit.title)}<br><code>{escape(card.name)}</code>")
    return (
        Phrase(card.name, name),
        Phrase("", _picture(card)),
        _interval(card),
        card.monotone,
        "everywhere" if np.isinf(card.smooth) else _order(int(card.smooth)),
        card.saturates,
        cell(0.0 if card.zero_centred else card.mean, 3),
        cell(card.gain, 4),
        cell(card.gradient, 4),
        card.lengths or "—",
        str(unit.source),
        card.year,
        typeset(unit.expr),
    )


def _order(times: int) -> str:
    return "jumps" if times < 0 else f"C{'⁰¹²³⁴'[times]}"


def _interval(card: UnitCard) -> str:
    low, high = (cell(end, 3) for end in (card.lowest, card.highest))
    return f"{low} … {high}"


def _picture(card: UnitCard) -> str:
    """f in the ink and f′ in vermillion, on [−4, 4] in both directions, with the axes."""
    middle, scale = _HEIGHT / 2, _WIDTH / (2 * WINDOW)
    at = np.linspace(0, _WIDTH, len(card.values))
    curves = ((card.slopes, "vermillion", ' stroke-dasharray="3 2"'), (card.values, "ink", ""))
    lines = "".join(
        f'<path d="{_path(at, middle - scale * np.array(values))}" '
        f'stroke="var(--figure-{ink}, currentColor)"{dash}/>'
        for values, ink, dash in curves
    )
    label = escape(f"{card.activation.title}: the function and, dashed, its slope")
    cross = f"M0 {middle:g}H{_WIDTH}M{_WIDTH / 2:g} 0V{_HEIGHT}"
    axes = f'<path d="{cross}" stroke="var(--figure-grid, #dcdcd7)"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'fill="none" stroke-width="1.6">{axes}{lines}</svg>'
    )


def _path(across: NDArray[np.float64], down: NDArray[np.float64]) -> str:
    """A path with a gap where the curve leaves the picture."""
    parts: list[str] = []
    drawing = False
    for x, y in zip(across, down, strict=True):
        inside = bool(np.isfinite(y)) and -1 <= y <= _HEIGHT + 1
        if inside:
            parts.append(f"{'L' if drawing else 'M'}{x:.4g} {y:.3g}")
        drawing = inside
    return "".join(parts) or "M0 0"
