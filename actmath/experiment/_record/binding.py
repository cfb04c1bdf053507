"""The record that is asked for, and no other: which file, whose rules, what shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..._text.checksums import DIGESTS, list_digests, listed_digests
from ..._text.files import bytes_of
from ..._text.tables import legible
from .config import Config
from .record import (
    DamagedRecordError,
    RunRecord,
    parse_record,
    results_folder,
)

# The largest record of the book has 0.3 MB. Of the worst content, empty objects, 4 MB become
# 0.1 GB in memory.
_MOST_BYTES = 4_000_000


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
    try:
        content = bytes_of(file, _MOST_BYTES)
        record = _parsed(content, name)
    except DamagedRecordError as error:
        raise UnfitRecordError(str(error)) from error
    except ValueError as error:
        raise UnfitRecordError(f"{name} is no record of the book: {error}") from None
    other = _of_another(record.config, expected)
    if other:
        raise UnfitRecordError(f"{name} {legible(other)}")
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
