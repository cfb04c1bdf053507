"""Sphinx extension: the API page lists every module, found while the book is built."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, Any

import actmath

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "book/api"
PLACEHOLDER = "% every module"


def modules() -> list[str]:
    """The names of all modules that a reader imports, the package itself first."""
    found = pkgutil.walk_packages(actmath.__path__, "actmath.")
    return ["actmath", *sorted(m.name for m in found if "__main__" not in m.name)]


def section(module: str) -> str:
    """A heading and the directive that documents one module; deeper modules get smaller heads."""
    depth = min(module.count("."), 2) + 2
    return f"{'#' * depth} {module}\n\n```{{eval-rst}}\n.. automodule:: {module}\n```\n"


def insert(_app: Sphinx, page: str, source: list[str]) -> None:
    """Put a section for every module in the place of the comment on the API page."""
    if page == PAGE:
        source[0] = source[0].replace(PLACEHOLDER, "\n".join(map(section, modules())))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", insert)
    return {"version": "1", "parallel_read_safe": True}
