"""The house rules: floors, no cycles, leaf-relative imports, names, docstrings, sizes."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "actmath"
FILES = sorted(PACKAGE.rglob("*.py"))
EACH = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
FLOORS = {
    "_forked": 0,
    "_kept": 0,
    "_arrays": 0,
    "_code": 0,
    "_digits": 0,
    "_doors": 0,
    "names": 0,
    "_text": 0,
    "notation": 0,
    "sources": 0,
    "number": 0,
    "activation": 1,
    "gated_unit": 1,
    "catalog": 2,
    "derive": 3,
    "lower": 4,
    "numeric": 5,
    "prove": 5,
    "nn": 6,
    "experiment": 7,
    "claims": 8,
    "plot": 9,
    "cli": 10,
    "__init__": 10,
    "__main__": 10,
}
ROOMS_NEVER_ENTERED = {"numeric": "prove", "prove": "numeric"}
FORBIDDEN_NAMES = {"utils", "util", "misc", "helpers", "helper", "core", "base", "common"}
FORBIDDEN_AT_IMPORT = ("torch", "matplotlib", "typer", "rich", "scipy.stats")
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 45
MOST_SIBLINGS = 13
#: The floors themselves, and what is one of a kind a file and found by itself.
LISTS = {PACKAGE, PACKAGE / "experiment" / "recipes", PACKAGE / "prove" / "theorems"}
LONGEST_CHAIN = 12
#: Beside the floors, for those who declare activations: ``from actmath.number import exact``.
TOP_LEVEL_MODULES = {"activation", "cli", "gated_unit", "names", "number", "sources"}


def parts_of(path: Path) -> tuple[str, ...]:
    return path.relative_to(PACKAGE).with_suffix("").parts


def room_of(path: Path) -> str:
    return parts_of(path)[0]


def module_of(path: Path) -> tuple[str, ...]:
    """A file's module, as parts below ``actmath``; a package's for its ``__init__``."""
    parts = parts_of(path)
    return parts[:-1] if parts[-1] == "__init__" else parts


MODULES = {module_of(path): path for path in FILES}


def _statements(path: Path, *, running: bool) -> Iterator[ast.ImportFrom]:
    """The relative imports of a file: all, or those that run when it is imported."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body if running else ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node


def imported_names(path: Path, *, running: bool = False) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a file imports from this package: the module, and the name in it ("" for itself)."""
    for node in _statements(path, running=running):
        above = parts_of(path)[: -node.level]
        module = (*above, *(node.module.split(".") if node.module else ()))
        for alias in node.names:
            inside = (*module, alias.name)
            yield (inside, "") if inside in MODULES else (module, alias.name)


def imported(path: Path, *, running: bool = False) -> set[tuple[str, ...]]:
    """The modules that a file imports, and the packages that must be entered on the way."""
    own, found = module_of(path), set()
    for module, _ in imported_names(path, running=running):
        on_the_way = {module[:end] for end in range(1, len(module))}
        found |= {module, *(p for p in on_the_way if p != own[: len(p)])}
    return found - {own}


def absolute_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


@EACH
def test_imports_go_down_or_stay_in_the_room(path: Path) -> None:
    room = room_of(path)
    for target in imported(path) - {()}:
        assert room == target[0] or FLOORS[target[0]] <= FLOORS[room], target
        assert target[0] != ROOMS_NEVER_ENTERED.get(room), target


@EACH
def test_inside_the_package_imports_are_relative(path: Path) -> None:
    assert not [name for name in absolute_imports(path) if name.split(".")[0] == "actmath"]


def defined(path: Path) -> set[str]:
    """The names that a file itself gives at its top level."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {name.id for t in node.targets for name in ast.walk(t) if hasattr(name, "id")}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


@EACH
def test_names_are_imported_from_where_they_are_defined(path: Path) -> None:
    """Not through a door or a neighbour: the arrows that are drawn are those that run."""
    for module, name in imported_names(path):
        if name and module != ("catalog",):
            assert name in defined(MODULES[module]), (".".join(module), name)


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in FILES} <= set(FLOORS)


def test_rooms_import_each_other_without_cycles() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        targets = {target[0] for target in imported(path) - {()}} - {room_of(path)}
        graph.setdefault(room_of(path), set()).update(targets)
    assert list(TopologicalSorter(graph).static_order())


