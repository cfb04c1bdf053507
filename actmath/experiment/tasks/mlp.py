"""Fully connected networks, all conditions in one stack, trained by plain gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import ClassVar

import torch
from torch import nn

from .._networks.arm_unit import SLOPE, arm_unit
from .._networks.batched import BatchedStack
from .._networks.classifiers import Alongside, BatchedClassifier, Plain
from .._networks.descent import PlainDescent
from .._networks.stack import Stack
from .._networks.weights import draw_weights
from .._record.config import Condition, Option
from .._tasks.classification import Classification


class MLP(Classification):
    """The networks of a configuration: one batched product a layer for all of them.

    A batched product orders its sums differently from a single one; apart from that rounding each
    member's course is that of training it alone. Option of an arm: ``slope`` of a leaky ReLU.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {}
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = SLOPE
    TOGETHER: ClassVar[str] = "all"

    def sizes(self) -> tuple[int, ...]:
        """Units of the input, of every hidden layer and of the output."""
        hidden = [self.config.width] * self.config.depth
        return self.data.train.shape[1], *hidden, self.data.classes

    def together(self) -> Mapping[str, tuple[Condition, ...]]:
        """One stack for all arms."""
        return {self.TOGETHER: self.config.conditions}

    def build(self, arms: tuple[Condition, ...]) -> Stack:
        """The stack: every network descends at its arm's rate."""
        members, sizes = self.config.members, self.sizes()
        drawn = [draw_weights(arm.weights, sizes, seed) for arm, seed in members]
        # From one list of layers a member to one (M, fan_in, fan_out) a layer.
        *hidden, last = (torch.stack(layer) for layer in zip(*drawn, strict=True))
        activation = _alongside(arms, len(self.config.seeds))
        network = BatchedClassifier([Plain(weight, activation) for weight in hidden], last)
        # Rounding apart, descending at rate r is descending at rate 1 on r times the loss.
        rates = [arm.learning_rate for arm, _ in members]
        return BatchedStack(
            network.to(device=self.device, dtype=self.dtype),
            len(members),
            PlainDescent,
            torch.tensor(rates, dtype=self.dtype, device=self.device),
        )


def _alongside(arms: tuple[Condition, ...], repetitions: int) -> nn.Module:
    """The arms' activations, called once for neighbouring arms that share one."""
    runs = [list(run) for _, run in groupby(arms, key=_looks)]
    units = [arm_unit(run[0]) for run in runs]
    return units[0] if len(units) == 1 else Alongside(units, [len(r) * repetitions for r in runs])


def _looks(condition: Condition) -> tuple[str, Option | None]:
    return condition.activation, condition.options.get("slope")


TASK = MLP
