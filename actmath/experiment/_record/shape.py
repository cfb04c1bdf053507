"""Has a record an entry for every network and epoch, and are its numbers measurements?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Protocol

from .._files.marks import unpacked
from .config import Config
from .provenance import Provenance

Table = tuple[tuple[float, ...], ...]

#: The curve whose last column the marks of right answers are of.
ACCURACY = "test_accuracy"
#: The largest loss on record, of a network on its way to diverge, is 1e33. Larger numbers are no
#: measurements, and their squares overflow.
LARGEST = 1e100


class Measured(Protocol):
    """What a record holds: see ``RunRecord``."""

    @property
    def config(self) -> Config: ...
    @property
    def provenance(self) -> Provenance: ...
    @property
    def epochs(self) -> int: ...
    @property
    def train_size(self) -> int: ...
    @property
    def test_size(self) -> int: ...
    @property
    def chance(self) -> float: ...
    @property
    def curves(self) -> Mapping[str, Table]: ...
    @property
    def layers(self) -> Mapping[str, Table]: ...
    @property
    def right(self) -> tuple[str, ...]: ...


def without_nan(table: Table) -> list[list[float | None]]:
    """A table for JSON, which has no nan: None in its place."""
    return [[value if math.isfinite(value) else None for value in row] for row in table]


def with_nan(rows: Iterable[Iterable[float | None]]) -> Table:
    """The inverse of ``without_nan``."""
    return tuple(tuple(map(_measured, row)) for row in rows)


def _measured(value: float | None) -> float:
    if value is None:
        return math.nan
    # Not float(value), which reads the text "inf", and a truth value, too: neither is a number.
    if type(value) not in (int, float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def misshapen(record: Measured) -> str | None:
    """What is wrong with a record's sizes and numbers; a diverged network's nan is not."""
    members, epochs, stopped = len(record.config.members), record.epochs, record.provenance.stopped
    if stopped is not None and stopped.planned != record.config.epochs:
        return f"was {stopped}, but its configuration asks for {record.config.epochs}"
    for name, size in (("train_size", record.train_size), ("test_size", record.test_size)):
        if size < 1:
            return f"has {size!r} for {name}"
    if not 0 <= record.chance <= 1:
        return f"has {record.chance!r} for chance, which is a share"
    for name, table in record.curves.items():
        if len(table) != members or {len(row) for row in table} != {epochs}:
            return f"has a curve {name} that is not {members} members by {epochs} epochs"
    for name, table in record.layers.items():
        if len(table) != members or not _even(table, len(record.config.seeds)):
            return f"has a table {name} that is not {members} members, an arm's of one length"
    for name, table in (*record.curves.items(), *record.layers.items()):
        # nan is a diverged network's: it is not larger than anything.
        if any(abs(value) > LARGEST for row in table for value in row):
            return f"has numbers in {name} beyond {LARGEST:g}"
    return _no_share(record) or _wrong_marks(record, members)


# A record's accuracy, at most 1, has six digits.
_ROUNDED = 1e-6
# What the names of shares have: ``test_accuracy``, ``auc_after``, ``mean_share``.
_SHARES = ("accuracy", "auc", "share")


def _no_share(record: Measured) -> str | None:
    for name, table in (*record.curves.items(), *record.layers.items()):
        shares = table if any(word in name for word in _SHARES) else ()
        # Nor may one be nan: a diverged network still answers, rightly or not.
        wrong = [value for row in shares for value in row if not 0 <= value <= 1]
        if wrong:
            return f"has a share that is not within 0 … 1: {name} must lie there, got {wrong[0]}"
    return None


def _wrong_marks(record: Measured, members: int) -> str | None:
    try:
        marks = unpacked(record.right, record.test_size) if record.right else None
    except (TypeError, ValueError) as error:
        return f"has marks of right answers that cannot be read: {error}"
    if marks is None:
        return None
    if len(marks) != members:
        return f"has marks of right answers of {len(marks)} networks, not of {members}"
    if ACCURACY not in record.curves:
        return f"has marks of right answers, but no {ACCURACY} that they could be of"
    last = [row[-1] for row in record.curves[ACCURACY]]
    if any(abs(a - b) > _ROUNDED for a, b in zip(marks.mean(axis=1).tolist(), last, strict=True)):
        return f"has marks of right answers whose shares are not the last {ACCURACY}"
    return None


def _even(table: Table, seeds: int) -> bool:
    """Whether the rows of each arm, which are neighbours, are of one length, and not empty."""
    arms = [table[first : first + seeds] for first in range(0, len(table), seeds)]
    lengths = [{len(row) for row in arm} for arm in arms]
    return all(len(found) == 1 and 0 not in found for found in lengths)
