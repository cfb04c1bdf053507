"""IDX files are read exactly, and nothing else is taken for one."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from actmath.experiment.data._idx import read_idx

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 4, 3), dtype=np.uint8)


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


@pytest.mark.parametrize("array", [IMAGES, IMAGES[0, 0], IMAGES[:0]])
def test_what_is_written_is_read(array: np.ndarray) -> None:
    found = read_idx(idx(array), "file")
    assert np.array_equal(found, array)
    # PyTorch warns of arrays that cannot be written to, and a warning ends a run under -W error.
    assert found.flags.writeable


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x00", "not an IDX file"),
        (b"\x00\x00\x08\x00", "0 dimensions"),
        (b"\x00\x00\x08\xff" + b"\x00" * 1020, "255 dimensions"),
        (idx(IMAGES)[:10], "header is cut off"),
        (b"\0\0\x08\x04" + bytes(4) + b"\xff" * 12, "are beyond any memory"),
        (idx(IMAGES)[:-1], "87 bytes, but its header promises 88"),
        (idx(IMAGES) + b"\x00", "89 bytes"),
    ],
)
def test_idx_refuses_other_files(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_idx(content, "file")