def test_files_import_each_other_without_cycles() -> None:
    """Imports inside functions and every ``__init__`` on the way count too."""
    graph = {module: imported(path) for module, path in MODULES.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("room", sorted({room_of(path) for path in FILES} - {"__init__"}))
def test_subjects_in_a_room_import_each_other_without_cycles(room: str) -> None:
    graph: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        if module[:1] == (room,) and len(module) > 1:
            inside = {
                target[1] for target in imported(path) if target[:1] == (room,) and target[1:]
            }
            graph.setdefault(module[1], set()).update(inside - {module[1]})
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_no_chain_of_imports_is_long() -> None:
    graph = {module: imported(path, running=True) for module, path in MODULES.items()}
    longest: dict[tuple[str, ...], tuple[str, ...]] = {}
    for module in TopologicalSorter(graph).static_order():
        below = max((longest[target] for target in graph[module]), key=len, default=())
        longest[module] = (".".join(module), *below)
    chain = max(longest.values(), key=len)
    assert len(chain) <= LONGEST_CHAIN, chain


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES} - LISTS), ids=str)
def test_folders_are_small(folder: Path) -> None:
    inside = [p for p in folder.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()]
    assert len({p.stem for p in inside} - {"__init__"}) <= MOST_SIBLINGS


# --- doors: what each lists is in test_doors.py -------------------------------------------------


DOORS = ["actmath", *(f"actmath.{path.parent.name}" for path in PACKAGE.glob("*/__init__.pyi"))]
EACH_DOOR = pytest.mark.parametrize("door", DOORS)


@EACH_DOOR
def test_what_a_door_does_not_list_is_private(door: str) -> None:
    module = importlib.import_module(door)
    inside = {found.name for found in pkgutil.iter_modules(module.__path__)}
    open_ones = {name for name in inside if not name.startswith("_")} - set(module.__all__)
    assert open_ones <= (TOP_LEVEL_MODULES if door == "actmath" else set())


def test_a_floor_is_an_attribute_of_the_package() -> None:
    code = "import actmath; print(*(getattr(actmath, f).__name__ for f in %r))"
    floors = [door.removeprefix("actmath.") for door in DOORS[1:]]
    run = subprocess.run(
        [sys.executable, "-c", code % floors],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert run.stdout.split() == DOORS[1:]


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
    """The seconds that ``import actmath`` adds to ``import sympy``; PyTorch alone takes more."""
    alone, whole = [], []
    for _ in range(7):
        alone.append(_seconds("import sympy"))
        whole.append(_seconds("import sympy, actmath"))
    added = statistics.median(whole) - statistics.median(alone)
    with capsys.disabled():
        print(f"\nimport sympy {statistics.median(alone):.2f} s, actmath adds {added:.2f} s")
    assert added < 1


def _seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, cwd=PACKAGE.parent)
    return time.perf_counter() - start


# --- one owner for each idea -------------------------------------------------------------------

#: What every file of a kind declares for itself.
DECLARED_PER_FILE = {"BOOK", "CLAIMS", "DECLARED", "NAME", "PAPER", "RECIPE", "TASK"}


def test_a_public_name_is_defined_once() -> None:
    """Commands, and functions as torch.nn.functional has them, are named after what they call."""
    places: dict[str, list[str]] = {}
    for module, path in MODULES.items():
        if room_of(path) != "cli" and module != ("nn", "functional"):
            for name in defined(path) - DECLARED_PER_FILE:
                if not name.startswith("_"):
                    places.setdefault(name, []).append(".".join(module))
    assert not {name: found for name, found in places.items() if len(found) > 1}


@EACH
def test_functions_stay_short(path: Path) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, kinds)]
    for function in functions:
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno < MOST_LINES_OF_A_FUNCTION, function.name


@EACH
def test_only_one_file_has_sympy_evaluate(path: Path) -> None:
    """``number.evaluated`` does: SymPy sets the precision of the process, one thread at a time."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    methods = [f.attr for f in calls if isinstance(f, ast.Attribute) and f.attr in ("evalf", "n")]
    functions = [f.id for f in calls if isinstance(f, ast.Name) and f.id == "N"]
    assert len([*methods, *functions]) == (module_of(path) == ("number",))


def papers() -> list[str]:
    """The folders of claims, one a paper."""
    return [f"claims/{path.parent.name}" for path in PACKAGE.glob("claims/[!_]*/__init__.py")]


#: Declarations, which a battery goes through one by one.
COVERED_BY_A_BATTERY = {"catalog", "experiment/recipes", "prove/theorems", *papers()}


@EACH
def test_every_module_has_a_test_of_its_name(path: Path) -> None:
    folder = path.relative_to(PACKAGE).parent
    if path.stem.startswith("__") or str(folder) in COVERED_BY_A_BATTERY:
        return
    public = [part.lstrip("_") for part in folder.parts]
    test = TESTS.joinpath(*public, f"test_{path.stem.lstrip('_')}.py")
    assert test.exists(), test.relative_to(TESTS.parent)
