"""The loop of every task that trains stacks: each stack's losses, one update, the next stack."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .._networks.stack import Stack
from .task import Task


@dataclass(frozen=True, eq=False)
class Batch:
    """One update's examples.

    Attributes:
        chosen: which examples, (repetitions or networks, b).
        epoch: the epoch, from 0.
        update: the number of the update in the run, from 0.
    """

    chosen: Tensor
    epoch: int
    update: int


class StackTask(Task):
    """A task whose members are the networks of some stacks; a subclass says what a loss is.

    Attributes:
        stacks: by name, in the order of the configuration's members.
        largest: the greatest norm of a network's gradient; 0 stands for any.
    """

    stacks: Mapping[str, Stack]
    largest: float = 0.0

    @abstractmethod
    def losses(self, name: str, batch: Any) -> Tensor:
        """The mean losses of a stack's networks over a batch, (S,)."""

    def step(self, batch: Batch) -> tuple[Tensor, int]:
        """One update of every network; the members' losses before it, and the examples in each."""
        self.prepare(batch)
        return self.update(batch)

    def prepare(self, batch: Any) -> None:
        """What of a step follows from its number, such as the level of noise that is annealed."""

    def signature(self, batch: Any) -> Hashable:
        """What beside the shapes of the batch's tensors makes ``update`` another program."""
        return None

    def update(self, batch: Batch) -> tuple[Tensor, int]:
        """The step without ``prepare``: all on the device, from the batch's tensors alone.

        It is captured as a CUDA graph and replayed, so that it must not look at a tensor's values
        in Python, nor at the batch's numbers but as ``signature`` tells.
        """
        found = []
        for name, stack in self.stacks.items():
            losses = self.losses(name, batch)
            stack.step(losses, self.largest)
            # Each network's loss before the step, (S,).
            found.append(losses.detach())
        return self.by_member(found), batch.chosen.shape[1]

    def by_member(self, found: Sequence[Tensor]) -> Tensor:
        """The members' numbers, (M,), out of each stack's: here a network is a member."""
        return torch.cat(list(found))

    def state_dict(self) -> dict[str, Any]:
        """Every stack's."""
        return {name: stack.state_dict() for name, stack in self.stacks.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up every stack's.

        Raises:
            ValueError: before anything is changed, if the state is of networks of another form.
        """
        same = state.keys() == self.stacks.keys()
        if not same or not all(stack.fits(state[name]) for name, stack in self.stacks.items()):
            raise ValueError("the state is of networks of another form")
        for name, stack in self.stacks.items():
            stack.load_state_dict(state[name])

    def compile(self) -> None:
        """Have PyTorch compile every stack's forward pass."""
        for stack in self.stacks.values():
            stack.compile()
