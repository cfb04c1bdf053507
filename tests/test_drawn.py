"""Of many cases a run makes some: of each function, of docstrings, of what is slow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from . import drawn

#: It takes what looks like pytest's items.
thinned: Any = drawn.thinned


class Item(SimpleNamespace):
    """A test as ``thinned`` sees one."""

    __hash__ = object.__hash__

    def get_closest_marker(self, name: str) -> bool:
        return bool(self.marks and name in self.marks)


def items(file: str, function: object, count: int, *marks: str) -> list[Item]:
    return [
        Item(path=Path(file), nodeid=f"{file}::{function}[{k}]", function=function, marks=marks)
        for k in range(count)
    ]


@pytest.fixture(autouse=True)
def _one_in_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "ONE_IN", 4)


def kept(*groups: list[Item]) -> list[int]:
    """How many of each group are made."""
    left = thinned(item for group in groups for item in group)
    return [sum(item not in left for item in group) for group in groups]


def test_each_function_keeps_a_share_and_one_at_least() -> None:
    groups = (items("a.py", "one", 9), items("a.py", "two", 1), items("b.py", "three", 4))
    assert kept(*groups) == [3, 1, 1]


def test_slow_tests_of_all_folders_are_cases_of_one() -> None:
    slow = [items(f"{folder}/{k}.py", f"f{k}", 1, "slow") for folder in "pq" for k in range(8)]
    assert sum(kept(*slow)) == 4


def test_docstrings_of_a_folder_are_too_and_not_with_the_slow_ones() -> None:
    docstrings = [items(f"p/{k}.py", None, 1) for k in range(8)]
    counts = kept(*docstrings, items("p/t.py", "slow one", 1, "slow"))
    assert (sum(counts[:8]), counts[8]) == (2, 1)


def test_another_draw_keeps_others(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = items("a.py", "one", 64)
    first = thinned(cases)
    assert drawn.thinned(cases) == first  # type: ignore[arg-type]
    monkeypatch.setattr(drawn, "CASES", "another")
    assert drawn.thinned(cases) != first  # type: ignore[arg-type]


def test_of_files_whatever_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "FROM_FILES", True)
    alone = [items("a.py", f"f{k}", 1) for k in range(8)]
    assert sum(kept(*alone)) == 2
