"""Mutants are drawn where something is computed, tried in a copy, and recorded."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from . import mutants
from .mutants import caught_by, drawn

NEEDED = pytest.mark.skipif(find_spec("cosmic_ray") is None, reason="make mutants installs it")

CODE = '''"""A number."""

from __future__ import annotations


def half(value: int | float) -> float:
    """The half, of what may be a whole number."""
    return value / 2


def seen(values: list[float], others: list[float]) -> int:
    """How many there are."""
    return sum(1 for _ in zip(values, others, strict=True))
'''
TEST = """from actmath.derive._part import half

def test_half():
    assert half(3) == 1.5
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
def test_what_is_looked_at_is_caught_and_the_rest_survives(checkout: Path, tmp_path: Path) -> None:
    found = drawn(checkout, 20, 0)
    # The quotient, its 2, and the 1 that is counted: no annotation, and nothing of ``strict``.
    assert sorted(m.line for m in found) == [8, 8, 13]
    tree = mutants._tree(checkout, 0, str(tmp_path))
    for mutant in found:
        by = caught_by(mutant, tree, checkout)
        assert bool(by) == (mutant.line == 8), mutant.difference(checkout)
        assert (tree / mutant.file).read_text() == CODE


@NEEDED
def test_what_does_not_compile_is_none(checkout: Path) -> None:
    (checkout / "actmath" / "derive" / "_part.py").write_text("def f(a, *, b):\n    return a, b\n")
    assert drawn(checkout, 5, 0) == []
