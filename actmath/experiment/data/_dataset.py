"""A labelled data set with its fixed split, and what can be wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._arrays import plain_array, whole_number

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
Features = Bytes | Doubles

#: Seed of every fixed split: the day on which Klambauer et al. 2017 appeared.
SPLIT_SEED = 20170608


class MissingDataError(FileNotFoundError):
    """A data set that is not on this machine; the message says how to get it."""


class DamagedDataError(ValueError):
    """A data file whose checksum or content is not what its name promises."""


class DataTooLargeError(ValueError):
    """A data file that would want more memory than is allowed; the message says how to allow it."""


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Labelled examples, split once and for all into a training and an evaluation part.

    Attributes:
        name: what ``load`` calls it.
        train, test: examples, one a row, shapes (n, features): images as bytes 0 … 255, tables as
            float64.
        train_labels, test_labels: classes 0, 1, …, shapes (n,).
        sha256: checksum of the content that was read, before the split.
    """

    name: str
    train: Features
    train_labels: Bytes
    test: Features
    test_labels: Bytes
    sha256: str

    def __repr__(self) -> str:
        sizes = f"{len(self.train)} + {len(self.test)} examples of {self.train.shape[1]} features"
        return f"<data set {self.name}: {sizes}, {self.classes} classes>"

    @property
    def chance(self) -> float:
        """Test accuracy of the best constant answer: the share of the commonest class."""
        return float(np.bincount(self.test_labels).max() / len(self.test_labels))

    @property
    def classes(self) -> int:
        """Number of classes, in both parts: a small training part may lack one."""
        return int(max(self.train_labels.max(), self.test_labels.max())) + 1

    def validation(self, share: int = 5) -> DataSet:
        """The training part alone, one example in ``share`` of every class held out of it."""
        held = stratified(self.train_labels, share, "validation")
        return replace(
            self,
            train=self.train[~held],
            train_labels=self.train_labels[~held],
            test=self.train[held],
            test_labels=self.train_labels[held],
        )

    def limited(self, train: int | None, test: int | None) -> DataSet:
        """The first so many examples of each part (None: all of them).

        Raises:
            ValueError: if there are not so many.
        """
        for limit, part in ((train, self.train), (test, self.test)):
            if limit is not None and limit > len(part):
                raise ValueError(f"{self.name}: {limit} examples asked for, {len(part)} are there")
        return replace(
            self,
            train=self.train[:train],
            train_labels=self.train_labels[:train],
            test=self.test[:test],
            test_labels=self.test_labels[:test],
        )


#: What a data file declares: a name, and what loads the set of that name.
NamedLoader = tuple[str, Callable[[], DataSet]]


def stratified(labels: Bytes, share: int, stream: str) -> NDArray[np.bool_]:
    """A fixed random mask that holds out one in ``share`` of every class.

    Raises:
        ValueError: for a share below 1.
        TypeError: for labels that are no row of integers, or a share that is none.
    """
    labels, share = _classes(labels), whole_number(share, "share")
    chosen = np.zeros(len(labels), dtype=bool)
    # The stream's name is part of the seed: two splits of one set are independent.
    random = np.random.default_rng([SPLIT_SEED, *stream.encode()])
    for label in np.unique(labels):
        places = random.permutation(np.flatnonzero(labels == label))
        # Class by class, so that shares are the same in both parts but for rounding.
        chosen[places[: len(places) // share]] = True
    return chosen


def _classes(labels: object) -> NDArray[Any]:
    row = plain_array(labels, "labels")
    # NumPy's kinds: integers, and the truth values of two classes.
    if row.ndim != 1 or (row.size and row.dtype.kind not in "iub"):
        raise TypeError(f"labels must be a row of integers, got {row.dtype} of shape {row.shape}")
    return row


def divided(name: str, features: Features, labels: Bytes, sha256: str) -> DataSet:
    """A set that comes in one piece: one example in five of every class becomes the test part.

    Raises:
        DamagedDataError: if no class has five examples, so that nothing is left to test with.
    """
    held = stratified(labels, 5, "test")
    if not held.any():
        raise DamagedDataError(
            f"{name}: no class has five examples, so that none can be kept for the test"
        )
    return DataSet(name, features[~held], labels[~held], features[held], labels[held], sha256)


def fitting(data: DataSet) -> DataSet:
    """The same set of images, if its four arrays fit together.

    Raises:
        DamagedDataError: if a part is empty or has not one label for each image, if the images of
            the two parts differ in shape, or if all training labels are the same.
    """
    parts = {
        "training": (data.train, data.train_labels),
        "test": (data.test, data.test_labels),
    }
    for part, (images, labels) in parts.items():
        where = f"{data.name}, {part} part"
        if labels.shape != (len(images),):
            raise DamagedDataError(
                f"{where}: {len(images)} images, but labels of shape {labels.shape}"
            )
        if not images.size:
            raise DamagedDataError(f"{where}: there are no images in it")
    if data.train.shape[1:] != data.test.shape[1:]:
        raise DamagedDataError(
            f"{data.name}: images of shape {data.train.shape[1:]} in the training part, "
            f"{data.test.shape[1:]} in the test part"
        )
    if (data.train_labels == data.train_labels[0]).all():
        raise DamagedDataError(
            f"{data.name}: all {len(data.train)} training labels are {data.train_labels[0]}: "
            "there is nothing to tell apart"
        )
    return data
