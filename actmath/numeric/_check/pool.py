"""The record of the pool: how every part of the package came out for units that people write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..._text.files import bytes_of
from ..._text.tables import Tabular

#: The words of what is in order; every other one is a fault.
_IN_ORDER = frozenset({"ok", "said"})

#: The checkout's file has two hundred kilobytes.
_MOST_BYTES = 2**24


@dataclass(frozen=True, repr=False)
class PoolRecord(Tabular):
    """A word for each unit and part, as ``make check-pool`` wrote it.

    ``counts``: how often each word occurs; ``recorded``: so many units of so many.
    """

    css_class: ClassVar[str] = "pool"

    counts: dict[str, int]
    recorded: tuple[int, int]
    commit: str | None
    titles: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]

    def columns(self) -> tuple[str, ...]:
        """Unit, family, formula, and the parts."""
        return self.titles

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """One row for each unit."""
        return self.units

    def caption(self) -> str:
        """How many units are recorded, at which commit, and how they came out."""
        counts = [f"{number} {word}" for word, number in self.counts.items() if number]
        if not any(number for word, number in self.counts.items() if word not in _IN_ORDER):
            counts.append("none at fault")
        recorded, known = self.recorded
        at = self.commit[:7] if self.commit else "no commit"
        return f"{recorded} of {known} units at {at}: {', '.join(counts)}"


def pool_record(path: str | Path) -> PoolRecord:
    """Read the file that ``make check-pool`` writes, ``book/pool.json`` in the checkout.

    Raises:
        OSError: where there is no such file. ValueError: where it is no record.
    """
    try:
        data = json.loads(bytes_of(path, _MOST_BYTES))
        recorded, known = data["recorded"]
        return PoolRecord(
            data["counts"],
            (recorded, known),
            data["provenance"]["commit"],
            tuple(data["columns"]),
            tuple(tuple(row) for row in data["rows"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no record of the pool: {error}") from None
