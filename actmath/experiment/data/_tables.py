"""Tables with a class in the last column, as the UCI repository and many others give them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..._text.tables import Answer
from ._dataset import Bytes, DamagedDataError, DataSet, Doubles, MissingDataError, divided
from ._files import package_folder, read, sha256_of, verify_sha256
from ._keel import keel_table
from ._uci import uci_table

MISSING = ("", "?", "<null>", "NA", "NaN", "nan")
SKLEARN_FILES = {
    "breast_cancer": (
        "breast_cancer.csv",
        "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    ),
    "iris": ("iris.csv", "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449"),
    "wine": ("wine_data.csv", "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede"),
}
DIGITS_SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"

NumberedLines = list[tuple[int, list[str]]]


@dataclass(frozen=True, eq=False, repr=False)
class TableData(Answer):
    """A table as numbers, before any split.

    Attributes:
        name: what ``load`` calls it.
        features: (n, features) float64; a column of words is one column of 0 and 1 for each word.
        labels: classes 0, 1, … in the alphabetical order of their names, (n,).
        sha256: checksum of the file.
    """

    name: str
    features: Doubles
    labels: Bytes
    sha256: str

    def split(self) -> DataSet:
        """One row in five of every class becomes the test part."""
        return divided(self.name, self.features, self.labels, self.sha256)


def parse_table(content: bytes, name: str) -> TableData:
    r"""Comma-separated text, the class in the last column.

    The first line is taken for column names if some column is numeric but for it. Lines that
    begin with ``@`` (KEEL's header) are skipped.

    Raises:
        DamagedDataError: naming the line and the column, if a value is missing or the lines do
            not have the same number of them; if it is no table, or has one class only.

    >>> table = parse_table(b"size,color,kind\n1.5,red,a\n2,blue,b\n", "toy")
    >>> table.features.tolist(), table.labels.tolist()
    ([[1.5, 0.0, 1.0], [2.0, 1.0, 0.0]], [0, 1])
    """
    rows = _rows(content, name)
    if len(rows) > 1 and _has_header(rows):
        rows = rows[1:]
    _check_present(rows, name)
    *columns, classes = zip(*(cells for _, cells in rows), strict=True)
    names, labels = np.unique(classes, return_inverse=True)
    # Labels are kept in one byte.
    if not 2 <= len(names) <= 256:
        raise DamagedDataError(f"{name}: {len(names)} classes in the last column, 2 … 256 wanted")
    features = np.concatenate([_numbers(column) for column in columns], axis=1)
    return TableData(name, features, labels.astype(np.uint8), sha256_of(content))


def load_table(name: str) -> TableData:
    """A table by its name: ``csv:FILE``, ``keel:NAME``, ``sklearn:NAME`` or ``uci:NAME``.

    Raises:
        ValueError: if there is no such table.
        MissingDataError: if it is not on this machine; the message says how to get it.
        DamagedDataError: if the checksum or the format is wrong.
    """
    source, _, which = name.partition(":")
    match source:
        case "csv":
            return parse_table(_own(which), name)
        case "keel":
            return parse_table(keel_table(which), name)
        case "sklearn":
            return parse_table(_of_sklearn(which), name)
        case "uci":
            return parse_table(uci_table(which), name)
    raise ValueError(f"no table is named {name!r}: csv:FILE, keel:NAME, sklearn:NAME or uci:NAME")


def load_digits() -> DataSet:
    """1,797 digits of 8 × 8 pixels 0 … 16, out of scikit-learn's data files."""
    path = package_folder("sklearn", "digits") / "datasets" / "data" / "digits.csv.gz"
    content = read(path)
    verify_sha256(content, DIGITS_SHA256, path.name)
    table = np.loadtxt(content.decode().splitlines(), delimiter=",", dtype=np.uint8)
    return divided("digits", table[:, :-1], table[:, -1], DIGITS_SHA256)


def _own(file: str) -> bytes:
    path = Path(file)
    if not path.is_file():
        raise MissingDataError(f"data set csv:{file}: no such file")
    return read(path)


def _of_sklearn(name: str) -> bytes:
    if name not in SKLEARN_FILES:
        known = ", ".join(SKLEARN_FILES)
        raise ValueError(f"no table of scikit-learn is named {name!r}: known are {known}")
    file, sha256 = SKLEARN_FILES[name]
    content = read(package_folder("sklearn", f"sklearn:{name}") / "datasets" / "data" / file)
    verify_sha256(content, sha256, file)
    # scikit-learn's first line is its own: sizes and names of the classes.
    return content.split(b"\n", 1)[1]


def _rows(content: bytes, name: str) -> NumberedLines:
    try:
        # A byte order mark is no part of the first cell.
        reader = csv.reader(content.decode("utf-8-sig").splitlines(), skipinitialspace=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DamagedDataError(f"{name}: not a table: {error}") from error
    rows = [(line, cells) for line, cells in rows if not cells[0].startswith("@")]
    width = len(rows[0][1]) if rows else 0
    if width < 2:
        raise DamagedDataError(f"{name}: not a comma-separated table of two columns or more")
    for line, cells in rows:
        if len(cells) != width:
            raise DamagedDataError(f"{name}, line {line}: {len(cells)} values, not {width}")
    return rows


def _has_header(rows: NumberedLines) -> bool:
    (_, first), *rest = rows
    return any(
        not _numeric(cell) and cell not in MISSING and all(_numeric(row[i]) for _, row in rest)
        for i, cell in enumerate(first[:-1])
    )


def _check_present(rows: NumberedLines, name: str) -> None:
    for line, cells in rows:
        for column, cell in enumerate(cells, start=1):
            if cell in MISSING:
                raise DamagedDataError(
                    f"{name}, line {line}, column {column}: the value is missing ({cell!r}): "
                    f"drop such lines or fill them in first"
                )


def _numbers(column: Sequence[str]) -> Doubles:
    if all(map(_numeric, column)):
        return np.array(column, dtype=np.float64)[:, None]
    # (n, words): one indicator a word, since words have no order to count in.
    words = np.array(column)
    indicators: Doubles = np.equal(words[:, None], np.unique(words)).astype(np.float64)
    return indicators


def _numeric(cell: str) -> bool:
    try:
        # float reads "nan" and "inf" too, which are no values.
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False
