"""Classification by any network, trained by any of PyTorch's element-wise optimizers."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD, Adam, Optimizer, RMSprop

from .._engine.randomness import generator
from .._networks.stack import Stack
from .._record.config import Condition, Config, Option
from ..data import prepare
from ..data._dataset import DataSet
from ..data._scaling import SCALINGS
from ._task import Row, Task, choices, floats

CHUNK = 500
OPTIMIZERS = ("sgd", "rmsprop", "adam")
Batch = tuple[Tensor, Tensor]


class Supervised(Task):
    """One stack of networks a condition; a subclass says what a network is.

    Option (of the task): ``optimizer``, one of ``OPTIMIZERS``; ``momentum`` for sgd.
    Each repetition shuffles the examples in its own order, the same for all conditions.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {"optimizer": "sgd", "momentum": 0.0}

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self.data = self.load()
        self.chance, self.data_sha256 = self.data.chance, self.data.sha256
        self.train_size, self.test_size = len(self.data.train), len(self.data.test)
        self.updates = math.ceil(self.train_size / config.batch)
        self.inputs = {name: self._scaled(name) for name in {c.scaling for c in config.conditions}}
        self.labels = torch.as_tensor(self.data.train_labels, device=device).long()
        self.test_labels = torch.as_tensor(self.data.test_labels, device=device).long()
        self.stacks = {c.name: self._stack(c) for c in config.conditions}

    @abstractmethod
    def network(self, condition: Condition, seed: int) -> nn.Module:
        """A condition's network for a repetition, all draws from ``generator(seed, …)``.

        It maps inputs (batch, features) to logits (batch, classes). With a method ``hidden`` that
        gives the list of its layers' activations, ``probe`` records their moments.
        """

    def load(self) -> DataSet:
        """The data; by default those of the configuration."""
        return prepare(self.config)

    def shape(self, inputs: Tensor) -> Tensor:
        """The scaled inputs (n, features) in the shape that the networks want."""
        return inputs

    def optimizer(self, parameters: Iterable[Tensor], condition: Condition) -> Optimizer:
        """The optimizer of a condition's stack."""
        rate, weights = condition.learning_rate, list(parameters)
        match choices("optimizer", self.options["optimizer"], OPTIMIZERS):
            case "rmsprop":
                return RMSprop(weights, lr=rate)
            case "adam":
                return Adam(weights, lr=rate)
        return SGD(weights, lr=rate, momentum=float(self.options["momentum"]))

    def losses(self, stack: Stack, condition: Condition, batch: Batch) -> Tensor:
        """The members' mean losses over a batch of inputs (S, b, …) and labels (S, b): (S,)."""
        inputs, labels = batch
        return mean_cross_entropy(stack(inputs), labels)

    def order(self, epoch: int) -> Tensor:
        """Each repetition's order of the training examples in an epoch, (S, n)."""
        orders = [
            torch.randperm(self.train_size, generator=generator(seed, "order", epoch))
            for seed in self.config.seeds
        ]
        return torch.stack(orders).to(self.device)

    def batches(self, epoch: int, done: int) -> Iterator[Tensor]:
        """The indices of each batch's examples, (S, b); the last batch may be short."""
        order, size = self.order(epoch), self.config.batch
        for start in range(done * size, self.train_size, size):
            yield order[:, start : start + size]

    def step(self, batch: Tensor) -> tuple[Tensor, int]:
        """One update of every member; the losses before it, (M,), and the examples in each."""
        losses = []
        for condition in self.config.conditions:
            stack, inputs = self.stacks[condition.name], self.inputs[condition.scaling][0]
            found = self.losses(stack, condition, (inputs[batch], self.labels[batch]))
            stack.step(found)
            losses.append(found.detach())
        return torch.cat(losses), batch.shape[1]

    @torch.no_grad()
    def evaluate(self) -> Mapping[str, Row]:
        """Loss (nats) and share of right answers over all test examples."""
        found = [self._evaluate(condition) for condition in self.config.conditions]
        loss, accuracy = (torch.cat(part) for part in zip(*found, strict=True))
        return {"test_loss": floats(loss), "test_accuracy": floats(accuracy)}

    @torch.no_grad()
    def probe(self) -> Mapping[str, list[Row]]:
        """Mean and variance of every layer's activations over the first 500 test examples."""
        rows: dict[str, list[Row]] = {"mean": [], "variance": []}
        for condition in self.config.conditions:
            stack = self.stacks[condition.name]
            if not hasattr(self.network(condition, 0), "hidden"):
                return {}
            inputs = self.inputs[condition.scaling][1][:CHUNK]
            with evaluating(stack):
                layers = stack(inputs, method="hidden", shared=True)
            pairs = [torch.var_mean(h.double().flatten(1), dim=1, correction=0) for h in layers]
            rows["variance"] += torch.stack([v for v, _ in pairs], dim=1).tolist()
            rows["mean"] += torch.stack([m for _, m in pairs], dim=1).tolist()
        return rows

    def state_dict(self) -> dict[str, Any]:
        """Every condition's stack."""
        return {name: stack.state_dict() for name, stack in self.stacks.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up every condition's stack."""
        for name, stack in self.stacks.items():
            stack.load_state_dict(state[name])

    def compile(self) -> None:
        """Have PyTorch compile every stack's forward pass."""
        for stack in self.stacks.values():
            stack.compile()

    def _stack(self, condition: Condition) -> Stack:
        networks = [
            self.network(condition, seed).to(device=self.device, dtype=self.dtype)
            for seed in self.config.seeds
        ]
        return Stack(networks, partial(self.optimizer, condition=condition))

    def _scaled(self, name: str) -> tuple[Tensor, Tensor]:
        scaling = SCALINGS[choices("scaling", name, SCALINGS)](self.data.train)
        parts = (self.data.train, self.data.test)
        scaled = [torch.as_tensor((part - scaling.shift) * scaling.factor) for part in parts]
        train, test = (self.shape(s.to(device=self.device, dtype=self.dtype)) for s in scaled)
        return train, test

    def _evaluate(self, condition: Condition) -> Batch:
        stack, test = self.stacks[condition.name], self.inputs[condition.scaling][1]
        loss, right = torch.zeros(2, stack.size, dtype=torch.float64, device=self.device)
        with evaluating(stack):
            for inputs, labels in zip(
                torch.split(test, CHUNK), torch.split(self.test_labels, CHUNK), strict=True
            ):
                logits, every = stack(inputs, shared=True), labels.expand(stack.size, -1)
                loss += mean_cross_entropy(logits, every).double() * len(labels)
                right += (logits.argmax(-1) == every).sum(1)
        return loss / self.test_size, right / self.test_size


@contextmanager
def evaluating(stack: Stack) -> Iterator[None]:
    """Inside, the stack's networks are in evaluation mode."""
    stack.train(False)
    try:
        yield
    finally:
        stack.train()


def mean_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean over the batch, in nats: logits (S, b, classes) and labels (S, b) give (S,)."""
    return cross_entropy(logits.transpose(1, 2), labels, reduction="none").mean(1)
