"""Every public module shows its list and nothing else; what a package offers comes lazily."""

from __future__ import annotations

import builtins
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import actmath
from actmath import derive, experiment, nn

from .test_architecture import defined, papers

#: Folders whose files are declarations: found by themselves, and read through a registry.
REGISTRIES = {
    *("actmath.catalog", "actmath.prove.theorems"),
    *("actmath.experiment.recipes", "actmath.experiment.tasks"),
    *(f"actmath.{paper.replace('/', '.')}" for paper in papers()),
}


def inside(package: str) -> Iterator[pkgutil.ModuleInfo]:
    """What lies in a package under a name without an underscore before it."""
    prefix = f"{package}."
    for found in pkgutil.iter_modules(importlib.import_module(package).__path__, prefix):
        if not found.name.removeprefix(prefix).startswith("_"):
            yield found


def public(package: str) -> Iterator[str]:
    """A package and every module below it that is neither private nor a declaration."""
    yield package
    for found in inside(package):
        if found.ispkg:
            yield from public(found.name)
        elif package not in REGISTRIES:
            yield found.name


PUBLIC = tuple(public("actmath"))
PACKAGES = tuple(name for name in PUBLIC if hasattr(importlib.import_module(name), "__path__"))
EACH = pytest.mark.parametrize("name", PUBLIC)


def test_the_public_modules_are_found() -> None:
    assert {"actmath.nn", "actmath.number", "actmath.experiment.data", *REGISTRIES} <= set(PUBLIC)
    assert not [name for name in PUBLIC if "._" in name]


@EACH
def test_a_module_shows_its_list_and_each_name_of_it_is_there(name: str) -> None:
    module = importlib.import_module(name)
    assert dir(module) == sorted(set(module.__all__))
    assert len(module.__all__) == len(dir(module))
    for listed in module.__all__:
        assert not listed.startswith("_")
        assert getattr(module, listed) is not None


@EACH
def test_a_star_import_gives_the_list_and_hides_nothing_of_python(name: str) -> None:
    given: dict[str, object] = {}
    exec(f"from {name} import *", given)
    del given["__builtins__"]
    assert sorted(given) == dir(importlib.import_module(name))
    assert not given.keys() & set(dir(builtins))


@EACH
def test_what_a_module_defines_is_listed_or_private(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    own = {found for found in defined(Path(module.__file__)) if not found.startswith("_")}
    assert own <= set(module.__all__)


@pytest.mark.parametrize("name", PACKAGES)
def test_no_file_is_hidden_by_a_listed_name(name: str) -> None:
    package = importlib.import_module(name)
    for found in inside(name):
        # Importing a file binds its name in the package, whatever the package means by it.
        module = importlib.import_module(found.name)
        last = found.name.rpartition(".")[2]
        assert last not in package.__all__ or getattr(package, last) is module


@pytest.mark.parametrize("name", PACKAGES)
def test_a_folder_is_listed_by_the_one_above_it(name: str) -> None:
    above, _, last = name.rpartition(".")
    # The command line is a program's; nobody imports from it.
    assert name in ("actmath", "actmath.cli") or last in importlib.import_module(above).__all__


@pytest.mark.parametrize(
    ("module", "wrong", "near"),
    [
        (actmath, "constant", "did you mean constants"),
        (derive, "fixedpoints", "did you mean fixed_points"),
        (experiment, "record", "did you mean recorded"),
        (nn, "HardSigmoid", "did you mean .*Sigmoid"),
        (nn, "ArcTan", "did you mean Arctan"),
    ],
)
def test_a_wrong_name_suggests_the_near_ones(module: object, wrong: str, near: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{wrong}': {near}"):
        getattr(module, wrong)


def test_private_names_are_not_suggested_to() -> None:
    name = "_repr_html_"
    with pytest.raises(AttributeError) as refusal:
        getattr(derive, name)
    assert "did you mean" not in str(refusal.value)


def test_nothing_behind_a_door_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys, actmath.derive\n"
        "inside = lambda: [m for m in sys.modules if m.startswith('actmath.derive.')]\n"
        "assert not inside() and 'actmath.names' not in sys.modules\n"
        "actmath.derive.saturation\n"
        "assert inside()\n"
    )
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
