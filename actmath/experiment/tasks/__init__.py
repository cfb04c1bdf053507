"""What can be trained, one kind a file: every module here that holds a ``TASK`` is found by itself.

A recipe's configuration names its task. The modules need PyTorch and are imported when asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from ...activation import suggest

if TYPE_CHECKING:
    from ..task import Task

NAMES = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def get(name: str) -> type[Task]:
    """The task of that name; ValueError suggests the near ones."""
    if name not in NAMES:
        raise ValueError(f"no task is named {name!r}: {suggest(name, NAMES)}")
    task: type[Task] = importlib.import_module(f".{name}", __name__).TASK
    return task
