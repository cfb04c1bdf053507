"""Which examples were right, one bit each, as texts that a record holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]


def packed(marks: Marks) -> tuple[str, ...]:
    """A text for each row: one bit an example, eight to two hexadecimal digits.

    >>> packed(np.array([[True, False, False, False, True, True, True, True, True]]))
    ('8f80',)
    """
    return tuple(np.packbits(row).tobytes().hex() for row in marks)


def unpacked(texts: Sequence[str], n: int) -> Marks:
    """The rows that ``packed`` made, (rows, n), in the order of the test examples.

    Which example is which follows from the record's configuration and its data's checksum.

    Raises:
        ValueError: if a text is not hexadecimal or not that of n examples.
    """
    rows = [np.frombuffer(bytes.fromhex(text), dtype=np.uint8) for text in texts]
    # Eight examples a byte, the last one filled up with zeros.
    if any(len(row) != -(-n // 8) for row in rows):
        lengths = sorted({len(text) for text in texts})
        raise ValueError(f"marks of {n} examples wanted, got texts of {lengths} digits")
    marks = np.unpackbits(np.array(rows), axis=1).astype(bool)
    if marks[:, n:].any():
        raise ValueError(f"marks of {n} examples wanted, got some beyond the last")
    return marks[:, :n]
