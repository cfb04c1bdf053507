"""Every statement that the project proves or refutes, by name: each module here declares some.

A module's ``DECLARED`` holds pairs of a name and a function that makes the statement of that name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial

from ...names import Entry, Registry, declaration, modules
from .._cover.statement import Statement

__all__ = ["STATEMENTS"]


def __dir__() -> list[str]:
    return sorted(__all__)


def _made(name: str, make: Callable[[], Statement]) -> Statement:
    statement = make()
    if statement.name != name:
        raise ValueError(f"the statement declared as {name!r} calls itself {statement.name!r}")
    return statement


def _entries() -> Iterator[Entry[Statement]]:
    for module in modules(sys.modules[__name__]):
        for index, (name, make) in enumerate(declaration(module, "DECLARED")):
            yield Entry(name, partial(_made, name, make), f"{module.__name__}.DECLARED[{index}]")


STATEMENTS: Registry[Statement] = Registry("statement", _entries)
