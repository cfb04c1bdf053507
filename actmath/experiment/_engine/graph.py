"""A step that is launched once for all of its kernels: captured as a CUDA graph, then replayed.

Launching a kernel takes longer than most of those of a small network run. What is captured is
``StackTask.update`` itself, so that the captured and the eager step are one program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor

from .._tasks.stack_task import StackTask

B = TypeVar("B")
Stepped = tuple[Tensor, int]
#: Eager steps before a capture: the first make the optimizer's state and choose the libraries'
#: algorithms, which must not happen within.
WARM = 2


class Captured(Protocol):
    """A step that can be captured (``StackTask`` is one)."""

    def prepare(self, batch: Any) -> None:
        """What of a step follows from its number: done before, not captured."""

    def signature(self, batch: Any) -> Hashable:
        """What beside the tensors' shapes makes a step another program."""

    def update(self, batch: Any) -> Stepped:
        """The step, from the batch's tensors alone."""


#: From a step and the batch whose memory it reads from then on to the step's replay.
Capture = Callable[[Callable[[Any], Stepped], Any], Callable[[], Stepped]]


class GraphedStep:
    """A task's step, each kind of batch captured after a few eager steps.

    Args:
        task: whose step.
        capture: how a step is captured; on a GPU ``CudaCapture``.

    Attributes:
        refused: why nothing is captured any more, where a capture failed; empty otherwise. Steps
            are eager then, so that a run does not depend on it.
    """

    def __init__(self, task: Captured, capture: Capture) -> None:
        self.task, self.capture = task, capture
        self.refused = ""
        self._met: Counter[Hashable] = Counter()
        self._replays: dict[Hashable, tuple[Any, Callable[[], Stepped]]] = {}

    def __call__(self, batch: Any) -> Stepped:
        """One update; the losses are to be read before the next."""
        self.task.prepare(batch)
        key = (self.task.signature(batch), *((t.shape, t.dtype) for t in _tensors(batch)))
        if key not in self._replays:
            self._met[key] += 1
            if self.refused or self._met[key] <= WARM or not self._captured(key, batch):
                return self.task.update(batch)
        held, replay = self._replays[key]
        for mine, given in zip(_tensors(held), _tensors(batch), strict=True):
            mine.copy_(given)
        return replay()

    @property
    def course(self) -> str:
        """How the steps were done, for a record."""
        if self._replays:
            rest = f", then eager: {self.refused}" if self.refused else ""
            return f"captured{rest}"
        return f"eager: {self.refused or 'too few of a kind to capture'}"

    def _captured(self, key: Hashable, batch: Any) -> bool:
        held = _cloned(batch)
        try:
            self._replays[key] = held, self.capture(self.task.update, held)
        # PyTorch's word for an operation that cannot be captured. Nothing of it was executed.
        except RuntimeError as error:
            self.refused = str(error).partition("\n")[0]
            return False
        return True


class CudaCapture:
    """Captures on the current stream (``own_stream``); all graphs share one pool of memory.

    They are replayed one after the other and keep nothing in it, so that they may.
    """

    def __init__(self) -> None:
        self.pool = torch.cuda.graph_pool_handle()

    def __call__(self, step: Callable[[Any], Stepped], batch: Any) -> Callable[[], Stepped]:
        """The replay of the step on what is in the batch's memory then."""
        graph, stream = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
        with torch.cuda.graph(graph, pool=self.pool, stream=stream):
            found = step(batch)

        def replay() -> Stepped:
            graph.replay()
            return found

        return replay


@contextmanager
def own_stream(device: torch.device) -> Iterator[None]:
    """Inside, a GPU's work is on a stream of its own, since the usual one cannot be captured.

    Eager steps and replays are then in one order, without one waiting for the other.
    """
    if device.type != "cuda":
        yield
        return
    stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    with torch.cuda.stream(stream):
        yield


def step_on(task: StackTask, device: torch.device) -> GraphedStep | None:
    """The captured step of a task on a GPU, None where steps are to be eager.

    The optimizers then count their steps on the GPU, too (PyTorch's ``capturable``).
    """
    if device.type != "cuda":
        return None
    for stack in task.stacks.values():
        for group in getattr(stack.optimizer, "param_groups", ()):
            if "capturable" in group:
                group["capturable"] = True
        # Steps before a capture are eager on purpose, of which PyTorch would warn.
        stack.optimizer.__dict__["_warned_capturable_if_run_uncaptured"] = True
    return GraphedStep(task, CudaCapture())


def _tensors(batch: Any) -> Iterator[Tensor]:
    """The tensors of a batch, a dataclass, in order; those of a mapping too."""
    for item in fields(batch):
        value = getattr(batch, item.name)
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, Mapping):
            yield from value.values()


def _cloned(batch: B) -> B:
    """The batch with tensors of its own."""
    copies: dict[str, Any] = {}
    for item in fields(batch):  # type: ignore[arg-type]
        value = getattr(batch, item.name)
        if isinstance(value, Tensor):
            copies[item.name] = value.clone()
        elif isinstance(value, Mapping):
            copies[item.name] = {name: tensor.clone() for name, tensor in value.items()}
    return replace(batch, **copies)  # type: ignore[type-var]
