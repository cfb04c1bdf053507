"""The experiments, one a file: every module here that holds a ``RECIPE`` is found by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ...names import Entry, Registry, declaration, modules
from .._record.recipe import Recipe

__all__ = ["RECIPES"]


def __dir__() -> list[str]:
    return sorted(__all__)


def _entries() -> Iterator[Entry[Recipe]]:
    for module in modules(sys.modules[__name__]):
        recipe: Recipe = declaration(module, "RECIPE")
        yield Entry.of(recipe.name, recipe, module.__name__)


#: Every recipe by its name; an unknown one is an UnknownNameError, which suggests the near ones.
RECIPES: Registry[Recipe] = Registry("recipe", _entries)
