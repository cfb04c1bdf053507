"""What a stack needs of an optimizer, and the plainest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor


class Descent(Protocol):
    """The part of ``torch.optim.Optimizer`` that a stack uses."""

    def zero_grad(self) -> None:
        """Forget the gradients."""

    def step(self) -> Any:
        """Update the parameters by their gradients."""

    def state_dict(self) -> dict[str, Any]:
        """What it remembers from step to step."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up a state that ``state_dict`` gave."""


class PlainDescent:
    """w ← w − gradient: ``SGD`` at ``lr=1``, for stacks whose losses are weighted by their rates.

    PyTorch's own loads its compiler, for seconds, before the first step.
    """

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        self.parameters = list(parameters)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Subtract the gradients."""
        pairs = [(p, p.grad) for p in self.parameters if p.grad is not None]
        if pairs:
            moved, gradients = zip(*pairs, strict=True)
            # One call for all of them, as in PyTorch's own optimizers.
            torch._foreach_sub_(moved, gradients)

    def state_dict(self) -> dict[str, Any]:
        """Nothing is remembered."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """There is nothing to take up."""
