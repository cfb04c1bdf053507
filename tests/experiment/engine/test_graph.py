"""A captured step is the eager step: the same program on the same numbers, in held memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from actmath.experiment import Config
from actmath.experiment._engine.graph import WARM, GraphedStep, own_stream, step_on
from actmath.experiment._engine.train import choose_device, train
from actmath.experiment._networks._recurrent import cells
from actmath.experiment._tasks.stack_task import StackTask
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import TASKS

CPU = torch.device("cpu")


#: Operations whose result Python must know, for which it waits on a GPU: a number, or how many are
#: not 0, which is the size of what a mask picks.
WAITING = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)


class Recording(TorchDispatchMode):
    """Every operation that a step does on tensors, gradients and optimizer included."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Any, Any, Any, Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        assert func not in WAITING, "the host waits for the device"
        found = func(*args, **(kwargs or {}))
        self.done.append((func, args, kwargs or {}, found))
        return found

    @torch.no_grad()
    def again(self) -> None:
        """The same operations on the same memory, with the Python numbers of the recording."""
        for func, args, kwargs, found in self.done:
            new = func(*args, **kwargs)
            for old, fresh in zip(tree_leaves(found), tree_leaves(new), strict=True):
                # Views and what is done in place are where they were.
                if isinstance(old, torch.Tensor) and old.data_ptr() != fresh.data_ptr():
                    old.copy_(fresh)


class Recorder:
    """In place of CUDA's graphs: what a CPU can have of them.

    As a graph it repeats operations on held memory, knowing nothing of the program that called
    them: what a step reads from Python is frozen.
    """

    def __init__(self) -> None:
        self.captured = 0

    def __call__(self, step: Callable[[Any], Any], batch: Any) -> Callable[[], Any]:
        self.captured += 1
        recording, kept = Recording(), list[Any]()

        def replay() -> Any:
            if kept:
                recording.again()
            else:
                with recording:
                    kept.append(step(batch))
            return kept[0]

        return replay


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


def losses_of(step: Callable[[Any], Any], task: StackTask) -> list[list[float]]:
    """Read at once: the next replay writes to the same place."""
    every = range(task.config.epochs)
    return [step(batch)[0].tolist() for epoch in every for batch in task.batches(epoch, 0)]


#: One recipe of each task, made small: three batches an epoch, the last of them short.
ONE_OF_EACH: dict[str, dict[str, Any]] = {
    "elu-conv": {"width": 3},
    "fifty-layers": {"depth": 5, "width": 16},
    "snn-depth": {"width": 16},
    "noisy-mlp": {"width": 16},
    "noisy-charlm": {"width": 8},
    # So many that the curriculum has lessons left when the first are captured.
    "noisy-unique": {"width": 8, "epochs": 6},
    "tabular": {"width": 8},
}
SMALL = {"seeds": (0, 1), "epochs": 4, "batch": 16, "train_limit": 40}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_replays_are_the_eager_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short last batches, levels that are annealed, a curriculum: what a capture could freeze."""
    # A recorder hears PyTorch's operations, as on a GPU, and not the loops that a CPU has for them.
    monkeypatch.setattr(cells, "loops_at_hand", lambda _: False)
    config = smoke(name, **{**SMALL, **ONE_OF_EACH[name]})
    eager, graphed = task_of(config, CPU), task_of(config, CPU)
    recorder = Recorder()
    step = GraphedStep(graphed, recorder)
    assert losses_of(step, graphed) == losses_of(eager.step, eager)
    assert recorder.captured
    assert step.course == "captured"


def test_each_kind_of_batch_is_captured_once(toy: Config) -> None:
    """250 images in batches of 32 have one short batch an epoch, which takes longer to be met."""
    task, recorder = task_of(toy, CPU), Recorder()
    step = GraphedStep(task, recorder)
    counts = []
    for epoch in range(WARM + 2):
        for batch in task.batches(epoch, 0):
            step(batch)
        counts.append(recorder.captured)
    assert counts == [1, 1, 2, 2]


def test_where_nothing_can_be_captured_steps_are_eager_and_it_is_said(toy: Config) -> None:
    def refuse(step: Callable[[Any], Any], batch: Any) -> Callable[[], Any]:
        raise RuntimeError("operation not permitted\nwhen stream is capturing")

    eager, graphed = task_of(toy, CPU), task_of(toy, CPU)
    step = GraphedStep(graphed, refuse)
    assert losses_of(step, graphed) == losses_of(eager.step, eager)
    assert step.course == "eager: operation not permitted"


def test_a_course_says_what_was_captured(toy: Config) -> None:
    """A run of few updates never gets there; a second kind of batch may be refused."""
    task, recorder = task_of(toy, CPU), Recorder()

    def once(step: Callable[[Any], Any], batch: Any) -> Callable[[], Any]:
        if recorder.captured:
            raise RuntimeError("no memory")
        return recorder(step, batch)

    step = GraphedStep(task, once)
    courses = []
    for epoch in range(WARM + 1):
        courses.append(step.course)
        for batch in task.batches(epoch, 0):
            step(batch)
    assert courses == ["eager: too few of a kind to capture", "captured", "captured"]
    assert step.course == "captured, then eager: no memory"


def test_a_cpu_has_no_graphs(toy: Config) -> None:
    task = task_of(toy, CPU)
    assert step_on(task, CPU) is None
    with own_stream(CPU):
        assert "steps" not in train(replace(toy, epochs=1), device="cpu").provenance.backend


@pytest.mark.on_device
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_cuda_graphs_are_the_eager_steps(name: str) -> None:
    device, config = choose_device("cuda"), smoke(name, **{**SMALL, **ONE_OF_EACH[name]})
    with own_stream(device):
        eager, graphed = task_of(config, device), task_of(config, device)
        step_on(eager, device)  # its optimizers count alike
        step = step_on(graphed, device)
        assert step is not None
        found, expected = losses_of(step, graphed), losses_of(eager.step, eager)
    assert step.course == "captured"
    # Both run the same kernels in float64; sums by atomics may come in another order.
    torch.testing.assert_close(torch.tensor(found), torch.tensor(expected), rtol=1e-9, atol=1e-12)
