"""The record that is asked for, and no other: which file, whose rules, what shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .config import Config
from .examples import unpacked
from .record import DamagedRecordError, RunRecord, Table, parse_record, results_folder
from .storage import write_whole

#: The list of the records' digests, beside them, in the format of sha256sum.
DIGESTS = "SHA256SUMS"
#: The largest record of the book has 0.3 MB; a file beyond this is none.
MOST_BYTES_OF_A_RECORD = 64_000_000
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
    if file.stat().st_size > MOST_BYTES_OF_A_RECORD:
        raise UnfitRecordError(
            f"{name} has more than {MOST_BYTES_OF_A_RECORD:,} bytes, which no record has"
        )
    content = file.read_bytes()
    try:
        record = _parsed(content, name)
    except DamagedRecordError as error:
        raise UnfitRecordError(str(error)) from error
    for fault in (_of_another(record.config, expected), _misshapen(record)):
        if fault:
            raise UnfitRecordError(f"{name} {fault}")
    sha256 = hashlib.sha256(content).hexdigest()
    if listed_digests(place).get(name) != sha256:
        raise UnfitRecordError(
            f"{name} has the sha256 {sha256}, which {DIGESTS} does not list for it: "
            "`make digests` lists a record that is meant to be there"
        )
    return BoundRecord(record, name, sha256)


def listed_digests(folder: Path) -> dict[str, str]:
    """The listed digests by file name; none where there is no list."""
    file = folder / DIGESTS
    if not file.is_file():
        return {}
    # A line of sha256sum: the digest, two spaces, the name.
    rows = (line.partition("  ") for line in file.read_text("utf-8", "replace").splitlines())
    return {name: sha256 for sha256, _, name in rows}


def list_digests(folder: Path, files: Iterable[str] | None = None) -> None:
    """List the digests of these files of the folder, or of all records there.

    The other lines stay; of files that are gone none does.
    """
    names = [path.name for path in folder.glob("*.json")] if files is None else files
    listed = listed_digests(folder)
    listed |= {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    lines = [f"{listed[n]}  {n}\n" for n in sorted(listed) if (folder / n).is_file()]
    write_whole(folder / DIGESTS, "".join(lines).encode(), force=True)


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
    members, epochs = len(record.config.members), record.config.epochs
    for name, size in (("train_size", record.train_size), ("test_size", record.test_size)):
        if type(size) is not int or size < 1:
            return f"has {size!r} for {name}"
    # Objects, as a file's content need not have the type that is declared.
    commit: object = record.provenance.commit
    device: object = record.provenance.device
    if not isinstance(commit, str | None) or not isinstance(device, str):
        return f"has {commit!r} for its commit and {device!r} for its device"
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
    return _wrong_marks(record, members)


def _wrong_marks(record: RunRecord, members: int) -> str | None:
    try:
        marks = unpacked(record.right, record.test_size) if record.right else None
    except (TypeError, ValueError) as error:
        return f"has marks of right answers that cannot be read: {error}"
    if marks is not None and len(marks) != members:
        return f"has marks of right answers of {len(marks)} networks, not of {members}"
    return None


def _even(table: Table, seeds: int) -> bool:
    """Whether the rows of each arm, which are neighbours, are of one length, and not empty."""
    arms = [table[first : first + seeds] for first in range(0, len(table), seeds)]
    lengths = [{len(row) for row in arm} for arm in arms]
    return all(len(found) == 1 and 0 not in found for found in lengths)
