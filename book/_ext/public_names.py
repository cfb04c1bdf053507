"""Sphinx extension: the API pages document what the doors of the package list, and nothing else.

Each name is shown once, under the first module that lists it. Files that are found by themselves
(recipes, tasks, theorems, claims) are documented by their own docstring.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import GenericAlias, MappingProxyType, ModuleType, UnionType
from typing import TYPE_CHECKING, Any

from sphinx.pycode import ModuleAnalyzer
from sympy import Expr

import actmath
from actmath import Activation
from actmath.names import module_names

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

#: A page's comment, in whose place its modules are documented.
PLACEHOLDER = re.compile(r"^% every public name of (\S.*)$", re.MULTILINE)
NOTHING: Mapping[str, object] = MappingProxyType({})
UNQUOTED_BAR = re.compile(r"\|(?=(?:[^`]*``[^`]*``)*[^`]*$)")


def directive(name: str, target: str, *options: str, text: Sequence[str] = ()) -> str:
    """A reStructuredText directive inside MyST; an option is ``flag`` or ``key: value``."""
    pairs = (option.partition(": ") for option in options)
    lines = [f".. {name}:: {target}", *(f"   :{key}: {value}".rstrip() for key, _, value in pairs)]
    body = "\n".join([*lines, "", *(f"   {line}" for line in text)])
    return f"```{{eval-rst}}\n{body}\n```\n"


def described(module: str, public: str, value: object) -> str:
    """The directive that documents a public name: a class, a function, or a value."""
    name = f"{module}.{public}"
    if inspect.isclass(value):
        return directive("autoclass", name)
    if inspect.isroutine(value):
        if (value.__module__ or "").startswith("actmath"):
            return directive("autofunction", name)
        # Their text is PyTorch's, with links that lead nowhere here.
        text = [f"PyTorch's own function, ``torch.nn.functional.{public}``."]
        return directive("py:data", public, f"module: {module}", text=text)
    comment = comments(defining_module(module, public)).get(("", public), [])
    options = (f"module: {module}", f"type: {kind_of(value)}")
    return directive("py:data", public, *options, text=comment)


def kind_of(value: object) -> str:
    """The type of a value as a reader finds it: ours and Python's own by name, others in full."""
    kind = type(value)
    if kind in (GenericAlias, UnionType):
        return "typing.TypeAlias"
    near = kind.__module__.partition(".")[0] in ("actmath", "builtins")
    return kind.__name__ if near else f"{kind.__module__}.{kind.__qualname__}"


def defining_module(module: str, public: str) -> str:
    """Where the stub of a package, or else the module itself, says that a name is defined."""
    path = Path(importlib.import_module(module).__file__ or "")
    stub = path.with_suffix(".pyi")
    tree = ast.parse((stub if stub.exists() else path).read_text("utf-8"))
    for node in tree.body:
        inside = isinstance(node, ast.ImportFrom) and node.level
        if inside and public in [alias.name for alias in node.names]:
            return f"{module}.{node.module}"
    return module


@cache
def comments(module: str) -> dict[tuple[str, str], list[str]]:
    """The ``#:`` comments of a module, by class and name."""
    return ModuleAnalyzer.for_module(module).find_attr_docs()


def door(name: str, depth: int = 2, above: Mapping[str, object] = NOTHING) -> str:
    """A module: its docstring, its public names in the order of the alphabet, its open folders.

    What ``above`` holds has been shown before; units and symbols have tables of their own.
    """
    module = importlib.import_module(name)
    parts = [f"{'#' * depth} {name}\n", directive("automodule", name, "no-members")]
    values = {public: getattr(module, public) for public in module.__all__}
    for public, value in sorted(values.items()):
        elsewhere = isinstance(value, ModuleType | Activation | Expr)
        if not elsewhere and above.get(public, NOTHING) is not value:
            parts.append(described(name, public, value))
    packages = [value for value in values.values() if isinstance(value, ModuleType)]
    for package in packages if name != "actmath" else []:
        parts.append(door(package.__name__, depth + 1, {**above, **values}))
        # A module that is no folder has no files.
        parts += declarations(package, depth + 2) if hasattr(package, "__path__") else []
    return "\n".join(parts)


def declarations(package: ModuleType, depth: int) -> list[str]:
    """The files of an open folder that are found by themselves, each with its docstring."""
    files = [f"{package.__name__}.{name}" for name in module_names(package)]
    return [f"{'#' * depth} {f}\n\n{directive('automodule', f, 'no-members')}" for f in files]


def filled(text: str) -> str:
    """A page with each module that its comment names; one that has no title is the module's own."""
    depth = 2 if text.startswith("#") else 1
    above = {name: getattr(actmath, name) for name in actmath.__all__}

    def doors(comment: re.Match[str]) -> str:
        names = comment[1].split()
        return "\n".join(door(n, depth, {} if n == "actmath" else above) for n in names)

    return PLACEHOLDER.sub(doors, text)


def insert(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Fill the pages that have such a comment."""
    source[0] = filled(source[0])


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
