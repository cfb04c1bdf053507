"""Sphinx extension: the API page documents what the doors of the package list, and nothing else.

A floor's public names are those of its ``__init__``; modules that are found by themselves (recipes,
tasks, theorems, claims) are documented by their own docstring.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sphinx.pycode import ModuleAnalyzer

import actmath

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PAGE = "book/api"
PLACEHOLDER = "% every public name"
FLOORS = ("derive", "lower", "numeric", "prove", "nn", "experiment", "claims", "plot")
#: Modules beside the floors whose names are imported from them.
GROUND = ("activation", "catalog", "names", "notation", "number", "sources")
UNQUOTED_BAR = re.compile(r"\|(?=(?:[^`]*``[^`]*``)*[^`]*$)")


def directive(name: str, target: str, *options: str, text: Sequence[str] = ()) -> str:
    """A reStructuredText directive inside MyST; an option is ``flag`` or ``key: value``."""
    pairs = (option.partition(": ") for option in options)
    lines = [f".. {name}:: {target}", *(f"   :{key}: {value}".rstrip() for key, _, value in pairs)]
    body = "\n".join([*lines, "", *(f"   {line}" for line in text)])
    return f"```{{eval-rst}}\n{body}\n```\n"


def whole(module: str, depth: int = 2) -> str:
    """A heading and the directive that documents one module, without what ``actmath`` lists."""
    listed = f"exclude-members: {', '.join(actmath.__all__)}"
    body = directive("automodule", module, "ignore-module-all", listed)
    return f"{'#' * depth} {module}\n\n{body}"


def described(module: str, public: str, value: object) -> str:
    """The directive that documents a public name: a class, a function, or a value."""
    name = f"{module}.{public}"
    if inspect.isclass(value):
        return directive("autoclass", name)
    if inspect.isroutine(value):
        return directive("autofunction", name)
    comment = comments(defining_module(module, public)).get(("", public), [])
    return directive("py:data", name, f"type: {type(value).__name__}", text=comment)


def defining_module(module: str, public: str) -> str:
    """Where a door's stub says that a name is defined."""
    stub = Path(importlib.import_module(module).__file__ or "").with_suffix(".pyi")
    found = re.search(rf"^from (\.\S+) import {public} as ", stub.read_text("utf-8"), re.MULTILINE)
    return module + found[1] if found else module


@cache
def comments(module: str) -> dict[tuple[str, str], list[str]]:
    """The ``#:`` comments of a module, by class and name."""
    return ModuleAnalyzer.for_module(module).find_attr_docs()


def door(name: str) -> str:
    """A floor: its docstring, its public names in the order of the alphabet, its open folders."""
    module = importlib.import_module(name)
    parts = [f"## {name}\n", directive("automodule", name, "no-members")]
    values = {public: getattr(module, public) for public in module.__all__}
    packages = [value for value in values.values() if isinstance(value, ModuleType)]
    for public, value in values.items():
        if not isinstance(value, ModuleType):
            parts.append(described(name, public, value))
    for package in packages if name != "actmath" else []:
        parts.append(whole(package.__name__, 3))
        inside = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        parts += [whole(m.name, 4) for m in inside if "._" not in m.name]
    return "\n".join(parts)


def insert(_app: Sphinx, page: str, source: list[str]) -> None:
    """Put the sections in the place of the comment on the API page."""
    if page == PAGE:
        doors = ["actmath", *(f"actmath.{floor}" for floor in FLOORS)]
        sections = [door(name) for name in doors]
        sections += [whole(f"actmath.{name}") for name in GROUND]
        source[0] = source[0].replace(PLACEHOLDER, "\n".join(sections))


@cache
def own_types() -> frozenset[str]:
    """Every class and type alias of the package: an annotation may name one that is private."""
    found = set()
    for path in Path(actmath.__path__[0]).rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Assign):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return frozenset(found)


def resolve(app: Sphinx, env: BuildEnvironment, node: Element, content: Element) -> Element | None:
    """Link a type by its last name to where a door shows it; a private one stays plain text."""
    if node.get("refdomain") != "py":
        return None
    last = str(node["reftarget"]).rpartition(".")[2]
    shown = [
        name
        for name in env.get_domain("py").objects  # type: ignore[attr-defined]
        if name.startswith("actmath.") and name.rpartition(".")[2] == last
    ]
    if shown:
        best = min(shown, key=len)
        return env.get_domain("py").resolve_xref(
            env, node["refdoc"], app.builder, "obj", best, node, content
        )
    return content if last in own_types() else None


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
    app.connect("missing-reference", resolve)
    app.connect("autodoc-process-docstring", escape_bars, priority=400)
    app.connect("autodoc-process-docstring", join_sentences, priority=600)
    return {"version": "1", "parallel_read_safe": True}
