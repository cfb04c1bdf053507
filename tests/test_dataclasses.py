"""What dataclasses promise: they stay as they are, show themselves, and compare without arrays."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "actmath"

#: Those that are filled bit by bit, by one owner.
FILLED = {"Wanted", "MeasuredTensor", "_Node", "Request", "State", "Shaken", "Section"}
#: Names of types that hold arrays, for which ``==`` has no one answer.
ARRAYS = {"Array", "AnyArray", "NDArray", "Tensor", "Doubles", "Floats", "Bytes", "Indices"}
#: Answers without an array of their own that compare by identity: what they hold does.
BY_IDENTITY = {"SirenNetworks", "OutputDensity"}


@dataclass(frozen=True)
class Declared:
    """How a class is declared: the options of its decorator, its bases, the names in its fields."""

    name: str
    options: dict[str, bool]
    bases: frozenset[str]
    types: frozenset[str]


def _declared(node: ast.ClassDef) -> Declared | None:
    """What the decorator says; None for a class without it."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = call.func if call else decorator
        if isinstance(name, ast.Name) and name.id == "dataclass":
            keywords = call.keywords if call else []
            options = {str(word.arg): ast.literal_eval(word.value) for word in keywords}
            return Declared(node.name, options, _names(*node.bases), _names(*_annotations(node)))
    return None


def _annotations(node: ast.ClassDef) -> list[ast.expr]:
    return [part.annotation for part in node.body if isinstance(part, ast.AnnAssign)]


def _names(*nodes: ast.expr) -> frozenset[str]:
    inner = (part for node in nodes for part in ast.walk(node))
    return frozenset(part.id for part in inner if isinstance(part, ast.Name))


CLASSES = [
    node
    for path in sorted(PACKAGE.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.ClassDef)
]
DECLARED = [found for node in CLASSES if (found := _declared(node)) is not None]


def _answers() -> set[str]:
    """The classes under ``Answer``."""
    found = {"Answer"}
    while True:
        more = {node.name for node in CLASSES if _names(*node.bases) & found} | found
        if more == found:
            return found
        found = more


_BASES = _answers()
ANSWERS = [each for each in DECLARED if each.bases & _BASES]


def test_what_callers_share_is_frozen() -> None:
    assert {each.name for each in DECLARED if not each.options.get("frozen")} == FILLED


def test_an_answer_shows_itself() -> None:
    """A ``repr`` that the dataclass writes would hide the table."""
    assert len(ANSWERS) > 100
    assert [each.name for each in ANSWERS if each.options.get("repr") is not False] == []


def test_an_answer_that_holds_arrays_is_compared_by_identity() -> None:
    holding = {each.name for each in ANSWERS if each.types & ARRAYS}
    by_identity = {each.name for each in ANSWERS if each.options.get("eq") is False}
    assert by_identity - BY_IDENTITY == holding
