"""What every task has: settings over defaults, and a refusal where it cannot be compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from actmath.experiment._record.config import Config, Option
from actmath.experiment._tasks.task import Row, Task, floats
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import TASKS


class Idle(Task):
    """Trains nothing."""

    DEFAULTS: ClassVar[Mapping[str, Option]] = {"speed": 1.0}
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {"side": "left"}

    def batches(self, epoch: int, done: int) -> Iterator[Any]:
        yield from ()

    def step(self, batch: Any) -> tuple[Tensor, int]:
        return torch.zeros(1), 0

    def evaluate(self) -> Mapping[str, Row]:
        return {}

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        pass


def test_settings_of_the_task_and_of_its_arms(toy: Config) -> None:
    arm = replace(toy.conditions[0], options={"side": "right"})
    config = replace(toy, conditions=(arm, toy.conditions[1]), options={"speed": 2.0})
    task = Idle(config, torch.device("cpu"))
    assert task.options == {"speed": 2.0}
    assert task.arm_options == {"relu": {"side": "right"}, "selu": {"side": "left"}}
    assert task.dtype == torch.float64
    assert task.probe() == {}


@pytest.mark.parametrize("name", RECIPES)
def test_every_task_takes_a_step_without_numbers(name: str) -> None:
    """On ``meta``, where only shapes are: no step reads a number back to decide what to do."""
    smoke = RECIPES[name].config("smoke")
    task = TASKS[smoke.task](smoke, torch.device("meta"))
    losses, examples = task.step(next(task.batches(0, 0)))
    assert losses.shape == (len(smoke.members),)
    assert losses.is_meta
    assert examples == smoke.batch


def test_what_cannot_be_compiled_says_so(toy: Config) -> None:
    with pytest.raises(NotImplementedError, match="Idle cannot be compiled: leave compile off"):
        Idle(toy, torch.device("cpu")).compile()


def test_floats_are_pythons() -> None:
    found = floats(torch.tensor([0.5, 2.0], requires_grad=True))
    assert found == [0.5, 2.0]
    assert {type(value) for value in found} == {float}
