"""Sequences of symbols made from a seed: counting what is different, recalling what came next.

An example is a row of symbols 0, 1, 2, …, one byte each.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from ._dataset import SPLIT_SEED, Bytes, DataSet, NamedLoader

Examples = tuple[Bytes, Bytes]


def count_distinct(sequences: Bytes) -> Bytes:
    """How many different symbols are in each row, (n, length) to (n,).

    >>> count_distinct(np.array([[3, 1, 3], [0, 0, 0]], dtype=np.uint8))
    array([2, 1], dtype=uint8)
    """
    ordered = np.sort(sequences, axis=1)
    # In order, every change is a symbol that was not there before.
    changes: Bytes = (np.diff(ordered, axis=1) != 0).sum(axis=1, dtype=np.uint8)
    # The first symbol is new without a change.
    return changes + np.uint8(1)


@dataclass(frozen=True)
class UniqueIntegers:
    """Rows of iid uniform integers; the class is the number of different ones, less one.

    Attributes:
        length: symbols in a row.
        symbols: how many integers there are, from 0 up.
    """

    length: int
    symbols: int

    def draw(self, n: int, random: Generator) -> Examples:
        """So many rows and their classes."""
        rows = random.integers(0, self.symbols, (n, self.length), dtype=np.uint8)
        # No row is empty: counts 1, 2, … are the classes 0, 1, ….
        return rows, count_distinct(rows) - np.uint8(1)


@dataclass(frozen=True)
class AssociativeRecall:
    """Different symbols, a mark, one of them again; the class is the symbol that followed it.

    A row ends in the mark and the question; shorter lists begin after blanks.

    Attributes:
        items: the most symbols in a list; the fewest are 2, all numbers are equally likely.
        symbols: how many symbols there are. The blank is the next number, the mark the one after.
    """

    items: int
    symbols: int

    def draw(self, n: int, random: Generator) -> Examples:
        """So many rows and their classes."""
        rows, answers = zip(*(self._one(random) for _ in range(n)), strict=True)
        return np.array(rows, dtype=np.uint8), np.array(answers, dtype=np.uint8)

    def _one(self, random: Generator) -> tuple[list[int], int]:
        count = int(random.integers(2, self.items + 1))
        shown = random.permutation(self.symbols)[:count].tolist()
        # Not the last one, which nothing follows.
        asked = int(random.integers(0, count - 1))
        # Every row has items + 2 places.
        blanks = [self.symbols] * (self.items - count)
        return [*blanks, *shown, self.symbols + 1, shown[asked]], shown[asked + 1]


def generate(name: str, kind: UniqueIntegers | AssociativeRecall, train: int, test: int) -> DataSet:
    """So many examples of a kind to train and to test, always the same."""
    (rows, labels), (test_rows, test_labels) = (
        # Name and part are in the seed: every set and part has a stream of its own.
        kind.draw(n, np.random.default_rng([SPLIT_SEED, *name.encode(), part]))
        for part, n in enumerate((train, test))
    )
    arrays = (rows, labels, test_rows, test_labels)
    content = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    return DataSet(name, rows, labels, test_rows, test_labels, content)


#: Name, kind, and how many examples to train and to test.
_KINDS: tuple[tuple[str, UniqueIntegers | AssociativeRecall, int, int], ...] = (
    ("unique-integers", UniqueIntegers(26, 11), 20_000, 2_000),
    ("unique-integers-14", UniqueIntegers(14, 7), 20_000, 2_000),
    ("associative-recall", AssociativeRecall(6, 8), 20_000, 2_000),
    ("associative-recall-16", AssociativeRecall(16, 32), 100_000, 5_000),
)
SEQUENCES: tuple[NamedLoader, ...] = tuple((kind[0], partial(generate, *kind)) for kind in _KINDS)
