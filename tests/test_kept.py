"""Answers are kept as ``lru_cache`` keeps them; what has no hash is left to the function."""

from __future__ import annotations

import copy
import pickle

import pytest

from actmath import derive, lower
from actmath._kept import kept


def test_an_answer_is_computed_once() -> None:
    asked: list[object] = []

    @kept(8, typed=True)
    def answer(question: object) -> list[object]:
        """Some answer."""
        asked.append(question)
        return [question]

    assert answer(1) is answer(1)
    assert asked == [1]
    # Told apart from 1, which it equals.
    assert answer(True) == [True]
    assert len(asked) == 2
    answer.cache_clear()
    answer(1)
    assert len(asked) == 3
    assert (answer.__name__, answer.__doc__) == ("answer", "Some answer.")  # type: ignore[attr-defined]


def test_what_has_no_hash_goes_to_the_function() -> None:
    @kept(8)
    def count(values: object) -> int:
        if not isinstance(values, list):
            raise TypeError("values must be a list")
        return len(values)

    assert count([1, 2]) == count(values=[1, 2]) == 2
    for wrong in ({}, 3):
        with pytest.raises(TypeError, match="values must be a list"):
            count(wrong)


def test_an_error_of_the_function_is_raised_once() -> None:
    asked: list[object] = []

    @kept(8)
    def refusing(value: object) -> None:
        asked.append(value)
        raise TypeError("no")

    with pytest.raises(TypeError, match="no"):
        refusing(1)
    assert asked == [1]


def test_the_functions_of_the_package() -> None:
    for function in (derive.pieces, derive.fisher, lower.to_numpy):
        assert pickle.loads(pickle.dumps(function)) is copy.deepcopy(function) is function
    assert lower.to_numpy("tanh") is lower.to_numpy("tanh")
    with pytest.raises(TypeError, match="a name of the catalog is needed, got"):
        lower.to_numpy(["tanh"])
    with pytest.raises(TypeError, match="order must be an integer"):
        lower.to_numpy("tanh", [1])
