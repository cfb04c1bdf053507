"""Tables with a class in the last column, as the UCI repository and many others give them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..._text.kinds import check_name
from ..._text.tables import Answer, shortened
from ._csv import MOST_WORDS, WrittenTable, classes, encoded, read_cells
from ._dataset import Bytes, DamagedDataError, DataSet, Doubles, MissingDataError, divided
from ._files import check_size, is_file, package_folder, read, sha256_of, verify_sha256
from ._keel import keel_table
from ._uci import uci_table

#: A cell of one digit and a comma are two bytes in a file and some 60 as a Python string.
TEXT_SHARE = 8
SKLEARN_FILES = {
    "breast_cancer": (
        "breast_cancer.csv",
        "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    ),
    "iris": ("iris.csv", "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449"),
    "wine": ("wine_data.csv", "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede"),
}
DIGITS_SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"


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


def parse_table(
    content: bytes, name: str, *, words: Collection[int] = (), most_words: int = MOST_WORDS
) -> TableData:
    r"""Comma-separated text in UTF-8, the class in the last column.

    A column of numbers is one feature, a column of words is one feature for each different word. A
    column in which some cells are numbers and others are not is refused, unless ``words`` says
    that all of them are words. The first line is taken for column names if its class is that of no
    other line and it keeps a column from being numbers, or if no column is one of numbers and none
    of its cells is found again. A header of KEEL's, from ``@relation`` to ``@data``, is skipped.

    Args:
        content: the text.
        name: how errors call the table.
        words: columns, counted from 1, whose cells are words even where they look like numbers.
        most_words: how many different words a column may have.

    Raises:
        ValueError: if one of ``words`` is the number of no column before the last.
        DamagedDataError: naming the line, the column and the cell, if a value is missing, does not
            fit its column or is beyond double precision; if it is no table, or has fewer than 2
            or more than 256 classes.
        DataTooLargeError: if the features want more memory than ``ACTMATH_LARGEST_DATA`` allows.

    >>> table = parse_table(b"size,color,kind\n1.5,red,a\n2,blue,b\n", "toy")
    >>> table.features.tolist(), table.labels.tolist()
    ([[1.5, 0.0, 1.0], [2.0, 1.0, 0.0]], [0, 1])
    >>> parse_table(b"size,kind\n1,a\n2,b\n2;5,b\n", "toy")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    actmath...DamagedDataError: toy, line 4, column 1 (size): '2;5' is no number, but 2 other ...
    """
    cells = read_cells(content, name)
    names, labels = classes(cells)
    # Labels are kept in one byte.
    if not 2 <= len(names) <= 256:
        raise DamagedDataError(f"{name}: {len(names)} classes in the last column, 2 … 256 wanted")
    features = _features(cells, words, most_words)
    return TableData(name, features, labels.astype(np.uint8), sha256_of(content))


def load_table(name: str) -> TableData:
    """A table by its name: ``csv:FILE``, ``keel:NAME``, ``sklearn:NAME`` or ``uci:NAME``.

    Raises:
        ValueError: if there is no such table.
        MissingDataError: if it is not on this machine; the message says how to get it.
        DamagedDataError: if the checksum or the format is wrong.
        TypeError: for a name that is no text.
    """
    check_name(name, "name")
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


def _features(cells: WrittenTable, words: Collection[int], most_words: int) -> Doubles:
    columns = cells.cells.shape[1] - 1
    wrong = [column for column in words if column not in range(1, columns + 1)]
    if wrong:
        raise ValueError(f"{cells.name}: words={wrong[0]!r} is no column: they are 1 … {columns}")
    as_words, parts, held = {column - 1 for column in words}, [], 0
    for i in range(columns):
        parts.append(encoded(cells, i, as_words, most_words))
        held += parts[-1].nbytes
        check_size(f"{cells.name}, columns 1 … {i + 1}", held)
    return np.concatenate(parts, axis=1)


def _own(file: str) -> bytes:
    path = Path(file)
    if not is_file(path):
        raise MissingDataError(f"data set csv:{shortened(file, 300, end=100)}: no such file")
    return read(path, share=TEXT_SHARE)


def _of_sklearn(name: str) -> bytes:
    if name not in SKLEARN_FILES:
        known = ", ".join(SKLEARN_FILES)
        raise ValueError(f"no table of scikit-learn is named {name!r}: known are {known}")
    file, sha256 = SKLEARN_FILES[name]
    content = read(package_folder("sklearn", f"sklearn:{name}") / "datasets" / "data" / file)
    verify_sha256(content, sha256, file)
    # scikit-learn's first line is its own: sizes and names of the classes.
    return content.split(b"\n", 1)[1]
