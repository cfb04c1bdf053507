"""CIFAR-10's three forms give the same records; nothing in a pickle is ever called."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy._core import multiarray
from PIL import Image

from actmath.experiment import data
from actmath.experiment.data import _cifar

NAMES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
RANDOM = np.random.default_rng(1)
RECORDS = [RANDOM.integers(0, 256, (4, 3073), dtype=np.uint8) for _ in NAMES]
for batch in RECORDS:
    batch[:, 0] %= 10
CHECKSUMS = [hashlib.sha256(batch.tobytes()).hexdigest() for batch in RECORDS]


def write_binary(folder: Path) -> None:
    for name, batch in zip(NAMES, RECORDS, strict=True):
        (folder / f"{name}.bin").write_bytes(batch.tobytes())


def write_pickles(folder: Path) -> None:
    for name, batch in zip(NAMES, RECORDS, strict=True):
        content = {b"labels": batch[:, 0].tolist(), b"data": batch[:, 1:], b"batch_label": b"x"}
        (folder / name).write_bytes(pickle.dumps(content, protocol=2))


def write_pictures(folder: Path) -> None:
    for name, batch in zip(NAMES, RECORDS, strict=True):
        pixels = batch[:, 1:].reshape(len(batch), 3, 1024).transpose(0, 2, 1)
        Image.fromarray(np.ascontiguousarray(pixels)).save(folder / f"{name}.png")
    labels = [batch[:, 0].tolist() for batch in RECORDS]
    (folder / "train_lables.json").write_text(json.dumps(np.concatenate(labels[:5]).tolist()))
    (folder / "test_lables.json").write_text(json.dumps(labels[5]))


@pytest.mark.parametrize("write", [write_binary, write_pickles, write_pictures])
def test_three_forms_one_content(tmp_path: Path, write: object) -> None:
    write(tmp_path)  # type: ignore[operator]
    found = data.load_cifar10(tmp_path, CHECKSUMS)
    joined = np.concatenate(RECORDS[:5])
    assert np.array_equal(found.train, joined[:, 1:])
    assert np.array_equal(found.train_labels, joined[:, 0])
    assert np.array_equal(found.test, RECORDS[5][:, 1:])


def test_a_red_picture_is_red_in_its_first_third(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    red = np.zeros((4, 1024, 3), dtype=np.uint8)
    red[..., 0] = 255
    Image.fromarray(red).save(tmp_path / "test_batch.png")
    expected = np.zeros((4, 3073), dtype=np.uint8)
    expected[:, :1025] = 255
    expected[:, 0] = RECORDS[5][:, 0]
    checksums = [*CHECKSUMS[:5], hashlib.sha256(expected.tobytes()).hexdigest()]
    assert np.array_equal(data.load_cifar10(tmp_path, checksums).test, expected[:, 1:])


def test_folder_from_the_environment_and_checksums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTMATH_CIFAR10", str(tmp_path))
    with pytest.raises(data.MissingDataError, match=r"no data_batch_1 in .*binary version"):
        data.load("cifar-10")
    write_binary(tmp_path)
    with pytest.raises(data.DamagedDataError, match="data_batch_1: SHA-256"):
        data.load("cifar-10")


def test_a_pickle_that_calls_something_is_refused(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "harm"),)

    write_pickles(tmp_path)
    (tmp_path / "data_batch_3").write_bytes(pickle.dumps(Harm(), protocol=2))
    with pytest.raises(data.DamagedDataError, match=r"data_batch_3: not a pickled batch.*mkdir"):
        data.load_cifar10(tmp_path, CHECKSUMS)
    assert not (tmp_path / "harm").exists()


class Said:
    """Something that a pickle is to call, and the state that it is to get."""

    def __init__(self, *said: object) -> None:
        self.said = said

    def __reduce__(self) -> tuple[object, ...]:
        return self.said


def _array(kind: object, content: bytes, shape: tuple[int, ...]) -> Said:
    return Said(multiarray._reconstruct, (np.ndarray, (0,), b"b"), (1, shape, kind, False, content))


def _nested(depth: int) -> list[object]:
    return [_nested(depth - 1)] * 10 if depth else [0]


#: A type of Python objects that says of itself that it holds plain numbers.
FORGED = Said(np.dtype, ("O8", False, True), (3, "|", None, None, None, -1, -1, 0))
BYTES = Said(np.dtype, ("u1", False, True), (3, "|", None, None, None, -1, -1, 0))
PIXELS = _array(BYTES, bytes(3072), (1, 3072))
HOSTILE = {
    "addresses for objects": {b"data": _array(FORGED, bytes(8), (1,)), b"labels": [1]},
    "addresses for labels": {b"data": PIXELS, b"labels": _array(FORGED, b"A" * 8, (1,))},
    "a large array": {b"data": Said(np.ndarray, ((10**6, 3072), "u1")), b"labels": [0] * 10**6},
    "ten of ten of ten": {b"data": PIXELS, b"labels": _nested(9)},
    "a number for labels": {b"data": PIXELS, b"labels": 10**9},
    "too few bytes": {b"data": _array(BYTES, bytes(9), (1, 3072)), b"labels": [1]},
    "halves": {b"data": PIXELS, b"labels": [0.5]},
    "another codec": {b"data": Said(codecs.encode, ("a", "idna")), b"labels": [1]},
    "a place of any number": b"\x80\x02Nr\xff\xff\xff\x7f0}.",
    "a bytearray of any length": b"\x80\x05\x96" + (2**33).to_bytes(8, "little") + b".",
    "a list a byte": b"\x80\x02(" + b"]" * 1_100_000 + b"l.",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_pickle_is_believed_nothing(what: str, tmp_path: Path) -> None:
    """In a process of its own, which may end, and with the memory that a batch may take."""
    given = HOSTILE[what]
    content = given if isinstance(given, bytes) else pickle.dumps(given, protocol=2)
    (tmp_path / "data_batch_1").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", READS, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said, grown = done.stdout.rsplit("\n", 2)[:2]
    assert said.startswith("data_batch_1: not a pickled batch of CIFAR-10: ")
    assert int(grown) < 300


READS = """
import resource, sys
from pathlib import Path
from actmath.experiment import data
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    data.load_cifar10(Path(sys.argv[1]))
except data.DamagedDataError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used) // 1024)
"""


def test_pixels_by_columns(tmp_path: Path) -> None:
    write_pickles(tmp_path)
    batch = RECORDS[0]
    content = {b"labels": batch[:, 0].tolist(), b"data": np.asfortranarray(batch[:, 1:])}
    (tmp_path / NAMES[0]).write_bytes(pickle.dumps(content, protocol=2))
    assert np.array_equal(data.load_cifar10(tmp_path, CHECKSUMS).train[:4], batch[:, 1:])


def test_a_picture_of_another_size_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pictures(tmp_path)
    Image.new("RGB", (1024, 20_000)).save(tmp_path / "test_batch.png")
    # What is set aside for a file's content is an eighth of what is allowed.
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "8")
    tracemalloc.start()
    try:
        with pytest.raises(
            data.DamagedDataError, match=r"4 labels and a picture of size \(1024, 2"
        ):
            _cifar._from_picture(tmp_path / "test_batch.png", "test_batch")
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_only_the_format_of_its_name_is_read(tmp_path: Path) -> None:
    """Pillow hands some formats to other programs."""
    write_pictures(tmp_path)
    Image.new("RGB", (1024, 4)).save(tmp_path / "test_batch.png", format="BMP")
    with pytest.raises(data.DamagedDataError, match="not a readable picture"):
        _cifar._from_picture(tmp_path / "test_batch.png", "test_batch")


def test_all_batches_together_are_no_larger_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "1")
    for name in NAMES:
        (tmp_path / f"{name}.bin").write_bytes(bytes(3073 * 60))
    with pytest.raises(data.DataTooLargeError, match=f"data set cifar:{tmp_path}: more than the 1"):
        data.load(f"cifar:{tmp_path}")


def test_own_folder(tmp_path: Path) -> None:
    with pytest.raises(data.MissingDataError, match=r"data_batch_1\.bin, data_batch_2\.bin"):
        data.load(f"cifar:{tmp_path}")
    for name in (NAMES[0], NAMES[5]):
        batch = RECORDS[NAMES.index(name)]
        (tmp_path / f"{name}.bin").write_bytes(batch.tobytes())
    found = data.load(f"cifar:{tmp_path}")
    assert np.array_equal(found.train, RECORDS[0][:, 1:])
    assert all(a.flags.writeable for a in (found.train, found.test, found.test_labels))
    (tmp_path / "test_batch.bin").write_bytes(RECORDS[5].tobytes()[:-1])
    with pytest.raises(data.DamagedDataError, match=r"test_batch\.bin: 12291 bytes are not whole"):
        data.load(f"cifar:{tmp_path}")


@pytest.mark.parametrize(
    "content",
    ["[1, 2", '{"a": 1}', "[300]", "[[0], [1]]", "[" * 100_000, "é", "[1.5]", '["1"]', "7"],
)
def test_labels_that_are_no_labels(tmp_path: Path, content: str) -> None:
    path = tmp_path / "test_lables.json"
    path.write_text(content)
    with pytest.raises(data.DamagedDataError, match="not a list of labels"):
        _cifar._labels(tmp_path, "test_batch")


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30])
def test_pictures_that_are_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "test_batch.png"
    path.write_bytes(content)
    (tmp_path / "test_lables.json").write_text("[1]")
    with pytest.raises(data.DamagedDataError, match="not a readable picture"):
        _cifar._from_picture(path, "test_batch")


@given(content=st.binary(max_size=200))
def test_any_bytes_are_no_pickle_or_a_sentence(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch"
        path.write_bytes(content)
        with pytest.raises(data.DamagedDataError, match="not a pickled batch"):
            _cifar._from_pickle(path)
