"""Comma-separated text to numbers: what each column holds, and which cell does not fit it."""

from __future__ import annotations

import csv
import io
import re
import sys
from array import array
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._text.amounts import is_amount, plain_cell
from ._dataset import DamagedDataError, Doubles
from ._files import check_size, decoded
from ._keel import without_header

_MISSING = frozenset(
    ("", "?", "\\N", "<null>", "<NA>", "NA", "N/A", "n/a", "NaT", "null", "Null", "NULL")
)
# No number, as NumPy, C and Windows print it, and what spreadsheets have where there is no value.
_IS_NAN = re.compile(
    r"[-+]?nan(?:\([^)]*\))?|-?1\.#(?:IND|QNAN)"
    r"|#(?:N/?A|N/A N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!)",
    re.IGNORECASE,
).fullmatch
#: As many as there may be classes; a column of more words is rather a name, a date or an amount.
MOST_WORDS = 256
#: One character's texts are shared by all that hold them; a cell is an address of 8 bytes in the
#: list and in the table, and again while cells are compared.
_ADDRESS = 8 * 3
# A decimal number as C, Python and spreadsheets write it, without digit groups.
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_IS_ZERO = re.compile(r"[-+]?[0.]+(?:[eE].*)?").fullmatch
_IS_NUMBER = re.compile(_NUMBER).fullmatch
_Strings = NDArray[np.object_]
_Marks = NDArray[np.bool_]
_DOUBLE = 8  # bytes


@dataclass(frozen=True, eq=False)
class WrittenTable:
    """A table's cells as they are written, without a line of names.

    Attributes:
        name: how an error calls the table.
        cells: strings, (rows, columns).
        numeric: which of them are numbers, (rows, columns).
        titles: the columns' names where the table gives them, or the empty string.
        lines: the number of each row's line.
    """

    name: str
    cells: _Strings
    numeric: _Marks
    titles: tuple[str, ...]
    lines: NDArray[np.int64]

    def place(self, row: int, column: int) -> str:
        """Where a cell is, in words: the line and the column, counted from 1."""
        title = self.titles[column]
        named = f" ({title})" if title else ""
        return f"{self.name}, line {self.lines[row]}, column {column + 1}{named}"


def read_cells(content: bytes, name: str) -> WrittenTable:
    """The cells of comma-separated text in UTF-8, none of them missing.

    The first line is taken for names if its class is that of no other line and it keeps some column
    from being numbers, or if there are no columns of numbers and none of its cells is found again.
    A header of KEEL's, from ``@relation`` to ``@data``, is skipped.

    Raises:
        DamagedDataError: if it is no table of two columns or more, or a value is missing.
    """
    content, skipped = without_header(content, name)
    cells, lines = _read(content, name, skipped)
    _check_separators(cells, name)
    numeric = _matching(_IS_NUMBER, cells)
    titles = ("",) * cells.shape[1]
    if _has_titles(cells, numeric):
        titles = tuple(cells[0])
        cells, numeric, lines = cells[1:], numeric[1:], lines[1:]
    table = WrittenTable(name, cells, numeric, titles, lines)
    _check_present(table)
    if not any(titles):
        _check_first(table)
    return table


def encoded(cells: WrittenTable, column: int, words: Collection[int], most_words: int) -> Doubles:
    """A column as numbers, (rows, 1), or as one indicator for each of its words, (rows, words).

    Args:
        cells: the table.
        column: which one, from 0.
        words: columns that are words even where they look like numbers.
        most_words: how many different ones are allowed.

    Raises:
        DamagedDataError: if some of the cells are numbers and others are not, or look like amounts
            of another notation, or if there are too many words.
        DataTooLargeError: if the indicators want more memory than is allowed.
    """
    written, numeric = cells.cells[:, column], cells.numeric[:, column]
    if column in words or not numeric.any():
        return _indicators(cells, column, most_words, declared=column in words)
    if not numeric.all():
        row = int(np.flatnonzero(~numeric)[0])
        raise DamagedDataError(
            f"{cells.place(row, column)}: {written[row]!r} is no number, but {numeric.sum()} other "
            f"values of the column are: write a number or drop the line; if the column is one of "
            f"words, begin each of them with a letter"
        )
    numbers = written.astype(np.float64)
    # Larger than any double, or smaller: then 0 for what is not written as 0.
    lost = ~np.isfinite(numbers)
    lost[numbers == 0] = ~_matching(_IS_ZERO, written[numbers == 0])
    if lost.any():
        row = int(np.flatnonzero(lost)[0])
        raise DamagedDataError(
            f"{cells.place(row, column)}: {written[row]!r} is beyond the range of double precision"
        )
    return np.asarray(numbers)[:, None]


def classes(cells: WrittenTable) -> tuple[list[str], NDArray[np.int64]]:
    """The last column's different classes in alphabetical order, and which each row has.

    Numbers are the same class if they are equal, however they are written: the first way counts.
    """
    first: dict[Decimal | str, str] = {}
    pairs = zip(cells.cells[:, -1].tolist(), cells.numeric[:, -1].tolist(), strict=True)
    return _different(
        [first.setdefault(_valued(cell), cell) if number else cell for cell, number in pairs]
    )


def _valued(cell: str) -> Decimal | str:
    """A number as it is compared: exactly, since doubles make 2**53 and 2**53 + 1 one class."""
    try:
        return Decimal(cell)
    except InvalidOperation:
        # An exponent of twenty digits is beyond decimals too: such a number equals its own text.
        return cell


