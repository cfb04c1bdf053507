"""The loop takes every stack's step in turn, and keeps their losses in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD

from actmath.experiment._networks.batched import BatchedStack
from actmath.experiment._record.config import Config
from actmath.experiment._tasks.stack_task import Batch, StackTask
from actmath.experiment._tasks.task import Row


class Point(nn.Module):
    """A number for each network."""

    def __init__(self, values: list[float]) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(values))

    def forward(self) -> Tensor:
        return self.value


class Descent(StackTask):
    """Two stacks of points that go to 0: the loss is half the square."""

    updates = 1

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        starts = {"near": [1.0, -2.0], "far": [30.0, 0.5]}
        self.stacks = {
            name: BatchedStack(Point(values), 2, partial(SGD, lr=0.5))
            for name, values in starts.items()
        }

    def batches(self, epoch: int, done: int) -> Iterator[Batch]:
        yield Batch(torch.zeros(2, 7), epoch, epoch)

    def losses(self, name: str, batch: Any) -> Tensor:
        found: Tensor = self.stacks[name]().square() / 2
        return found

    def evaluate(self) -> Mapping[str, Row]:
        return {}


def values(task: StackTask) -> list[float]:
    return torch.cat([stack() for stack in task.stacks.values()]).tolist()


def test_every_stack_takes_its_step(toy: Config) -> None:
    task = Descent(toy, torch.device("cpu"))
    losses, examples = task.step(next(task.batches(0, 0)))
    assert losses.tolist() == [0.5, 2.0, 450.0, 0.125]
    assert not losses.requires_grad
    assert examples == 7
    assert values(task) == [0.5, -1.0, 15.0, 0.25]


def test_the_largest_gradient_bounds_each_network(toy: Config) -> None:
    task = Descent(toy, torch.device("cpu"))
    task.largest = 4.0
    task.step(next(task.batches(0, 0)))
    torch.testing.assert_close(torch.tensor(values(task)), torch.tensor([0.5, -1.0, 28.0, 0.25]))


def test_a_state_is_every_stacks(toy: Config) -> None:
    task, other = (Descent(toy, torch.device("cpu")) for _ in range(2))
    task.step(next(task.batches(0, 0)))
    other.load_state_dict(task.state_dict())
    assert values(other) == values(task)


def test_compiling_is_handed_to_every_stack(toy: Config) -> None:
    task = Descent(toy, torch.device("cpu"))
    before = values(task)
    task.compile()
    assert values(task) == before


@pytest.mark.parametrize(
    "change", ["another name", "another shape", "another rate", "a stack less"]
)
def test_a_state_of_another_form_is_refused_before_anything_is_changed(
    toy: Config, change: str
) -> None:
    task = Descent(toy, torch.device("cpu"))
    state, before = task.state_dict(), values(task)
    state["near"]["parameters"] = {"value": torch.zeros(2)}
    own = state["far"]["parameters"]
    if change == "a stack less":
        del state["far"]
    elif change == "another name":
        state["far"]["parameters"] = {"values": own["value"]}
    elif change == "another rate":
        state["far"]["optimizer"]["param_groups"][0]["lr"] = 0.25
    else:
        state["far"]["parameters"] = {"value": torch.zeros(2, 1)}
    with pytest.raises(ValueError, match="networks of another form"):
        task.load_state_dict(state)
    assert values(task) == before
