"""Sphinx extension: the API page lists every module, found while the book is built."""

from __future__ import annotations

import pkgutil
import re
from typing import TYPE_CHECKING, Any

import actmath

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "book/api"
PLACEHOLDER = "% every module"
UNQUOTED_BAR = re.compile(r"\|(?=(?:[^`]*``[^`]*``)*[^`]*$)")


def modules() -> list[str]:
    """The names of all modules that a reader imports, the package itself first."""
    found = pkgutil.walk_packages(actmath.__path__, "actmath.")
    return ["actmath", *sorted(m.name for m in found if "__main__" not in m.name)]


def section(module: str) -> str:
    """A heading and the directive that documents one module; deeper modules get smaller heads."""
    depth = min(module.count("."), 2) + 2
    directive = f".. automodule:: {module}\n   :ignore-module-all:"
    return f"{'#' * depth} {module}\n\n```{{eval-rst}}\n{directive}\n```\n"


def insert(_app: Sphinx, page: str, source: list[str]) -> None:
    """Put a section for every module in the place of the comment on the API page."""
    if page == PAGE:
        source[0] = source[0].replace(PLACEHOLDER, "\n".join(map(section, modules())))


def escape_bars(_app: Sphinx, *rest: Any) -> None:
    """Let |x| in a docstring be an absolute value and no substitution."""
    lines: list[str] = rest[-1]
    lines[:] = [UNQUOTED_BAR.sub(r"\|", line) for line in lines]


def join_sentences(_app: Sphinx, *rest: Any) -> None:
    """Undo what napoleon makes of an attribute's "E ε: the mean": it takes "E ε" for a type."""
    lines: list[str] = rest[-1]
    for line in [line for line in lines if line.startswith(":type: ")]:
        lines.remove(line)
        lines[0] = f"{line.removeprefix(':type: ')}: {lines[0]}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", insert)
    app.connect("autodoc-process-docstring", escape_bars, priority=400)
    app.connect("autodoc-process-docstring", join_sentences, priority=600)
    return {"version": "1", "parallel_read_safe": True}
