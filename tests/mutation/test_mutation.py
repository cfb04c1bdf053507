"""Mutants are drawn where something is computed, tried in forks or in a copy, and recorded."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from .__main__ import again, run, written
from .cover import Covered
from .draw import drawn, recovered
from .places import function_around, functions_by_code, patch

NEEDED = pytest.mark.skipif(find_spec("cosmic_ray") is None, reason="make mutants installs it")

CODE = '''"""A number."""

from __future__ import annotations

from functools import lru_cache

#: What is computed when the module is imported.
THIRD = 1 / 3


def half(value: int | float) -> float:
    """The half, of what may be a whole number."""
    return value / 2


def seen(values: list[float], others: list[float]) -> int:
    """How many there are."""
    return sum(1 for _ in zip(values, others, strict=True))


def quarter(value: float) -> float:
    """Called by no test."""
    return value / 4


def fifth(value: float) -> float:
    """Called in another process."""
    return value / 5


@lru_cache(maxsize=7)
def sixth(value: float) -> float:
    """What the second who asks is told was computed for the first."""
    return value / 6
'''
TEST = """import subprocess
import sys
from pathlib import Path

from actmath.derive._part import THIRD, half, seen, sixth

def test_half():
    assert half(3) == 1.5

def test_seen():
    seen([2.0], [3.0])

def test_third():
    assert THIRD < 0.34

def test_fifth():
    code = "from actmath.derive._part import fifth; assert fifth(10) == 2"
    subprocess.run([sys.executable, "-c", code], check=True)

def test_that_fails_in_a_copy():
    assert Path.cwd().name != "tree"

def test_asks_first():
    sixth(12)

def test_sixth():
    assert sixth(12) == 2

def test_that_fails_without_any_change():
    assert half(3) == 2
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / "actmath" / "derive").mkdir(parents=True)
    (root / "tests" / "derive").mkdir(parents=True)
    for folder in ("actmath", "actmath/derive"):
        (root / folder / "__init__.py").touch()
    (root / "actmath" / "derive" / "_part.py").write_text(CODE)
    (root / "tests" / "derive" / "test_part.py").write_text(TEST)
    return root


@NEEDED
def test_what_is_looked_at_is_caught_and_the_rest_survives(checkout: Path) -> None:
    mutants = drawn(checkout, 20, 0)
    # Each quotient with its numbers, and the 1 that is counted: no annotation, nothing of caches.
    lines = (13, 18, 23, 28, 34)
    assert sorted(m.line for m in mutants) == sorted([8, 8, 8, 13, 13, 18, 23, 23, 28, 28, 34, 34])
    found = run(checkout, mutants, 1)
    by_line = {line: {m["caught_by"] for m in found if m["line"] == line} for line in lines}
    test = "tests/derive/test_part.py::test"
    by = {13: {f"{test}_half"}, 18: {""}, 23: {""}, 28: {f"{test}_fifth"}, 34: {f"{test}_sixth"}}
    assert by_line == by
    assert f"{test}_third" in {m["caught_by"] for m in found if m["line"] == 8}
    assert f"{test}_that_fails_in_a_copy" not in {m["caught_by"] for m in found}
    assert (checkout / "actmath" / "derive" / "_part.py").read_text() == CODE


def test_each_test_comes_once_before_any_comes_twice(tmp_path: Path) -> None:
    seconds = {"a[1]": 1.0, "a[2]": 2.0, "a[3]": 3.0, "b": 4.0, "c[1]": 2.5, "c[2]": 5.0}
    tests = {name: {"seconds": each, "calls": []} for name, each in seconds.items()}
    calls = {"places": [], "at_import": [], "tests": tests}
    (tmp_path / "calls-0.json").write_text(json.dumps(calls))
    covered = Covered(tmp_path)
    assert list(covered._within(100, seconds)) == ["a[1]", "c[1]", "b", "a[2]", "c[2]", "a[3]"]
    # What does not fit is passed over.
    assert list(covered._within(8, seconds)) == ["a[1]", "c[1]", "b"]
    assert list(covered._within(7, seconds)) == ["a[1]", "c[1]", "a[2]"]


@NEEDED
def test_the_record_keeps_what_was_judged(checkout: Path) -> None:
    mutant = next(m for m in drawn(checkout, 20, 0) if m.line == 18)
    found = [vars(mutant) | {"caught_by": "", "seconds": 1.0}]
    assert [each["judged"] for each in written(checkout, found, 0)["survivors"]] == [""]
    file = checkout / "tests" / "mutants.json"
    file.write_text(file.read_text().replace('"judged": ""', '"judged": "a hole"'))
    record = written(checkout, found, 0)
    assert (record["tried"], record["caught"]) == (1, 0)
    other = written(checkout, found, 1)
    assert json.loads(file.read_text()) == [record, other]
    assert all(each["survivors"][0]["judged"] == "a hole" for each in (record, other))


@NEEDED
def test_survivors_are_tried_again_wherever_their_line_is(checkout: Path) -> None:
    (mutant,) = (m for m in drawn(checkout, 20, 0) if m.line == 18)
    found = [vars(mutant) | {"caught_by": "", "seconds": 1.0}]
    written(checkout, found, 0)
    code = checkout / "actmath" / "derive" / "_part.py"
    code.write_text("# One line more.\n" + CODE)
    test = checkout / "tests" / "derive" / "test_part.py"
    test.write_text(TEST.replace("    seen([2.0], [3.0])", "    assert seen([2.0], [3.0]) == 1"))
    again(checkout, 1)
    (drawing,) = json.loads((checkout / "tests" / "mutants.json").read_text())
    assert drawing["survivors"][0]["caught_by"] == "tests/derive/test_part.py::test_seen"
    code.write_text(CODE.replace("1 for", "2 for"))
    assert recovered(checkout, drawing["survivors"][0]) is None


@NEEDED
def test_what_does_not_compile_is_none(checkout: Path) -> None:
    (checkout / "actmath" / "derive" / "_part.py").write_text("def f(a, *, b):\n    return a, b\n")
    assert drawn(checkout, 5, 0) == []


@pytest.mark.slow
def test_a_function_takes_the_changed_code() -> None:
    before = "def f(x):\n    return [x + y for y in (1, 2)]\n"
    space: dict[str, object] = {}
    exec(compile(before, "a file", "exec"), space)
    f = space["f"]
    assert callable(f)
    assert patch(before, before.replace("x +", "x -"), "a file", functions_by_code())
    assert f(3) == [2, 1]
    assert not patch(before, before.replace("def f", "def g"), "a file", functions_by_code())


@pytest.mark.parametrize(
    ("position", "line"), [((1, 0), None), ((3, 10), None), ((4, 4), 3), ((6, 8), 5)]
)
def test_the_innermost_function_around_a_place(position: tuple[int, int], line: int) -> None:
    text = "a = 1\n\ndef f(x=2):\n    x += 1\n    def g():\n        return x\n    return g\n"
    assert function_around(text, position) == line


def test_the_recorded_runs_add_up_and_their_survivors_are_judged() -> None:
    for record in json.loads((Path(__file__).parents[1] / "mutants.json").read_text("utf-8")):
        assert record["tried"] == record["caught"] + len(record["survivors"])
        for each in record["survivors"]:
            assert each["change"]
            assert each["judged"], (each["file"], each["line"])
