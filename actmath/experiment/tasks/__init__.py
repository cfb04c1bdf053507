"""What can be trained, one kind a file: every module here that holds a ``TASK`` is found by itself.

A recipe's configuration names its task. The modules need PyTorch and are imported when asked for.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ...names import Entry, Registry, declaration, module_names

if TYPE_CHECKING:
    from .._tasks.task import Task

__all__ = ["TASKS"]


def __dir__() -> list[str]:
    return sorted(__all__)


def _load(module: str) -> type[Task]:
    task: type[Task] = declaration(importlib.import_module(module), "TASK")
    return task


def _entries() -> Iterator[Entry[type[Task]]]:
    for name in module_names(sys.modules[__name__]):
        module = f"{__name__}.{name}"
        yield Entry(name, partial(_load, module), module)


#: Every task by its name; an unknown one is an UnknownNameError, which suggests the near ones.
TASKS: Registry[type[Task]] = Registry("task", _entries)
