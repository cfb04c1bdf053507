"""Every statement that the project proves or refutes, by name: each module here declares some.

A module's ``DECLARED`` holds pairs of a name and a function that makes the statement of that name.
Where a paper prints the statement, the id of its row in the ledger of claims stands third: rows are
permanent, and known before any statement is made, which takes seconds for those that find boxes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from ...names import Entry, Registry, declaration, modules
from .._cover.statement import Statement

__all__ = ["PRINTED_ROWS", "STATEMENTS", "declared_beside"]


def __dir__() -> list[str]:
    return sorted(__all__)


@dataclass(frozen=True)
class _Declared:
    """An item of a module's ``DECLARED``: its name, how it is made, its row or "", its place."""

    name: str
    make: Callable[[], Statement]
    row: str
    module: ModuleType
    place: str

    def statement(self) -> Statement:
        """Make it, and see that it agrees with what is declared of it.

        Raises:
            ValueError: if it calls itself otherwise, if it has a source and no row of its claim or
                a row and no source, or if it corrects a statement that its file does not declare.
        """
        made = self.make()
        if made.name != self.name:
            raise ValueError(f"the statement declared as {self.name!r} calls itself {made.name!r}")
        if made.source and not self.row.startswith(f"{made.claim}."):
            raise ValueError(
                f"{self.place}: {made.name} is printed in {made.source}, so that the id of its row "
                f"must stand third, {made.claim}. and a letter, got {self.row!r}"
            )
        if self.row and not made.source:
            raise ValueError(f"{self.place}: {made.name} has the row {self.row} and no source")
        elsewhere = set(made.corrects) - {item[0] for item in declaration(self.module, "DECLARED")}
        if elsewhere:
            raise ValueError(
                f"{self.place}: {made.name} corrects {', '.join(sorted(elsewhere))}, which its "
                "file does not declare: a correction stands in the file of what it corrects"
            )
        return made


def _declared() -> Iterator[_Declared]:
    for module in modules(sys.modules[__name__]):
        for index, (name, make, *row) in enumerate(declaration(module, "DECLARED")):
            place = f"{module.__name__}.DECLARED[{index}]"
            yield _Declared(name, make, "".join(row), module, place)


def _entries() -> Iterator[Entry[Statement]]:
    return (Entry(item.name, item.statement, item.place) for item in _declared())


STATEMENTS: Registry[Statement] = Registry("statement", _entries)


def _rows() -> Iterator[Entry[str]]:
    return (Entry.of(item.row, item.name, item.place) for item in _declared() if item.row)


#: The names of the statements that a paper prints, by their rows in the ledger of claims.
PRINTED_ROWS: Registry[str] = Registry("printed statement", _rows)


def declared_beside(name: str) -> Iterator[Statement]:
    """The statements that are declared in the file of this one, itself included."""
    file, _, _ = STATEMENTS.get_place(name).rpartition(".DECLARED[")
    for other in STATEMENTS:
        if STATEMENTS.get_place(other).rpartition(".DECLARED[")[0] == file:
            yield STATEMENTS[other]
