"""Classification by networks of noisy units, all repetitions of an arm in one program."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from .._networks.batched import BatchedStack
from .._networks.noisy_units import NOISELESS, annealed, set_levels
from .._networks.stack import Stack
from .._networks.weights import BatchedDraws
from .._randomness import normals, word_of
from .._record.config import Condition, Config, Option
from .classification import Classification
from .stack_task import Batch


@dataclass(frozen=True, eq=False)
class NoisyBatch(Batch):
    """A batch with each repetition's noise, (S, …); None where no arm is noisy."""

    noise: Tensor | None


class NoisyClassification(Classification):
    """As ``Classification``; a subclass says what the network of all repetitions is.

    Options of the task: ``optimizer``, ``momentum``; ``clip``, the largest norm of a network's
    gradient (0: any). Options of an arm: ``noise``, a kind of unit; ``level``, its c or deviation;
    ``end``, the level of the last update, if it is to be annealed (0: it stays).

    A repetition's noise is that of its own seed and the update, the same for all arms.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {**Classification.DEFAULTS, "clip": 0.0}
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {"noise": NOISELESS, "level": 1.0, "end": 0.0}

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self.noisy = any(arm["noise"] != NOISELESS for arm in self.arm_options.values())
        self.largest = float(self.options["clip"])

    def refuse_depth(self) -> None:
        """ValueError for a depth that a network of one recurrent layer does not have."""
        if self.config.depth != 1:
            raise ValueError(
                f"depth must be 1, of the one recurrent layer, got {self.config.depth}"
            )

    @abstractmethod
    def batched_network(self, condition: Condition, draws: BatchedDraws) -> nn.Module:
        """An arm's network of all repetitions.

        It maps inputs (S, batch, …) and noise, or None, to logits (S, batch, classes).
        """

    @abstractmethod
    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """The shape of a repetition's noise for a batch of so many examples."""

    def build(self, arms: tuple[Condition, ...]) -> Stack:
        """The arm's network of all repetitions."""
        (arm,) = arms
        draws = BatchedDraws(arm.weights, self.config.seeds)
        network = self.batched_network(arm, draws).to(device=self.device, dtype=self.dtype)
        return BatchedStack(network, len(draws.seeds), partial(self.optimizer, condition=arm))

    def batches(self, epoch: int, done: int) -> Iterator[NoisyBatch]:
        """An epoch's batches with their noise, without those already done."""
        for batch in super().batches(epoch, done):
            noise = self._noise(batch) if self.noisy else None
            yield NoisyBatch(batch.chosen, batch.epoch, batch.update, noise)

    def prepare(self, batch: Any) -> None:
        """Set the levels that are annealed to those of the update."""
        steps = self.updates * self.config.epochs
        for name, stack in self.stacks.items():
            start, end = (float(self.arm_options[name][key]) for key in ("level", "end"))
            if end:
                set_levels(stack.network, annealed(start, end, batch.update, steps))

    def outputs(self, name: str, inputs: Tensor, batch: Any) -> Tensor:
        """The logits in training: of noisy arms with the batch's noise, at its level."""
        noise = () if self.arm_options[name]["noise"] == NOISELESS else (batch.noise,)
        found: Tensor = self.stacks[name](inputs, *noise)
        return found

    def _noise(self, batch: Batch) -> Tensor:
        # A key for each update: the same noise for all arms, and in a resumed run.
        keys = [word_of(seed, "noise", batch.update) for seed in self.config.seeds]
        shape = self.noise_shape(batch.chosen.shape[1])
        drawn = normals(keys, math.prod(shape), self.device)
        return drawn.view(len(keys), *shape).to(self.dtype)
