"""The interface between what is trained and the loop that trains it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

from .._record.config import Config, Option
from .._record.options import with_defaults

Row = Sequence[float]


class Task(ABC):
    """All members of a configuration, (condition, seed) each, with their data, on one device.

    Members never mix: losses, steps and measurements keep them apart, so that each one's course is
    that of training it alone. Every random draw follows from a member's seed, a stream's name and
    the epoch (``randomness.generator``), so that a resumed run draws what an unbroken one does.

    Attributes:
        DEFAULTS: the task's own settings, which ``config.options`` changes.
        ARM_DEFAULTS: settings of a single arm, which ``condition.options`` changes.
        updates: steps in an epoch.
        train_size, test_size: numbers of examples.
        chance: the score of the best answer that ignores the input (0 where there is none).
        data_sha256: checksum of the data set's content.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {}
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {}
    updates: int
    train_size: int
    test_size: int
    chance: float
    data_sha256: str

    def __init__(self, config: Config, device: torch.device) -> None:
        self.config, self.device = config, device
        self.dtype: torch.dtype = getattr(torch, config.dtype)
        self.options = with_defaults(config.options, self.DEFAULTS, config.recipe)
        self.arm_options = {
            c.name: with_defaults(c.options, self.ARM_DEFAULTS, c.name) for c in config.conditions
        }

    @property
    def fused(self) -> bool:
        """Whether PyTorch's fused optimizers work here: ``meta`` has no numbers to fuse."""
        return self.device.type != "meta"

    @abstractmethod
    def batches(self, epoch: int, done: int) -> Iterator[Any]:
        """An epoch's batches, each one argument of ``step``, without those already done."""

    @abstractmethod
    def step(self, batch: Any) -> tuple[Tensor, int]:
        """One update of every member; their mean losses before it, (M,), and over how many."""

    @abstractmethod
    def evaluate(self) -> Mapping[str, Row]:
        """What is measured after every epoch: by curve name one number a member."""

    def probe(self) -> Mapping[str, Sequence[Row]]:
        """What is measured before and after training: by name one row a member."""
        return {}

    def right(self) -> tuple[str, ...]:
        """By member, which test examples are right (``examples.packed``); empty if not one bit."""
        return ()

    @abstractmethod
    def state_dict(self) -> dict[str, Any]:
        """Everything that training changes, by name, nested dictionaries of tensors allowed."""

    @abstractmethod
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a state that ``state_dict`` gave."""

    def compile(self) -> None:
        """Have PyTorch compile the forward pass."""
        name = type(self).__name__
        raise NotImplementedError(f"{name} cannot be compiled: leave compile off")


def floats(values: Tensor) -> list[float]:
    """A one-dimensional tensor as Python numbers."""
    return list(map(float, values.detach().double().cpu()))
