"""Tables of the UCI repository that no package carries: the user's own copies, by checksum."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ._dataset import MissingDataError
from ._files import find, folder_from, read, verify_sha256

UCI_FOLDER = "ACTMATH_UCI"
#: By name, the repository's file and number, and SHA-256 of its rows.
UCI_TABLES: Mapping[str, tuple[str, int, str]] = MappingProxyType(
    {
        "htru2": (
            "HTRU_2.csv",
            372,
            "b2b388ceaa9718d00f6feba97bfe7096ee61996526cee2bea94e9dd034e9cbbe",
        ),
    }
)


def uci_table(name: str, tables: Mapping[str, tuple[str, int, str]] = UCI_TABLES) -> bytes:
    r"""The rows of a table's file, comma-separated with the class in the last column.

    A line of column names is left out, and lines end in ``\n``: copies that differ in nothing else
    have one checksum.

    Args:
        name: a key of ``UCI_TABLES``.
        tables: by name, file, number in the repository, and SHA-256 of the rows.

    Raises:
        ValueError: if there is no such table.
        MissingDataError: if the file is not on this machine; the message says how to get it.
        DamagedDataError: if the checksum is wrong.
    """
    if name not in tables:
        raise ValueError(f"no UCI table is named {name!r}: known are {', '.join(tables)}")
    file, number, sha256 = tables[name]
    folder = folder_from(UCI_FOLDER)
    path = find(folder, file) or find(folder, f"{name}.csv")
    if path is None:
        raise MissingDataError(
            f"data set uci:{name}: no {file} or {name}.csv, plain or gzipped, in {str(folder)!r}. "
            "It is at the UCI Machine Learning Repository, "
            f"archive.ics.uci.edu/dataset/{number}: set {UCI_FOLDER} to its folder"
        )
    # What is no text has another checksum, too.
    lines = read(path).decode("utf-8-sig", errors="replace").splitlines()
    # The names are words: no number is in their first cell.
    named = bool(lines) and lines[0][:1].isalpha()
    rows = "".join(f"{line}\n" for line in lines[named:]).encode()
    verify_sha256(rows, sha256, path.name)
    return rows
