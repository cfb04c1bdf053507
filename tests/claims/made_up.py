"""Records that are made up for a recipe's preset, so that a decision can be seen to turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from actmath.claims._evidence.decision import MeasuredFinding
from actmath.claims._evidence.measured import ClaimRows
from actmath.claims._evidence.tuning import Records
from actmath.experiment import Provenance, RunRecord
from actmath.experiment._record.binding import list_records
from actmath.experiment._record.shape import Table
from actmath.experiment.recipes import RECIPES

ORIGIN = Provenance("c0ffee", False, {}, "abacus", 1, "2017-06-08", 1.5)
Rows = Callable[[str], Sequence[Sequence[float]]]
Level = Callable[[str], float]


def made_up(
    recipe: str, curves: Mapping[str, Rows], layers: Mapping[str, Rows], preset: str = "book"
) -> RunRecord:
    """The recipe's preset with, by name, each condition's rows."""
    config = RECIPES[recipe].config(preset)

    def table(rows: Rows) -> Table:
        return tuple(tuple(map(float, row)) for c in config.conditions for row in rows(c.name))

    made = [{name: table(rows) for name, rows in part.items()} for part in (curves, layers)]
    return RunRecord(config, ORIGIN, "0" * 64, 100, 100, 0.1, *made)


def settled(recipe: str, level: Level, start: float = 1.0, preset: str = "book") -> Rows:
    """Curves that go to an arm's level in a third of the epochs, a little apart by arm and seed."""
    config = RECIPES[recipe].config(preset)
    names = [condition.name for condition in config.conditions]

    def rows(name: str) -> Sequence[Sequence[float]]:
        draws = np.random.default_rng(names.index(name)).normal(0, 1e-3, len(config.seeds))
        away = np.clip(1 - np.arange(config.epochs) / max(1, config.epochs // 3), 0, 1)
        # A mixture: of two shares it is one.
        return [list(start * away + (level(name) + draw) * (1 - away)) for draw in draws]

    return rows


def moving(recipe: str, level: Level, start: float = 1.0) -> Rows:
    """The same, but on an even way to the level until the last epoch."""
    config = RECIPES[recipe].config("book")
    still = settled(recipe, level, start)

    def rows(name: str) -> Sequence[Sequence[float]]:
        return [np.linspace(start, row[-1], config.epochs).tolist() for row in still(name)]

    return rows


def seeded(recipe: str, level: Level, columns: int = 1) -> Rows:
    """Rows of equal columns at an arm's level, a little apart by arm and seed."""
    config = RECIPES[recipe].config("book")
    names = [condition.name for condition in config.conditions]

    def rows(name: str) -> Sequence[Sequence[float]]:
        draws = np.random.default_rng(names.index(name)).normal(0, 1e-3, len(config.seeds))
        return [[level(name) + draw] * columns for draw in draws]

    return rows


def saved(folder: Path, *records: RunRecord) -> Path:
    """The folder, with the records and their digests."""
    for record in records:
        name = f"{record.config.recipe}-{record.config.preset}.json"
        record.save(folder / name, force=True)
    list_records(folder)
    return folder


def records_of(folder: Path, *records: RunRecord) -> Records:
    """What the rows of a claim read: these records, the first being the run."""
    config = records[0].config
    return Records(config.recipe, config.preset, saved(folder, *records))


def judged(rows: ClaimRows, row: str, folder: Path) -> MeasuredFinding:
    """A row's finding from the records in a folder; that there was one to be judged is asserted."""
    finding = rows.finding(row, folder)
    assert isinstance(finding, MeasuredFinding), finding.evidence
    return finding


def failing(finding: MeasuredFinding) -> set[str]:
    """The names of the gates that do not hold."""
    return {gate.name for gate in finding.gates if not gate.held}
