"""Answers that a page computed, as a table: the one way in which chapters show several numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..._text.kinds import check_kind, several_of
from ..._text.tables import Tabular
from ..._text.typeset import cell


@dataclass(frozen=True, repr=False)
class Tabulated(Tabular):
    """Rows of cells with titles above them: HTML in a notebook, aligned lines in a console."""

    css_class = "answers"

    cells: tuple[tuple[object, ...], ...]
    titles: tuple[str, ...] = ()
    title: str = ""

    def rows(self) -> tuple[tuple[object, ...], ...]:
        """The cells, row by row."""
        return self.cells

    def columns(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return self.titles

    def caption(self) -> str:
        """What the table is about."""
        return self.title


def tabulate(
    rows: Iterable[Sequence[object]],
    columns: Sequence[str] = (),
    *,
    caption: str = "",
    digits: int = 6,
    error: float = 0.0,
) -> Tabulated:
    """A table of what was computed, the first cell of a row its title.

    Args:
        rows: cells: words, numbers, SymPy expressions, which a page typesets.
        columns: their titles.
        caption: plain text above the table.
        digits: significant digits of each float.
        error: how far off the floats may be. One that is not farther from zero is shown as 0.

    Raises:
        ValueError: a row has another number of cells than there are columns.
        TypeError: for what is no rows of cells.

    >>> tabulate([("relu", 0.39894228), ("tanh", 0.0)], ("unit", "mean"), digits=3)
      unit  mean
      relu  0.399
      tanh  0
    >>> tabulate([("mean", -9e-17)], error=1e-15)
      mean  0
    """
    rows = several_of(rows, object, "rows", "a row is a list of cells")
    for row in rows:
        check_kind(row, Iterable, "each of rows")
    cells = tuple(tuple(cell(value, digits, error) for value in row) for row in rows)
    wrong = [row for row in cells if columns and len(row) != len(columns)]
    if wrong:
        raise ValueError(
            f"a row has {len(wrong[0])} cells and there are {len(columns)} columns: {wrong[0]!r}"
        )
    return Tabulated(cells, tuple(columns), caption)
