"""Answers as tables: HTML in a notebook, a few aligned lines in a console, plain data for JSON.

Every result that a person meets shows itself through these few functions, so that all of them are
escaped, captioned and cut to size alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from html import escape, unescape
from textwrap import wrap
from typing import Any, ClassVar

# A console shows a whole answer at a glance: so many lines below the title, each so wide.
_MOST_LINES, _WIDTH = 10, 100
# An array of more values is named by its shape alone.
_MOST_VALUES = 6

_TAG = re.compile("<[^>]*>")

Cells = Sequence[object]


class Markup(str):
    """Text that is HTML already and is not to be escaped again."""

    __slots__ = ()


class Phrase(str):
    """Text for a console, and in ``html`` what a page shows in its place."""

    html: Markup

    def __new__(cls, plain: str, html: str) -> Phrase:
        """Bind the two; ``html`` is HTML already."""
        text = super().__new__(cls, plain)
        text.html = Markup(html)
        return text


def tagged(tag: str, text: object) -> Markup:
    """Text inside an HTML element.

    >>> tagged("code", "x < 1")
    '<code>x &lt; 1</code>'
    """
    return Markup(f"<{tag}>{html_text(text)}</{tag}>")


def html_text(value: object) -> str:
    """A value as HTML: escaped unless it is ``Markup``, with its line breaks."""
    if isinstance(value, Phrase):
        return str(value.html)
    if isinstance(value, Markup):
        return str(value)
    return escape(str(value)).replace("\n", "<br>")


def html_table(
    rows: Iterable[Cells],
    *,
    columns: Sequence[object] = (),
    caption: str = "",
    css_class: str = "",
    row_titles: bool = True,
) -> str:
    """An HTML table; a row with fewer cells than there are columns stretches its last one.

    Args:
        rows: cells of any type, shown by ``str`` and escaped unless they are ``Markup``.
        columns: titles of the columns, if they are to have any.
        caption: plain text above the table.
        css_class: of the table element.
        row_titles: whether the first cell of each row is its title.

    >>> html_table([("E f", "0 < 1")])
    '<table><tbody><tr><th>E f</th><td>0 &lt; 1</td></tr></tbody></table>'
    """
    opening = f'<table class="{css_class}">' if css_class else "<table>"
    above = f"<caption>{html_text(caption)}</caption>" if caption else ""
    titles = "".join(f"<th>{html_text(title)}</th>" for title in columns)
    head = f"<thead><tr>{titles}</tr></thead>" if columns else ""
    body = "".join(f"<tr>{_cells(row, len(columns), row_titles)}</tr>" for row in rows)
    return f"{opening}{above}{head}<tbody>{body}</tbody></table>"


def _cells(row: Cells, width: int, row_titles: bool) -> str:
    missing = width - len(row)
    cells = []
    for index, value in enumerate(row):
        tag = "th" if row_titles and index == 0 else "td"
        span = f' colspan="{missing + 1}"' if missing > 0 and index == len(row) - 1 else ""
        cells.append(f"<{tag}{span}>{html_text(value)}</{tag}>")
    return "".join(cells)


def text_table(
    rows: Iterable[Cells], *, columns: Sequence[object] = (), caption: str = "", more: str = ""
) -> str:
    r"""The same for a console: aligned, at most 100 characters wide and 11 lines high.

    A row that is too wide goes on in further lines, as far as there is room for them.

    Args:
        rows, columns, caption: as in ``html_table``.
        more: where rows are left out, how to see them.

    >>> print(text_table([("E f", 0.5), ("Var f", "1\n2")], caption="relu"))
    relu
      E f    0.5
      Var f  1; 2
    """
    plain = [[_flat(value) for value in row] for row in (*([columns] if columns else []), *rows)]
    most = max(map(len, plain), default=0)
    full = [row for row in plain if len(row) == most]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    shown = [_lines(row, widths) for row in plain[:_MOST_LINES]]
    _reduce(shown)
    lines = [line for row in shown for line in row]
    if len(plain) > _MOST_LINES:
        lines[-1] = f"  … and {len(plain) - _MOST_LINES + 1} more" + (f": {more}" if more else "")
    return "\n".join([*([shortened(_flat(caption))] if caption else []), *lines])


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row in as many lines as it needs: its last cell goes on below itself."""
    padded = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
    first = "  " + "  ".join(padded).rstrip()
    indent = 2 + sum(width + 2 for width in widths[: len(row) - 1])
    if len(first) <= _WIDTH or indent > _WIDTH // 2:
        return [shortened(first)]
    # More than fits into all lines need not be broken; one character more shows that it is more.
    text = row[-1][: _MOST_LINES * _WIDTH + 1]
    found = wrap(text, _WIDTH - indent, break_on_hyphens=False)
    return [first[:indent] + found[0], *(" " * indent + text for text in found[1:])]


