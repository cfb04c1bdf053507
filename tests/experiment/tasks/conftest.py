"""One small run of each noisy task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from actmath.experiment._record.config import Condition, Config

NAN = {"noise": "nan", "level": 3.0, "end": 0.5}


def arms(**more: Mapping[str, str | float | bool]) -> tuple[Condition, ...]:
    named = {"soft": {}, "nan": NAN, "nanil": {"noise": "nanil"}, **more}
    return tuple(
        Condition(n, "hard_tanh" if o else "tanh", "stored", "lecun_normal", 0.02, dict(o))
        for n, o in named.items()
    )


@pytest.fixture
def noisy_dense(toy: Config) -> Config:
    chosen = tuple(replace(arm, scaling="standardized") for arm in arms())
    small = replace(toy, width=8, depth=2, epochs=2, train_limit=90, test_limit=40)
    return replace(small, task="noisy_dense", conditions=chosen, options={"optimizer": "rmsprop"})


@pytest.fixture
def sequence(toy: Config) -> Config:
    small = replace(toy, width=4, depth=1, epochs=2, train_limit=40, test_limit=20)
    options = {"optimizer": "adam", "clip": 0.5, "head": 5}
    chosen = arms(curriculum={"noise": "nani", "level": 0.3, "curriculum": True})
    return replace(
        small, task="sequence", data="unique-integers", conditions=chosen, options=options
    )


@pytest.fixture
def characters(toy: Config) -> Config:
    small = replace(toy, width=6, depth=1, epochs=2, train_limit=70, test_limit=20)
    options = {"optimizer": "adam", "length": 5}
    return replace(
        small, task="characters", data="python-topics", conditions=arms(), options=options
    )


@pytest.fixture(params=["noisy_dense", "sequence", "characters"])
def noisy(request: pytest.FixtureRequest) -> Config:
    found: Config = request.getfixturevalue(request.param)
    return found
