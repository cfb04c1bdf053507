"""Configurations refuse what cannot run, and their hash names their content."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from actmath.experiment._record.config import Condition, Config, canonical

SELU = Condition("selu", "selu", "unit", "lecun_normal", 0.01)
RELU = Condition("relu", "relu", "unit", "lecun_normal", 0.01)
CONFIG = Config("toy", "smoke", (SELU, RELU), (0, 1), "mnist-5k", 16, 4, 2, 32)
HASH = "013a4a2759772c2cf29c260b1430a765e90778cee8a4ace34f42ef1488a7fa25"


def test_hash_is_the_same_in_every_version() -> None:
    assert CONFIG.hash == HASH


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": "other"},
        {"preset": "book"},
        {"conditions": (RELU, SELU)},
        {"conditions": (SELU, replace(RELU, learning_rate=0.02))},
        {"seeds": (1, 0)},
        {"data": "mnist"},
        {"width": 17},
        {"depth": 5},
        {"epochs": 3},
        {"batch": 33},
        {"evaluate_on": "validation"},
        {"dtype": "float64"},
        {"train_limit": 100},
        {"test_limit": 100},
    ],
)
def test_every_field_changes_the_hash(change: dict[str, Any]) -> None:
    assert replace(CONFIG, **change).hash != HASH


def test_json_and_back() -> None:
    assert Config.from_json(json.loads(canonical(CONFIG.to_json()))) == CONFIG


@pytest.mark.parametrize("broken", [{"speed": 1}, {"seeds": None}, {"conditions": [{}]}])
def test_unreadable_json_is_a_value_error(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="configuration"):
        Config.from_json(CONFIG.to_json() | broken)


def test_missing_field_is_named() -> None:
    data = CONFIG.to_json()
    del data["width"]
    with pytest.raises(ValueError, match="width"):
        Config.from_json(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "width must be at least 1, got 0"),
        ({"depth": 0}, "depth"),
        ({"epochs": 0}, "epochs"),
        ({"batch": -1}, "batch"),
        ({"train_limit": 0}, "train_limit"),
        ({"dtype": "int8"}, "dtype must be one of float32, float64, got 'int8'"),
        ({"evaluate_on": "train"}, "evaluate_on"),
        ({"conditions": ()}, "conditions"),
        ({"conditions": (SELU, SELU)}, "conditions must be distinct"),
        ({"seeds": ()}, "seeds"),
        ({"seeds": (0, 0)}, "seeds must be distinct"),
        ({"seeds": (-1,)}, "seeds"),
    ],
)
def test_refuses_what_cannot_run(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(CONFIG, **change)


@pytest.mark.parametrize("rate", [0.0, -1.0, float("inf"), float("nan")])
def test_refuses_impossible_learning_rates(rate: float) -> None:
    with pytest.raises(ValueError, match="learning_rate"):
        replace(SELU, learning_rate=rate)


def test_members_are_ordered_by_condition_then_seed() -> None:
    names = [(condition.name, seed) for condition, seed in CONFIG.members]
    assert names == [("selu", 0), ("selu", 1), ("relu", 0), ("relu", 1)]


def test_seeds_by_number_or_by_name() -> None:
    assert CONFIG.with_seeds(3).seeds == (0, 1, 2)
    assert CONFIG.with_seeds((7, 5)).seeds == (7, 5)
    assert CONFIG.with_seeds(None) is CONFIG
