"""A captured step is the eager step: the same program on the same numbers, in held memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from actmath.experiment import Config
from actmath.experiment._engine.graph import WARM, GraphedStep, own_stream, step_on
from actmath.experiment._engine.train import choose_device, train
from actmath.experiment._tasks.stack_task import StackTask
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import TASKS

CPU = torch.device("cpu")


class Rerun:
    """In place of a graph: the same step again, on the memory that was held at the capture.

    As a graph's, its capture executes nothing that counts.
    """

    def __init__(self) -> None:
        self.captured = 0

    def __call__(self, step: Callable[[Any], Any], batch: Any) -> Callable[[], Any]:
        self.captured += 1
        return lambda: step(batch)


def smoke(name: str, **changes: Any) -> Config:
    config = replace(RECIPES[name].config("smoke"), dtype="float64", **changes)
    if name in ("elu-conv", "tabular"):
        config = replace(config, conditions=config.conditions[:1])
    options: dict[str, Any] = dict(config.options)
    # What makes these two slow, and is nothing to a capture.
    options |= {"length": 6} if "length" in options else {}
    options |= {"updates": 4, "factors": "1", "depths": "2"} if "updates" in options else {}
    return replace(config, options=options)


def task_of(config: Config, device: torch.device) -> StackTask:
    task: Any = TASKS[config.task](config, device)
    return task


def losses_of(step: Callable[[Any], Any], task: StackTask, epochs: int) -> list[list[float]]:
    """Read at once: the next replay writes to the same place."""
    return [step(batch)[0].tolist() for epoch in range(epochs) for batch in task.batches(epoch, 0)]


#: One recipe of each task, made small: three batches an epoch, the last of them short.
ONE_OF_EACH: dict[str, dict[str, Any]] = {
    "elu-conv": {"width": 3},
    "fifty-layers": {"depth": 5, "width": 16},
    "snn-depth": {"width": 16},
    "noisy-mlp": {"width": 16},
    "noisy-charlm": {"width": 8},
    "noisy-unique": {"width": 8},
    "tabular": {"width": 8},
}
SMALL = {"seeds": (0, 1), "epochs": 4, "batch": 16, "train_limit": 40}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_replays_are_the_eager_steps(name: str) -> None:
    """Short last batches, levels that are annealed, a curriculum: what a capture could freeze."""
    config = smoke(name, **SMALL, **ONE_OF_EACH[name])
    eager, graphed = task_of(config, CPU), task_of(config, CPU)
    rerun = Rerun()
    step = GraphedStep(graphed, rerun)
    assert losses_of(step, graphed, 4) == losses_of(eager.step, eager, 4)
    assert rerun.captured
    assert step.course == "captured"


def test_each_kind_of_batch_is_captured_once(toy: Config) -> None:
    """250 images in batches of 32 have one short batch an epoch, which takes longer to be met."""
    task, rerun = task_of(toy, CPU), Rerun()
    step = GraphedStep(task, rerun)
    counts = []
    for epoch in range(WARM + 2):
        for batch in task.batches(epoch, 0):
            step(batch)
        counts.append(rerun.captured)
    assert counts == [1, 1, 2, 2]


def test_where_nothing_can_be_captured_steps_are_eager_and_it_is_said(toy: Config) -> None:
    def refuse(step: Callable[[Any], Any], batch: Any) -> Callable[[], Any]:
        raise RuntimeError("operation not permitted\nwhen stream is capturing")

    eager, graphed = task_of(toy, CPU), task_of(toy, CPU)
    step = GraphedStep(graphed, refuse)
    assert losses_of(step, graphed, 2) == losses_of(eager.step, eager, 2)
    assert step.course == "eager: operation not permitted"


def test_a_cpu_has_no_graphs(toy: Config) -> None:
    task = task_of(toy, CPU)
    assert step_on(task, CPU) is None
    with own_stream(CPU):
        assert "steps" not in train(replace(toy, epochs=1), device="cpu").provenance.backend


@pytest.mark.on_device
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_cuda_graphs_are_the_eager_steps(name: str) -> None:
    device, config = choose_device("cuda"), smoke(name, **SMALL, **ONE_OF_EACH[name])
    with own_stream(device):
        eager, graphed = task_of(config, device), task_of(config, device)
        step_on(eager, device)  # its optimizers count alike
        step = step_on(graphed, device)
        assert step is not None
        found, expected = losses_of(step, graphed, 4), losses_of(eager.step, eager, 4)
    assert step.course == "captured"
    # Both run the same kernels in float64; sums by atomics may come in another order.
    torch.testing.assert_close(torch.tensor(found), torch.tensor(expected), rtol=1e-9, atol=1e-12)
