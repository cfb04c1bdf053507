"""The record that is asked for, and no other: which file, whose rules, what shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..._text.checksums import DIGESTS, list_digests, listed_digests
from .config import Config, legible
from .examples import unpacked
from .record import (
    ACCURACY,
    DamagedRecordError,
    RunRecord,
    Table,
    parse_record,
    results_folder,
)

# The largest record of the book has 0.3 MB. Of the worst content, empty objects, 4 MB become
# 0.1 GB in memory.
_MOST_BYTES = 4_000_000
#: The largest loss on record, of a network on its way to diverge, is 1e33. Larger numbers are no
#: measurements, and their squares overflow.
LARGEST = 1e100


class UnfitRecordError(ValueError):
    """A record that is not the one asked for; the message says in which way."""


@dataclass(frozen=True)
class BoundRecord:
    """A record of which file, recipe, preset, rules and shape are those that were asked for.

    Attributes:
        record: the run.
        file: the file's name.
        sha256: digest of the file's bytes, in hexadecimal.
    """

    record: RunRecord
    file: str
    sha256: str

    def sentence(self) -> str:
        """The file by its digest, and the commit that made it."""
        made = self.record.provenance.checkout
        return f"record {self.file}, sha256 {self.sha256}, made at commit {made}"


def bound(expected: Config, folder: Path | None = None) -> BoundRecord:
    """The record of a configuration, from the file that bears its name.

    Args:
        expected: what the recipe's preset says today.
        folder: where the records and the list ``SHA256SUMS`` are; otherwise that of ``recorded``.

    Raises:
        FileNotFoundError: if there is no record; the message says how to make it.
        UnfitRecordError: if the file is no intact record, is not listed by its digest, or is of
            another recipe, preset, configuration or shape.
    """
    place = results_folder() if folder is None else folder
    name = f"{expected.recipe}-{expected.preset}.json"
    file = place / name
    if not file.is_file():
        raise FileNotFoundError(
            f"no recorded run: actmath train {expected.recipe} --preset {expected.preset} --out "
            f"{name} makes it"
        )
    if file.stat().st_size > _MOST_BYTES:
        raise UnfitRecordError(f"{name} has more than {_MOST_BYTES:,} bytes, which no record has")
    content = file.read_bytes()
    try:
        record = _parsed(content, name)
    except DamagedRecordError as error:
        raise UnfitRecordError(str(error)) from error
    for fault in (_of_another(record.config, expected), _misshapen(record)):
        if fault:
            raise UnfitRecordError(f"{name} {legible(fault)}")
    sha256 = hashlib.sha256(content).hexdigest()
    if listed_digests(place).get(name) != sha256:
        raise UnfitRecordError(
            f"{name} has the sha256 {sha256}, which {DIGESTS} does not list for it: "
            "`make digests` lists a record that is meant to be there"
        )
    return BoundRecord(record, name, sha256)


def list_records(folder: Path, files: Iterable[str] | None = None) -> None:
    """List the digests of these files of the folder, or of all records there."""
    names = [path.name for path in folder.glob("*.json")] if files is None else files
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    list_digests(folder, found)


# Several rows rest on one record: it is read once.
@lru_cache(maxsize=64)
def _parsed(content: bytes, name: str) -> RunRecord:
    return parse_record(content, Path(name))


def _of_another(found: Config, expected: Config) -> str | None:
    if (found.recipe, found.preset) != (expected.recipe, expected.preset):
        return f"is the record of {found.recipe}, preset {found.preset}"
    if found.hash == expected.hash:
        return None
    then, now = found.to_json(), expected.to_json()
    differing = sorted(key for key in then | now if then.get(key) != now.get(key))
    return f"was made with other rules than today's recipe: {', '.join(differing)} differ"


def _misshapen(record: RunRecord) -> str | None:
    """What is wrong with a record's sizes; a diverged network's nan is not."""
    members, epochs, stopped = len(record.config.members), record.epochs, record.provenance.stopped
    if stopped is not None and stopped.planned != record.config.epochs:
        return f"was {stopped}, but its configuration asks for {record.config.epochs}"
    for name, size in (("train_size", record.train_size), ("test_size", record.test_size)):
        if type(size) is not int or size < 1:
            return f"has {size!r} for {name}"
    if type(record.chance) not in (int, float) or not 0 <= record.chance <= 1:
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


def _no_share(record: RunRecord) -> str | None:
    for name, table in (*record.curves.items(), *record.layers.items()):
        shares = table if any(word in name for word in _SHARES) else ()
        # Nor may one be nan: a diverged network still answers, rightly or not.
        wrong = [value for row in shares for value in row if not 0 <= value <= 1]
        if wrong:
            return f"has a share that is not within 0 … 1: {name} must lie there, got {wrong[0]}"
    return None


def _wrong_marks(record: RunRecord, members: int) -> str | None:
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
