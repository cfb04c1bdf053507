"""Nested cross-validation over several tables: which rows train a network, which judge it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from .._randomness import generator
from ._dataset import SPLIT_SEED, Bytes, Doubles
from ._tables import TableData

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fold:
    """One network's share: rows of the joint table to train on, and to be judged on.

    Attributes:
        table: which table.
        train, judged: numbers of rows in the joint table.
    """

    table: int
    train: Indices
    judged: Indices


@dataclass(frozen=True, eq=False)
class JointTable:
    """Several tables, one below the other, missing columns filled with zeros.

    Attributes:
        features: (rows, widest table) float64.
        labels: (rows,).
        starts: where each table begins, and where the last ends.
        widths, classes: columns and classes of each table.
    """

    features: Doubles
    labels: Bytes
    starts: tuple[int, ...]
    widths: tuple[int, ...]
    classes: tuple[int, ...]

    @classmethod
    def of(cls, tables: Sequence[TableData], rows: int | None) -> JointTable:
        """The tables, each with at most so many rows, chosen at random once and for all."""
        chosen = [_chosen(table, rows) for table in tables]
        widths = tuple(features.shape[1] for features, _ in chosen)
        # Columns of zeros on the right, up to the widest table.
        wide = [np.pad(f, ((0, 0), (0, max(widths) - f.shape[1]))) for f, _ in chosen]
        lengths = np.cumsum([0, *(len(labels) for _, labels in chosen)])
        return cls(
            np.concatenate(wide),
            np.concatenate([labels for _, labels in chosen]),
            tuple(lengths.tolist()),
            widths,
            tuple(int(table.labels.max()) + 1 for table in tables),
        )

    def nested(self, outer: int, inner: int, seed: int) -> Iterator[Fold]:
        """Every table's folds, outer ones slowest: ``inner`` of them to choose by, then the last.

        The first ``inner`` split what the outer fold leaves for training; the last trains on all of
        it and is judged on the outer fold, which none of the others has seen.
        """
        for table, (start, stop) in enumerate(zip(self.starts, self.starts[1:], strict=False)):
            rows = np.arange(start, stop)
            draw = generator(seed, "outer folds", table)
            outside = stratified_folds(self.labels[rows], outer, draw)
            for fold in range(outer):
                rest = rows[outside != fold]
                # A stream for every (table, outer fold).
                draw = generator(seed, "inner folds", table * outer + fold)
                inside = stratified_folds(self.labels[rest], inner, draw)
                for part in range(inner):
                    yield Fold(table, rest[inside != part], rest[inside == part])
                yield Fold(table, rest, rows[outside == fold])

    def counts(self, folds: Sequence[Fold]) -> Doubles:
        """How many rows of each class a fold's network trains on, (folds, classes)."""
        trained = [self.labels[fold.train] for fold in folds]
        found = [np.bincount(labels, minlength=max(self.classes)) for labels in trained]
        return np.stack(found).astype(np.float64)


def padded(parts: Sequence[Indices], device: torch.device) -> tuple[Tensor, Tensor]:
    """Rows of several folds as one tensor, 0 after a fold's own, and how many each has."""
    rows = pad_sequence(list(map(torch.as_tensor, parts)), batch_first=True)
    return rows.to(device), torch.tensor([len(part) for part in parts]).to(device)


def stratified_folds(labels: Bytes, folds: int, random: torch.Generator) -> Indices:
    """The number of each row's fold: every class is dealt out evenly, in random order."""
    shuffled = torch.randperm(len(labels), generator=random).numpy()
    # A stable sort keeps the random order within a class.
    order = shuffled[np.argsort(labels[shuffled], kind="stable")]
    # Class after class, in random order within each, dealt like cards.
    dealt = np.empty(len(labels), dtype=np.int64)
    dealt[order] = np.arange(len(labels)) % folds
    return dealt


def _chosen(table: TableData, rows: int | None) -> tuple[Doubles, Bytes]:
    # The same rows for every repetition's seed.
    order = np.random.default_rng(SPLIT_SEED).permutation(len(table.labels))[:rows]
    return table.features[order], table.labels[order]
