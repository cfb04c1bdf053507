"""Which tests call a function, and how long each takes: from one run of all tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from .places import function_around

#: Where the plugins are; the code that is tried may be elsewhere.
HERE = Path(__file__).parents[2]
#: What holds for the declarations of every file.
GENERAL = ("tests/test_dataclasses.py", "tests/test_signatures.py")
#: Beyond so many seconds of its own file's tests, and then of all others, a mutant is not caught.
OWN, OTHERS = 120.0, 60.0


class Covered:
    """The tests of each function.

    Args:
        folder: where ``measure`` wrote.
    """

    def __init__(self, folder: Path) -> None:
        self.seconds: dict[str, float] = {}
        self._tests: dict[str, set[str]] = defaultdict(set)
        self._at_import: set[str] = set()
        for file in folder.glob("calls-*.json"):
            self._read(json.loads(file.read_text("utf-8")))

    def _read(self, calls: dict[str, Any]) -> None:
        places = calls["places"]
        self._at_import.update(places[i] for i in calls["at_import"])
        for name, test in calls["tests"].items():
            self.seconds[name] = test["seconds"]
            for i in test["calls"]:
                self._tests[places[i]].add(name)

    def tests(self, file: str, text: str, position: tuple[int, int]) -> tuple[list[str], bool]:
        """The tests that call the function around a place, and whether forks alone cannot tell.

        They cannot of what is called at import, or in other processes than that of the tests.
        """
        line = function_around(text, position)
        if line is None:
            return self.of_file(file), True
        place = f"{file}:{line}"
        if place not in self._tests:
            # What runs in other processes alone, as the GPU's kernels in their interpreter.
            return self.of_file(file), True
        return self._chosen(file, self._tests[place]), place in self._at_import

    def of_file(self, file: str) -> list[str]:
        """The tests that call any function of a file, stand beside it, or are about all files."""
        beside = {*_own(file), *GENERAL}
        found = {name for name in self.seconds if name.split("::")[0] in beside}
        for place, names in self._tests.items():
            if place.rpartition(":")[0] == file:
                found |= names
        return self._chosen(file, found)

    def _chosen(self, file: str, names: set[str]) -> list[str]:
        """The file's own tests first, then others, as many as the budgets hold."""
        files = _own(file)
        own = {name for name in names if name.split("::")[0] in files}
        return [*self._within(OWN, own), *self._within(OTHERS, names - own)]

    def _within(self, budget: float, names: Iterable[str]) -> Iterator[str]:
        """The shortest case of each test, then the next of each, and so on."""
        cases = defaultdict(list)
        for name in sorted(names, key=self._length):
            cases[name.partition("[")[0]].append(name)
        rounds = (filter(None, some) for some in zip_longest(*cases.values()))
        for name in chain.from_iterable(sorted(some, key=self._length) for some in rounds):
            if self.seconds[name] <= budget:
                budget -= self.seconds[name]
                yield name

    def _length(self, name: str) -> tuple[float, str]:
        return self.seconds[name], name


def measure(root: Path, folder: Path, workers: int, tests: Sequence[str] = ()) -> None:
    """Run the tests and write which call each function."""
    folder.mkdir(parents=True, exist_ok=True)
    call = [*pytest_call(root, "hits", tests), "-n", str(workers)]
    done = subprocess.run(call, cwd=root, env=surroundings(root, folder), check=False)
    # 1 is also what workers say that do not collect the same tests.
    if done.returncode not in (0, 1) or not Covered(folder).seconds:
        shutil.rmtree(folder)
        raise SystemExit("The suite did not run to its end.")


def pytest_call(root: Path, plugin: str, tests: Sequence[str] = ()) -> list[str]:
    """The tests, all but those of this tool where none are named, with one of the plugins here."""
    wanted = [*tests, *GENERAL] if tests else ["actmath", "tests"]
    there = [path for path in wanted if (root / path).exists()]
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return [*call, "-p", f"tests.mutation.{plugin}", "--ignore", "tests/mutation", *there]


def surroundings(root: Path, folder: Path) -> dict[str, str]:
    """A process of pytest finds there the plugins; of many cases ``ONE_IN`` takes a share."""
    path = os.pathsep.join([str(root), str(HERE)])
    own = {"MUTATION": str(folder), "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    return os.environ | own


def _own(file: str) -> set[str]:
    path = Path(file)
    folder = Path("tests", *(part.lstrip("_") for part in path.parts[1:-1]))
    return {file, str(folder / f"test_{path.stem.lstrip('_')}.py")}