def _read(content: bytes, name: str, skipped: int) -> tuple[_Strings, NDArray[np.int64]]:
    """All cells but those of empty lines, (rows, columns), and each row's line in the file."""
    text = io.StringIO(decoded(content, name, skipped), newline="")
    reader = csv.reader(text, strict=True, skipinitialspace=True)
    # Row after row in one list: one for each row would take more than narrow rows themselves.
    cells: list[str] = []
    lines, width = array("q"), 0
    line, held = skipped + 1, 0
    try:
        for written in reader:
            row = [plain_cell(cell) for cell in written]
            if any(row):
                width = width or len(row)
                _check_width(row, width, f"{name}, line {line}")
                held += _ADDRESS * len(row) + sum(sys.getsizeof(c) for c in row if len(c) > 1)
                check_size(f"{name}, line {line}", held)
                cells.extend(row)
                lines.append(line)
            # A cell in quotes can hold line ends of its own.
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise DamagedDataError(f"{name}, line {line}: not a row of a table: {error}") from error
    if not cells:
        raise DamagedDataError(f"{name}: not a comma-separated table of two columns or more")
    table = np.array(cells, dtype=object).reshape(-1, width)
    return table, np.array(lines)


def _check_width(row: list[str], width: int, place: str) -> None:
    if len(row) < 2:
        raise DamagedDataError(f"{place}: not a comma-separated table of two columns or more")
    if len(row) != width:
        raise DamagedDataError(
            f"{place}: {len(row)} cells, but {width} in the lines above: a comma that "
            f"belongs to a cell wants quotes around it"
        )


def _matching(fits: Callable[[str], object], cells: _Strings, no: object = None) -> _Marks:
    """For which cells the answer is not no."""
    each: Iterable[Any] = cells.flat
    found = (fits(cell) is not no for cell in each)
    return np.fromiter(found, dtype=bool, count=cells.size).reshape(cells.shape)


def _different(written: Collection[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The different texts in alphabetical order, and which of them each is."""
    # As Python's strings: NumPy's own take the longest one's room for each.
    names = sorted(set(written))
    places = {name: i for i, name in enumerate(names)}
    return names, np.array([places[cell] for cell in written], dtype=np.int64)


def _has_titles(cells: _Strings, numeric: _Marks) -> bool:
    first, rest = cells[0], cells[1:]
    # A line whose class others have is an example: a cell of it may be wrong.
    if not len(rest) or _class_is_found_again(cells, numeric):
        return False
    # Some cell may be wrong: it is found later, if most of its column are numbers.
    like = numeric.copy()
    like[~numeric] = _matching(is_amount, cells[~numeric], False)
    mostly = like[1:, :-1].mean(axis=0) > 0.5
    if not numeric[1:, :-1].any():
        return not (rest == first).any()
    named = ~numeric[0, :-1] & ~_matching(_is_missing, first[:-1], False)
    return bool((mostly & named).any())


def _class_is_found_again(cells: _Strings, numeric: _Marks) -> bool:
    first, rest = cells[0, -1], cells[1:, -1]
    if not numeric[0, -1]:
        return bool((rest == first).any())
    wanted = _valued(first)
    return any(_valued(cell) == wanted for cell in rest[numeric[1:, -1]])


def _is_missing(cell: str) -> bool:
    return cell in _MISSING or _IS_NAN(cell) is not None


def _check_first(table: WrittenTable) -> None:
    """Refuse a first line that may hold names, such as years, above columns of numbers."""
    cells, (_, labels) = table.cells, classes(table)
    words = ~table.numeric.all(axis=0)
    # Something of it found again makes it an example: numbers may be found by chance.
    known = (cells[1:, words] == cells[0, words]).any()
    counts = np.bincount(labels)
    alone = counts[labels[0]] == 1 and (counts > 1).sum() == len(counts) - 1 > 0
    if alone and not known:
        raise DamagedDataError(
            f"{table.place(0, cells.shape[1] - 1)}: {cells[0, -1]!r} is the class of no other "
            f"line: drop this one if it holds the columns' names; if it is an example, let "
            f"another one be the first"
        )


def _check_separators(cells: _Strings, name: str) -> None:
    for mark, said in ((";", "semicolons"), ("\t", "tabs")):
        if all(any(mark in cell for cell in row) for row in cells):
            raise DamagedDataError(
                f"{name}: each line has {said} in it: if they separate the cells, write commas, "
                f"and points in the numbers"
            )


def _check_present(cells: WrittenTable) -> None:
    missing = _matching(_is_missing, cells.cells, False)
    if missing.any():
        row, column = np.argwhere(missing)[0]
        raise DamagedDataError(
            f"{cells.place(row, column)}: the value is missing "
            f"({cells.cells[row, column]!r}): drop such lines or fill them in first"
        )


def _indicators(cells: WrittenTable, column: int, most_words: int, *, declared: bool) -> Doubles:
    written = cells.cells[:, column]
    amounts = _matching(is_amount, written, False)
    if amounts.all() and not declared:
        raise DamagedDataError(
            f"{cells.place(0, column)}: {written[0]!r} looks like an amount: numbers are written "
            f"as in -1234.5 or 1.2e-3; of words, call parse_table with words=({column + 1},)"
        )
    # Words have no order to count in: (rows, words), in alphabetical order.
    different, which = _different(written.tolist())
    if len(different) > most_words:
        raise DamagedDataError(
            f"{cells.name}, column {column + 1}: {len(different):,} different words, each of which "
            f"would be an input of its own; {most_words} are allowed: drop the column if it is a "
            f"name or a date, or call parse_table with more most_words"
        )
    check_size(f"{cells.name}, column {column + 1}", len(which) * len(different) * _DOUBLE)
    indicators = np.zeros((len(which), len(different)))
    indicators[np.arange(len(which)), which] = 1
    return indicators
