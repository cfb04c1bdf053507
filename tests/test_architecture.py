"""The house rules: floors, no cycles, leaf-relative imports, names, docstrings, sizes."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "actmath"
FILES = sorted(PACKAGE.rglob("*.py"))
EACH = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
FLOORS = {
    "notation": 0,
    "sources": 0,
    "number": 1,
    "activation": 1,
    "catalog": 2,
    "derive": 3,
    "lower": 4,
    "numeric": 5,
    "prove": 5,
    "nn": 6,
    "experiment": 7,
    "claims": 8,
    "plot": 9,
    "sheet": 10,
    "cli": 10,
    "__init__": 10,
    "__main__": 10,
}
ROOMS_NEVER_ENTERED = {"numeric": "prove", "prove": "numeric"}
FORBIDDEN_NAMES = {"utils", "util", "misc", "helpers", "helper", "core", "base", "common"}
FORBIDDEN_AT_IMPORT = ("torch", "matplotlib", "typer", "rich", "scipy.stats")
MOST_LINES = 300


def parts_of(path: Path) -> tuple[str, ...]:
    return path.relative_to(PACKAGE).with_suffix("").parts


def room_of(path: Path) -> str:
    return parts_of(path)[0]


def relative_imports(path: Path, *, top_level: bool = False) -> Iterator[tuple[str, ...]]:
    """The modules of this package that a file imports, as parts below ``actmath``."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = parts_of(path)[: -node.level]
            module = (*start, *(node.module.split(".") if node.module else ()))
            for alias in node.names:
                yield _module(module, alias.name)


def _module(module: tuple[str, ...], name: str) -> tuple[str, ...]:
    """``from module import name`` may name a submodule or something inside the module."""
    inside = PACKAGE.joinpath(*module, name)
    is_module = inside.with_suffix(".py").exists() or inside.is_dir()
    return (*module, name) if is_module else module or ("__init__",)


def absolute_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


@EACH
def test_imports_go_down_or_stay_in_the_room(path: Path) -> None:
    room = room_of(path)
    for target in relative_imports(path):
        assert room == target[0] or FLOORS[target[0]] <= FLOORS[room], target
        assert target[0] != ROOMS_NEVER_ENTERED.get(room), target


@EACH
def test_inside_the_package_imports_are_relative(path: Path) -> None:
    assert not [name for name in absolute_imports(path) if name.split(".")[0] == "actmath"]


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in FILES} <= set(FLOORS)


def test_rooms_import_each_other_without_cycles() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        targets = {target[0] for target in relative_imports(path)} - {room_of(path), "__init__"}
        graph.setdefault(room_of(path), set()).update(targets)
    assert list(TopologicalSorter(graph).static_order())


def test_files_import_each_other_without_cycles() -> None:
    graph: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for path in FILES:
        parts = parts_of(path)
        if parts[-1] != "__init__":
            targets = {t for t in relative_imports(path, top_level=True) if t != parts}
            graph[parts] = {t for t in targets if not PACKAGE.joinpath(*t).is_dir()}
    assert list(TopologicalSorter(graph).static_order())


@EACH
def test_names_say_something(path: Path) -> None:
    assert not FORBIDDEN_NAMES & set(parts_of(path))


@EACH
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@EACH
def test_modules_classes_and_functions_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    public = [n for n in tree.body if isinstance(n, kinds) and not n.name.startswith("_")]
    assert ast.get_docstring(tree), "the module"
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


def test_importing_the_package_loads_no_heavy_module() -> None:
    code = f"import sys, actmath; print([m for m in {FORBIDDEN_AT_IMPORT} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.benchmark
def test_time_to_import(capsys: pytest.CaptureFixture[str]) -> None:
    """Reported, not judged: the seconds that ``import actmath`` adds to ``import sympy``."""
    alone, whole = [], []
    for _ in range(7):
        alone.append(_seconds("import sympy"))
        whole.append(_seconds("import sympy, actmath"))
    added = statistics.median(whole) - statistics.median(alone)
    with capsys.disabled():
        print(f"\nimport sympy {statistics.median(alone):.2f} s, actmath adds {added:.2f} s")
    assert min(whole) > 0


def _seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, cwd=PACKAGE.parent)
    return time.perf_counter() - start