def _reduce(shown: list[list[str]]) -> None:
    """Take lines from the rows that have most until all fit; a row cut so ends in a mark."""
    while sum(map(len, shown)) > _MOST_LINES:
        longest = max(shown, key=len)
        del longest[-1]
        longest[-1] = shortened(longest[-1].removesuffix("…") + "…")


def _flat(value: object) -> str:
    """A cell on one line, without markup."""
    text = unescape(_TAG.sub("", value)) if isinstance(value, Markup) else str(value)
    return text.replace("\n", "; ").replace("\N{NO-BREAK SPACE}", " ")


def shortened(text: str, width: int = _WIDTH, *, end: int = 0) -> str:
    """A text of bounded width: what is too much is cut out before the last ``end`` characters.

    >>> shortened("short", 8), shortened("a bit too long", 8), shortened("a bit too long", 8, end=4)
    ('short', 'a bit t…', 'a b…long')
    """
    if len(text) <= width:
        return text
    end = min(end, width - 1)
    return text[: width - 1 - end] + "…" + text[len(text) - end :]


def legible(text: str, most: int = 1000) -> str:
    r"""A message that quotes a file's content, for people: cut, with escapes for what is no print.

    >>> legible("\x1b[31mred")
    '\\x1b[31mred'
    """
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:most])
    return shown + (" …" if len(text) > most else "")


def as_plain(value: Any) -> Any:
    """A value as JSON has it: a dataclass as an object, a tuple or array as a list.

    A number of many digits is a string of its digits, since a JSON number would lose them.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if is_dataclass(value):
        return {part.name: as_plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple | list):
        return [as_plain(part) for part in value]
    if getattr(value, "is_Rational", False):
        # Here, since most answers hold no exact number, and tables need no SymPy.
        from .._digits import rational_text

        return rational_text(value)
    return value.tolist() if hasattr(value, "tolist") else str(value)


def brief(value: Any) -> str:
    """A value in a few words: a dataclass by its name or fields, a large array by its shape."""
    if is_dataclass(value) and type(value).__str__ is object.__str__:
        named = getattr(value, "name", None)
        parts = (f"{part.name} {brief(getattr(value, part.name))}" for part in fields(value))
        return named if isinstance(named, str) else ", ".join(parts)
    if isinstance(value, tuple | list):
        return f"({'; '.join(map(brief, value))})"
    # An array or a tensor; by its shape, since a tensor's size is a method.
    if hasattr(value, "dtype") and math.prod(value.shape) > _MOST_VALUES:
        return f"array {tuple(value.shape)}"
    return str(value)


class Answer:
    """A frozen dataclass that shows itself in a console in a few lines.

    It is declared with ``repr=False``, lest the dataclass write a ``repr`` of its own.
    """

    def rows(self) -> Iterable[Cells]:
        """The answer, row by row: by default each field."""
        own: Any = self
        return [(part.name, brief(getattr(self, part.name))) for part in fields(own)]

    def columns(self) -> tuple[str, ...]:
        """Titles of the columns; none where each row is a question with its answer."""
        return ()

    def caption(self) -> str:
        """What the answer is about, in half a sentence."""
        return type(self).__name__

    def to_json(self) -> dict[str, Any]:
        """The fields as plain data."""
        return dict(as_plain(self))

    def __repr__(self) -> str:
        return text_table(
            self.rows(), columns=self.columns(), caption=self.caption(), more="see .rows()"
        )


class Tabular(Answer):
    """An answer that is a table in a notebook too."""

    css_class: ClassVar[str] = ""

    def _repr_html_(self) -> str:
        return html_table(
            self.rows(), columns=self.columns(), caption=self.caption(), css_class=self.css_class
        )
