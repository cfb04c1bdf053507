"""Comma-separated text to numbers: what each column holds, and which cell does not fit it."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ._dataset import DamagedDataError, Doubles
from ._files import check_size

if TYPE_CHECKING:
    import pandas as pd

MISSING = ("", "?", "<null>", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL")
#: As many as there may be classes; a column of more words is rather a name, a date or an amount.
MOST_WORDS = 256
# A decimal number as C, Python and spreadsheets write it, without digit groups.
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
# A number with a currency, a sign for per cent, groups of digits, or a decimal comma.
_AMOUNT = r"[-+]?[$€£]?\s?[0-9][0-9.,' ]*\s?[%$€£]?"
_DOUBLE = 8  # bytes


@dataclass(frozen=True, eq=False)
class WrittenTable:
    """A table's cells as they are written, without a line of names.

    Attributes:
        name: how an error calls the table.
        frame: strings, (rows, columns).
        titles: the columns' names where the table gives them, or the empty string.
        lines: the number of each row's line.
    """

    name: str
    frame: pd.DataFrame
    titles: tuple[str, ...]
    lines: NDArray[np.int64]

    def place(self, row: int, column: int) -> str:
        """Where a cell is, in words: the line and the column, counted from 1."""
        title = self.titles[column]
        named = f" ({title})" if title else ""
        return f"{self.name}, line {self.lines[row]}, column {column + 1}{named}"


def read_cells(content: bytes, name: str) -> WrittenTable:
    """The cells of comma-separated text in UTF-8, none of them missing.

    The first line is taken for names if it alone keeps some column from being numbers, or if there
    are no columns of numbers and none of its cells is found again below it. A header of KEEL's,
    from ``@relation`` to ``@data``, is skipped.

    Raises:
        DamagedDataError: if it is no table of two columns or more, or a value is missing.
    """
    content, skipped = _without_keels_header(content, name)
    frame = _strings(content, name)
    # WrittenTable can hold line ends of their own, if they are quoted.
    breaks = frame.map(lambda cell: cell.count("\n")).sum(axis=1).to_numpy(dtype=np.int64)
    lines = 1 + skipped + np.arange(len(frame)) + np.cumsum(breaks) - breaks
    frame = frame.map(str.strip)
    kept = (frame != "").any(axis=1).to_numpy(dtype=bool)
    frame, lines = frame[kept].reset_index(drop=True), lines[kept]
    if not len(frame) or frame.shape[1] < 2:
        raise DamagedDataError(f"{name}: not a comma-separated table of two columns or more")
    titles = ("",) * frame.shape[1]
    if _has_titles(frame):
        titles = tuple(frame.iloc[0])
        frame, lines = frame[1:].reset_index(drop=True), lines[1:]
    cells = WrittenTable(name, frame, titles, lines)
    _check_present(cells)
    return cells


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
    written = cells.frame[column]
    numeric = written.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    if column in words or not numeric.any():
        return _indicators(cells, column, most_words, declared=column in words)
    if not numeric.all():
        row = int(np.flatnonzero(~numeric)[0])
        raise DamagedDataError(
            f"{cells.place(row, column)}: {written[row]!r} is no number, but {numeric.sum()} other "
            f"values of the column are: write a number or drop the line; if the column is one of "
            f"words, begin each of them with a letter"
        )
    numbers = written.to_numpy().astype(np.float64)
    finite = np.isfinite(numbers)
    if not finite.all():
        row = int(np.flatnonzero(~finite)[0])
        raise DamagedDataError(
            f"{cells.place(row, column)}: {written[row]!r} is beyond the range of double precision"
        )
    return np.asarray(numbers)[:, None]


def classes(cells: WrittenTable) -> tuple[list[str], NDArray[np.int64]]:
    """The last column's different classes in alphabetical order, and which each row has.

    Numbers are the same class if they are equal, however they are written: the first way counts.
    """
    written = cells.frame.iloc[:, -1]
    if written.str.fullmatch(_NUMBER).all():
        values = written.to_numpy().astype(np.float64)
        # The first row of each value, and for each row its value's place among those.
        _, first, which = np.unique(values, return_index=True, return_inverse=True)
        written = written.iloc[first[which]]
    names, labels = np.unique(written.to_numpy().astype(str), return_inverse=True)
    return names.tolist(), labels


def _strings(content: bytes, name: str) -> pd.DataFrame:
    # Half a second that runs without a table of words and numbers need not wait.
    import pandas as pd

    try:
        return pd.read_csv(
            io.BytesIO(content),
            header=None,
            # Nothing is guessed: not that a word is missing, not that it is a number.
            dtype=object,
            na_filter=False,
            skipinitialspace=True,
            skip_blank_lines=False,
            # A byte order mark is no part of the first cell.
            encoding="utf-8-sig",
        )
    except pd.errors.EmptyDataError:
        return pd.DataFrame([[]])
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        # "Error tokenizing data. C error: Expected 3 fields in line 4, saw 5": what is behind the
        # colon is for everybody.
        reason = str(error).rpartition("C error: ")[2].strip()
        raise DamagedDataError(f"{name}: not a table: {reason}") from error


def _without_keels_header(content: bytes, name: str) -> tuple[bytes, int]:
    """What follows ``@data``, where there is such a header, and how many lines it has."""
    if not re.match(rb"(?i)(?:\xef\xbb\xbf)?\s*@relation\b", content):
        return content, 0
    end = re.search(rb"(?im)^[ \t]*@data[ \t]*\r?\n", content)
    if end is None:
        raise DamagedDataError(f"{name}: a header that begins with @relation and has no @data")
    return content[end.end() :], content[: end.end()].count(b"\n")


def _has_titles(frame: pd.DataFrame) -> bool:
    first, rest = frame.iloc[0], frame[1:]
    if not len(rest):
        return False
    # (rows below the first, columns but the classes)
    numeric = rest.iloc[:, :-1].apply(lambda column: column.str.fullmatch(_NUMBER)).to_numpy(bool)
    # Some cell may be wrong: it is found later, if most of its column are numbers.
    mostly = numeric.mean(axis=0) > 0.5
    if not numeric.any():
        return not (rest == first).any(axis=None)
    named = ~first[:-1].str.fullmatch(_NUMBER).to_numpy(bool) & ~first[:-1].isin(MISSING).to_numpy()
    return bool((mostly & named).any())


def _check_present(cells: WrittenTable) -> None:
    missing = cells.frame.isin(MISSING).to_numpy()
    if missing.any():
        row, column = np.argwhere(missing)[0]
        raise DamagedDataError(
            f"{cells.place(row, column)}: the value is missing "
            f"({cells.frame.iat[row, column]!r}): drop such lines or fill them in first"
        )


def _indicators(cells: WrittenTable, column: int, most_words: int, *, declared: bool) -> Doubles:
    written = cells.frame[column]
    amounts = written.str.fullmatch(_AMOUNT).to_numpy(dtype=bool)
    if amounts.all() and not declared:
        raise DamagedDataError(
            f"{cells.place(0, column)}: {written[0]!r} looks like an amount: numbers are written "
            f"as in -1234.5 or 1.2e-3"
        )
    # Words have no order to count in: (rows, words), in alphabetical order.
    different, which = np.unique(written.to_numpy().astype(str), return_inverse=True)
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
