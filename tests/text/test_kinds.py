"""Arguments of another kind than is wanted are refused with a sentence that names them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import NoneType

import pytest
from sympy import Expr, Symbol

from actmath._text.kinds import (
    check_kind,
    check_name,
    check_values,
    choice_of,
    path_of,
    several_of,
)


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (lambda: check_kind(1.5, int, "steps"), "steps must be an int, got 1.5"),
        (lambda: check_kind(3, (str, NoneType), "id"), "id must be a text or None, got 3"),
        (
            lambda: check_kind("x", Expr, "formula", "parse_formula reads one"),
            "formula must be a SymPy expression, got 'x'; parse_formula reads one",
        ),
        (lambda: check_name(["a"], "name"), "name must be a name (a text), got ['a']"),
        (lambda: path_of(None, "out"), "out must be a path (a text or a Path), got None"),
        (lambda: several_of(3, int, "rows"), "rows must be several, as in a list, got 3"),
        (lambda: several_of(b"ab", int, "rows"), "rows must be several, as in a list, got b'ab'"),
        (lambda: several_of([1, None], int, "rows"), "each of rows must be an int, got None"),
        (lambda: check_values([1], int, "runs"), "runs must be a mapping from names, got [1]"),
        (lambda: check_values({"a": "b"}, int, "runs"), "each of runs must be an int, got 'b'"),
    ],
)
def test_the_sentence(refused: Callable[[], object], sentence: str) -> None:
    with pytest.raises(TypeError) as refusal:
        refused()
    assert str(refusal.value) == sentence


class Fruit(StrEnum):
    APPLE = "apple"
    PEAR = "pear"
    PLUM = "plum"


@pytest.mark.parametrize("wrong", ["APPLE", "", "grape", None, 3, True])
def test_a_choice_is_refused_with_all_there_are(wrong: object) -> None:
    with pytest.raises(ValueError, match="fruit must be apple, pear or plum, got "):
        choice_of(wrong, Fruit, "fruit")


def test_a_choice_is_taken_by_its_word_or_itself() -> None:
    assert choice_of("pear", Fruit, "fruit") is choice_of(Fruit.PEAR, Fruit, "fruit") is Fruit.PEAR


def test_what_came_is_cut_short() -> None:
    with pytest.raises(TypeError, match="got 'aaa") as refusal:
        check_kind("a" * 10**6, int, "steps")
    assert len(str(refusal.value)) < 100


def test_what_is_right_passes() -> None:
    check_kind(Symbol("x"), Expr, "formula")
    check_kind(None, (str, NoneType), "id")
    check_name("tanh", "name")
    check_values({}, int, "runs")
    assert path_of("a", "out") == path_of(Path("a"), "out") == Path("a")
    assert several_of((n for n in (1, 2)), int, "rows") == [1, 2]
