"""The record of the pool: how every part of the package came out for units that people write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..._text.tables import Tabular


@dataclass(frozen=True, repr=False)
class PoolRecord(Tabular):
    """A word for each unit and part, as ``make check-pool`` wrote it.

    ``counts``: how often each word occurs; ``recorded``: so many units of so many.
    """

    css_class: ClassVar[str] = "ledger"

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
        """How many units are recorded, at which commit, and the counts."""
        counts = ", ".join(f"{number} {word}" for word, number in self.counts.items())
        recorded, known = self.recorded
        return f"{recorded} of {known} units at {(self.commit or 'no commit')[:7]}: {counts}"


def pool_record(path: str | Path) -> PoolRecord:
    """Read the file that ``make check-pool`` writes, ``book/pool.json`` in the checkout.

    Raises:
        OSError: where there is no such file. ValueError: where it is no record.
    """
    try:
        data = json.loads(Path(path).read_text("utf-8"))
        recorded, known = data["recorded"]
        return PoolRecord(
            data["counts"],
            (recorded, known),
            data["provenance"]["commit"],
            tuple(data["columns"]),
            tuple(tuple(row) for row in data["rows"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no record of the pool: {error}") from None
