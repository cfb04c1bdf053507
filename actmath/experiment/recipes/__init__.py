"""The experiments, one a file: every module here that holds a ``RECIPE`` is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from ...activation import suggest
from ..config import Recipe


def _found() -> dict[str, Recipe]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    recipes = [importlib.import_module(f".{name}", __name__).RECIPE for name in names]
    return {recipe.name: recipe for recipe in recipes}


RECIPES: Mapping[str, Recipe] = MappingProxyType(_found())


def get(name: str) -> Recipe:
    """The recipe of that name; ValueError suggests the near ones."""
    if name not in RECIPES:
        raise ValueError(f"no experiment is named {name!r}: {suggest(name, RECIPES)}")
    return RECIPES[name]
