"""The IDX format of MNIST's files: a magic number, the sizes, then the bytes."""

from __future__ import annotations

import math
import struct

import numpy as np
from numpy.typing import NDArray

from ._dataset import DamagedDataError

# The format's code for its element type, the third byte of a file.
UNSIGNED_BYTE = 0x08
#: A number, rows, columns, colors.
MOST_DIMENSIONS = 4


def read_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes.

    The file begins with two zero bytes, the code of the element type and the number of
    dimensions; then follow the sizes, as big-endian 32-bit integers, and the elements.

    Args:
        content: the whole file, unzipped.
        name: how an error calls it.

    Raises:
        DamagedDataError: if the header is not that of such a file or the length does not fit it.
    """
    if len(content) < 4 or content[:3] != bytes((0, 0, UNSIGNED_BYTE)):
        raise DamagedDataError(f"{name}: not an IDX file of unsigned bytes")
    if not 1 <= content[3] <= MOST_DIMENSIONS:
        raise DamagedDataError(
            f"{name}: an IDX array of {content[3]} dimensions, 1 … {MOST_DIMENSIONS} wanted"
        )
    start = 4 + 4 * content[3]  # the magic number, then a 32-bit size for each dimension
    if len(content) < start:
        raise DamagedDataError(f"{name}: the IDX header is cut off")
    # Big-endian, whatever the machine.
    sizes = struct.unpack(f">{content[3]}I", content[4:start])
    # Beside a size of 0 others promise no bytes, and NumPy makes no array of so many.
    if math.prod(filter(None, sizes)) > np.iinfo(np.intp).max:
        raise DamagedDataError(f"{name}: the header's sizes {sizes} are beyond any memory")
    wanted = start + math.prod(sizes)
    if len(content) != wanted:
        raise DamagedDataError(f"{name}: {len(content)} bytes, but its header promises {wanted}")
    # A copy of its own: bytes cannot be written to, of which PyTorch warns.
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(sizes).copy()
