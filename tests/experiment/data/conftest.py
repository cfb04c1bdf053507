"""Digits as they are, and a folder of IDX files made by hand."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from actmath.experiment import data

RANDOM = np.random.default_rng(0)
ARRAYS = (
    RANDOM.integers(0, 256, (6, 4, 3), dtype=np.uint8),
    np.array([0, 1, 2, 0, 1, 2], dtype=np.uint8),
    RANDOM.integers(0, 256, (4, 4, 3), dtype=np.uint8),
    np.array([0, 0, 0, 1], dtype=np.uint8),
)


def idx(array: np.ndarray) -> bytes:
    """An array of bytes as an IDX file."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


@pytest.fixture
def arrays() -> tuple[np.ndarray, ...]:
    """Training images and labels, test images and labels."""
    return ARRAYS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, array in zip(data.MNIST_FILES, ARRAYS, strict=True):
        (tmp_path / name).write_bytes(idx(array))
    return tmp_path


@pytest.fixture(scope="session")
def digits() -> data.DataSet:
    return data.load("mnist-5k")
