"""Fully connected networks, all conditions in one stack, trained by plain gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import ClassVar

import torch
from torch import Tensor, nn

from .._networks.arm_unit import SLOPE, arm_unit
from .._networks.batched import BatchedStack
from .._networks.classifiers import Alongside, BatchedClassifier, Plain
from .._networks.descent import PlainDescent
from .._networks.stack import Optimize, Stack
from .._networks.weights import check_room, draw_weights
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

    def sizes(self, arm: Condition) -> tuple[int, ...]:
        """Units of the input, of every hidden layer and of the output of an arm's networks."""
        hidden = [self.config.width] * self.config.depth
        return self.data.train.shape[1], *hidden, self.data.classes

    def together(self) -> Mapping[str, tuple[Condition, ...]]:
        """One stack for all arms."""
        return {self.TOGETHER: self.config.conditions}

    def build(self, arms: tuple[Condition, ...]) -> Stack:
        """The stack: every network descends at its arm's rate."""
        seeds = self.config.seeds
        check_room(len(arms) * len(seeds), self.sizes(arms[0]))
        drawn = [draw_weights(a.weights, self.sizes(a), seed) for a in arms for seed in seeds]
        # From one list of layers a member to one (M, fan_in, fan_out) a layer.
        *hidden, last = (torch.stack(layer) for layer in zip(*drawn, strict=True))
        activation = _alongside(arms, len(seeds))
        layers = [self.layer(arms[0], weight, activation) for weight in hidden]
        network = BatchedClassifier(layers, last).to(device=self.device, dtype=self.dtype)
        optimize, rates = self.descent(arms)
        return BatchedStack(network, len(drawn), optimize, rates)

    def layer(self, arm: Condition, weight: Tensor, activation: nn.Module) -> Plain:
        """A hidden layer of networks that are like the arm's."""
        return Plain(weight, activation)

    def descent(self, arms: tuple[Condition, ...]) -> tuple[Optimize, Tensor | None]:
        """The optimizer of a stack, and its networks' own rates."""
        return PlainDescent, self.rates(arms)

    def rates(self, arms: tuple[Condition, ...]) -> Tensor:
        """Every network's learning rate, (S,).

        Rounding apart, descending at rate r is descending at rate 1 on r times the loss.
        """
        rates = [arm.learning_rate for arm in arms for _ in self.config.seeds]
        return torch.tensor(rates, dtype=self.dtype, device=self.device)


def _alongside(arms: tuple[Condition, ...], repetitions: int) -> nn.Module:
    """The arms' activations, called once for neighbouring arms that share one."""
    runs = [list(run) for _, run in groupby(arms, key=_looks)]
    units = [arm_unit(run[0]) for run in runs]
    return units[0] if len(units) == 1 else Alongside(units, [len(r) * repetitions for r in runs])


def _looks(condition: Condition) -> tuple[str, Option | None]:
    return condition.activation, condition.options.get("slope")


TASK = MLP
