"""Every statement that the project proves or refutes, by name: each module here declares some.

A module's ``DECLARED`` holds, by name, functions that make its statements.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ...names import Entry, Registry, modules
from .._cover.statement import Statement


def _entries() -> Iterator[Entry[Statement]]:
    for module in modules(sys.modules[__name__]):
        for name, make in module.DECLARED.items():
            yield Entry(name, make, module.__name__)


STATEMENTS: Registry[Statement] = Registry("statement", _entries)
