"""Records that are made up for a recipe's book preset, so that a decision can be seen to turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from actmath.experiment import Provenance, RunRecord
from actmath.experiment._record.record import Table
from actmath.experiment.recipes import RECIPES

ORIGIN = Provenance("c0ffee", False, {}, "abacus", 1, "2017-06-08", 1.5)
Rows = Callable[[str], Sequence[Sequence[float]]]


def made_up(recipe: str, curves: Mapping[str, Rows], layers: Mapping[str, Rows]) -> RunRecord:
    """The recipe's book preset with, by name, each condition's rows."""
    config = RECIPES[recipe].config("book")

    def table(rows: Rows) -> Table:
        return tuple(tuple(row) for c in config.conditions for row in rows(c.name))

    made = [{name: table(rows) for name, rows in part.items()} for part in (curves, layers)]
    return RunRecord(config, ORIGIN, "0" * 64, 100, 100, 0.1, *made)
