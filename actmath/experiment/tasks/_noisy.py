"""Classification by networks of noisy units, all members of a condition in one program."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from .._engine.randomness import generator
from .._networks.members import Draws, Members, annealed
from .._networks.noisy_units import QUIET, draw_noise, set_levels
from .._networks.stack import Stack
from .._record.config import Condition, Config, Option
from ._supervised import Batch, Supervised, mean_cross_entropy


@dataclass(frozen=True)
class Turn:
    """A batch: each repetition's examples, (S, b), and which update it is."""

    chosen: Tensor
    epoch: int
    update: int


class NoisyTask(Supervised):
    """As ``Supervised``; a subclass says what the network of all members is.

    Options of the task: ``optimizer``, ``momentum``; ``clip``, the largest norm of a member's
    gradient (0: any). Options of an arm: ``noise``, a kind of unit; ``level``, its c or deviation;
    ``end``, the level of the last update, if it is to be annealed (0: it stays).

    A repetition's noise is that of its own seed and the update, the same for all arms.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {**Supervised.DEFAULTS, "clip": 0.0}
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {"noise": QUIET, "level": 1.0, "end": 0.0}

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self.noisy = any(arm["noise"] != QUIET for arm in self.arm_options.values())

    @abstractmethod
    def members(self, condition: Condition, draws: Draws) -> nn.Module:
        """A condition's network of all members.

        It maps inputs (S, batch, …) and noise, or None, to logits (S, batch, classes).
        """

    @abstractmethod
    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """The shape of a member's noise for a batch of so many examples."""

    def network(self, condition: Condition, seed: int) -> nn.Module:
        """The network of a single member."""
        return self.members(condition, Draws(condition.weights, (seed,)))

    def examples(self, condition: Condition, turn: Turn) -> Batch:
        """The inputs (S, b, …) and labels (S, b) of a batch as the arm sees them."""
        inputs = self.inputs[condition.scaling][0]
        return inputs[turn.chosen], self.labels[turn.chosen]

    def batches(self, epoch: int, done: int) -> Iterator[Any]:
        """An epoch's turns, without those already done."""
        for index, chosen in enumerate(super().batches(epoch, done), start=done):
            yield Turn(chosen, epoch, epoch * self.updates + index)

    def step(self, batch: Any) -> tuple[Tensor, int]:
        """One update of every member; the losses before it, (M,), and the examples in each."""
        noise, losses = self.noise(batch), []
        for condition in self.config.conditions:
            stack, quiet = self.stacks[condition.name], self._quiet(condition)
            self._set_level(stack, condition, batch.update)
            inputs, labels = self.examples(condition, batch)
            found = self.loss(stack(inputs) if quiet else stack(inputs, noise), labels)
            stack.backward(found)
            if largest := float(self.options["clip"]):
                stack.clip(largest)
            stack.optimizer.step()
            losses.append(found.detach())
        return torch.cat(losses), batch.chosen.shape[1]

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Each member's mean loss over the batch, (S,)."""
        return mean_cross_entropy(logits, labels)

    def noise(self, turn: Turn) -> Tensor:
        """The noise of an update, (S, …); nothing is drawn where no arm is noisy."""
        if not self.noisy:
            return torch.empty(0)
        shape = self.noise_shape(turn.chosen.shape[1])
        random = [generator(seed, "noise", turn.update) for seed in self.config.seeds]
        return draw_noise(random, shape).to(device=self.device, dtype=self.dtype)

    def _quiet(self, condition: Condition) -> bool:
        return self.arm_options[condition.name]["noise"] == QUIET

    def _set_level(self, stack: Stack, condition: Condition, update: int) -> None:
        options = self.arm_options[condition.name]
        start, end = float(options["level"]), float(options["end"])
        if end and isinstance(stack, Members):
            steps = self.updates * self.config.epochs
            set_levels(stack.network, annealed(start, end, update, steps))

    def _stack(self, condition: Condition) -> Stack:
        draws = Draws(condition.weights, self.config.seeds)
        network = self.members(condition, draws).to(device=self.device, dtype=self.dtype)
        return Members(network, len(draws.seeds), partial(self.optimizer, condition=condition))
