"""Classification by stacks of networks, trained by any of PyTorch's element-wise optimizers."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer, RMSprop

from .._files.marks import packed
from .._networks.stack import Stack
from .._networks.vectorized import VectorizedStack
from .._randomness import generator
from .._record.config import Condition, Config, Option
from .._record.options import choices
from ..data import prepare
from ..data._dataset import DataSet
from ..data._scaling import SCALINGS, fitted
from .scores import answered_right, nats
from .stack_task import Batch, StackTask
from .task import Row, floats

OPTIMIZERS = ("sgd", "rmsprop", "adam")
#: Examples that are evaluated at once, and those that a probe looks at.
CHUNK = 500
TRAIN, TEST = 0, 1

#: One number for each network and example, (S, b), from outputs and targets.
Measure = Callable[[Tensor, Tensor], Tensor]


class Classification(StackTask):
    """Labelled examples, shuffled for each repetition in its own order, the same for all arms.

    A subclass says how a stack is built, and may say which arms share one.

    Options (of the task): ``optimizer``, one of ``OPTIMIZERS``; ``momentum`` for sgd.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {"optimizer": "sgd", "momentum": 0.0}
    EVALUATED_AT_ONCE: ClassVar[int] = CHUNK

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self.data = self.load()
        self.chance, self.data_sha256 = self.data.chance, self.data.sha256
        self.train_size, self.test_size = len(self.data.train), len(self.data.test)
        # The last batch of an epoch may be short.
        self.updates = math.ceil(self.train_size / config.batch)
        self.inputs = {name: self.scaled(name) for name in {c.scaling for c in config.conditions}}
        self.labels = self.targets()
        self.arms = self.together()
        self.places = self._places()
        self.stacks = {name: self.build(arms) for name, arms in self.arms.items()}

    def load(self) -> DataSet:
        """The data; by default those of the configuration."""
        return prepare(self.config)

    def shape(self, inputs: Tensor) -> Tensor:
        """The scaled inputs (n, features) in the shape that the networks want."""
        return inputs

    def scaled(self, name: str) -> tuple[Tensor, Tensor]:
        """Training and test inputs, scaled as the training inputs say."""
        parts = (self.data.train, self.data.test)
        scaling = fitted(choices("scaling", name, SCALINGS), *parts, self.config.dtype)
        # In float64; rounded to the weights' type only afterwards.
        scaled = [torch.as_tensor((part - scaling.shift) * scaling.factor) for part in parts]
        train, test = (self.shape(s.to(device=self.device, dtype=self.dtype)) for s in scaled)
        return train, test

    def targets(self) -> tuple[Tensor, Tensor]:
        """What training and test examples are to give: their labels."""
        parts = (self.data.train_labels, self.data.test_labels)
        train, test = (torch.as_tensor(part, device=self.device).long() for part in parts)
        return train, test

    def together(self) -> Mapping[str, tuple[Condition, ...]]:
        """Which arms share a stack, by the stack's name: here each has its own."""
        return {condition.name: (condition,) for condition in self.config.conditions}

    def _places(self) -> Tensor:
        """Of every member of the configuration, its place among the stacks' networks, (M,)."""
        names = [arm.name for arms in self.arms.values() for arm in arms]
        seeds = len(self.config.seeds)
        first = torch.tensor([names.index(arm.name) * seeds for arm in self.config.conditions])
        return (first[:, None] + torch.arange(seeds)).flatten().to(self.device)

    def in_order(self, rows: Sequence[Row]) -> list[Row]:
        """What is listed stack by stack, in the order of the members."""
        return [rows[place] for place in self.places.tolist()]

    def by_member(self, found: Sequence[Tensor]) -> Tensor:
        """The members' numbers, (M,), out of each stack's."""
        return torch.cat(list(found)).index_select(0, self.places)

    def networks(self, condition: Condition) -> tuple[Stack, slice]:
        """The stack that an arm's networks are in, and where in it they are."""
        for name, arms in self.arms.items():
            if condition in arms:
                start = arms.index(condition) * len(self.config.seeds)
                return self.stacks[name], slice(start, start + len(self.config.seeds))
        raise ValueError(f"{condition.name} is no arm of this run")

    @abstractmethod
    def build(self, arms: tuple[Condition, ...]) -> Stack:
        """The stack of some arms, every repetition of the first, then of the second, …."""

    def optimizer(self, parameters: Iterable[Tensor], condition: Condition) -> Optimizer:
        """The optimizer of an arm's stack."""
        rate, weights = condition.learning_rate, list(parameters)
        # One pass over all parameters where PyTorch has one, else one call an operation.
        match choices("optimizer", self.options["optimizer"], OPTIMIZERS):
            case "rmsprop":
                return RMSprop(weights, lr=rate, foreach=True)
            case "adam":
                return Adam(weights, lr=rate, fused=self.fused)
        return SGD(weights, lr=rate, momentum=float(self.options["momentum"]), fused=self.fused)

    def order(self, epoch: int) -> Tensor:
        """Each repetition's order of the training examples in an epoch, (S, n)."""
        orders = [
            # A stream for each epoch, so that a resumed run shuffles as an unbroken one.
            torch.randperm(self.train_size, generator=generator(seed, "order", epoch))
            for seed in self.config.seeds
        ]
        return torch.stack(orders).to(self.device)

    def batches(self, epoch: int, done: int) -> Iterator[Batch]:
        """An epoch's batches, without those already done; the last one may be short."""
        order, size = self.order(epoch), self.config.batch
        for update in range(done, self.updates):
            chosen = order[:, update * size : (update + 1) * size]
            yield Batch(chosen, epoch, epoch * self.updates + update)

    def examples(self, name: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """A batch as a stack's networks see it: inputs (S, b, …), and targets (S, b, …)."""
        arms = self.arms[name]
        inputs = [_rows(self.inputs[arm.scaling][TRAIN], batch.chosen) for arm in arms]
        targets = _rows(self.labels[TRAIN], batch.chosen)
        if len(arms) > 1:
            # (arms·S, b, …): every repetition of the first arm, then of the second, ….
            inputs = [torch.cat(inputs)]
            targets = targets.repeat(len(arms), *(1,) * (targets.dim() - 1))
        return inputs[0], self.wanted(inputs[0], targets)

    def wanted(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """What the outputs for the inputs are compared with: the targets."""
        return targets

    def outputs(self, name: str, inputs: Tensor, batch: Batch) -> Tensor:
        """What a stack's networks make of a batch in training."""
        found: Tensor = self.stacks[name](inputs)
        return found

    def losses(self, name: str, batch: Batch) -> Tensor:
        """The mean errors of a stack's networks over a batch, (S,)."""
        inputs, targets = self.examples(name, batch)
        return self.errors(self.outputs(name, inputs, batch), targets).mean(1)

    def errors(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy in nats, (S, b), of logits (S, b, classes) and labels (S, b)."""
        return nats(outputs, targets)

    def hits(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """1 where the greatest logit is that of the label, else 0, (S, b)."""
        return answered_right(outputs, targets).double()

    def measures(self) -> Mapping[str, Measure]:
        """What is averaged over the test examples after every epoch, by curve."""
        return {"test_loss": self.errors, "test_accuracy": self.hits}

    @torch.no_grad()
    def evaluate(self) -> Mapping[str, Row]:
        """Every measure's mean over all test examples."""
        found = [self._averages(name) for name in self.stacks]
        return {m: floats(self.by_member([row[m] for row in found])) for m in self.measures()}

    @torch.no_grad()
    def right(self) -> tuple[str, ...]:
        """One bit a test example, where a measure says right or wrong of each."""
        if self.hits not in self.measures().values():
            return ()
        # (S, examples) for each stack.
        hits = [torch.cat([self.hits(*c) for c in self._answers(name)], 1) for name in self.stacks]
        marks = self.by_member(hits).cpu().numpy()
        # A row of characters is right in part: that is not one bit.
        return packed(marks == 1) if np.isin(marks, (0, 1)).all() else ()

    def shown(self, name: str, part: int, rows: slice, method: str = "forward") -> list[Tensor]:
        """What a stack's networks make of examples that all of them see.

        Args:
            name: which stack.
            part: of ``TRAIN`` or ``TEST`` examples.
            rows: which of them.
            method: which method of the networks is called; ``forward`` gives a list of one.
        """
        stack, seen = self.stacks[name], self._seen(name, part, rows)
        # One arm's networks share their inputs, which vmap and products turn to account.
        shared = len(seen) == 1
        with stack.evaluating():
            inputs = seen[0] if shared else self._everyones(seen)
            found = stack(inputs, method=method, shared=shared)
            return [found] if isinstance(found, Tensor) else list(found)

    @torch.no_grad()
    def probe(self) -> Mapping[str, list[Row]]:
        """Mean and variance of every layer's outputs over units and the first 500 test examples.

        Layer 0 is the scaled input. Networks without a method ``hidden`` have no layers to show.
        """
        rows: dict[str, list[Row]] = {"mean": [], "variance": []}
        for name, stack in self.stacks.items():
            if not hasattr(stack.network, "hidden"):
                return {}
            layers = self.shown(name, TEST, slice(CHUNK), "hidden")
            for moment, found in layer_moments(layers).items():
                rows[moment] += found
        return {moment: self.in_order(found) for moment, found in rows.items()}

    def _averages(self, name: str) -> Mapping[str, Tensor]:
        size = self.stacks[name].size
        totals = {
            measure: torch.zeros(size, dtype=torch.float64, device=self.device)
            for measure in self.measures()
        }
        for outputs, wanted in self._answers(name):
            for measure, of in self.measures().items():
                # Sums, divided once at the end: the last chunk may be smaller than the others.
                totals[measure] += of(outputs, wanted).double().sum(1)
        return {measure: total / self.test_size for measure, total in totals.items()}

    def _answers(self, name: str) -> Iterator[tuple[Tensor, Tensor]]:
        """A stack's outputs for the test examples, chunk by chunk, and what they are to be."""
        size = self.stacks[name].size
        for start in range(0, self.test_size, self.EVALUATED_AT_ONCE):
            rows = slice(start, start + self.EVALUATED_AT_ONCE)
            (outputs,) = self.shown(name, TEST, rows)
            inputs = self._everyones(self._seen(name, TEST, rows))
            targets = self.labels[TEST][rows]
            yield outputs, self.wanted(inputs, targets.expand(size, *targets.shape))

    def _seen(self, name: str, part: int, rows: slice) -> list[Tensor]:
        """Examples as each arm of a stack sees them, (b, …)."""
        return [self.inputs[arm.scaling][part][rows] for arm in self.arms[name]]

    def _everyones(self, seen: list[Tensor]) -> Tensor:
        """The same for every network, (S, b, …)."""
        each = [x.expand(len(self.config.seeds), *x.shape) for x in seen]
        return each[0] if len(each) == 1 else torch.cat(each)


class NetworkClassification(Classification):
    """Any network of PyTorch, one stack an arm; a subclass says what the network is."""

    @abstractmethod
    def network(self, condition: Condition, seed: int) -> nn.Module:
        """An arm's network for a repetition, all draws from ``generator(seed, …)``.

        It maps inputs (batch, features) to logits (batch, classes). With a method ``hidden`` that
        gives the list of its layers' activations, ``probe`` records their moments.
        """

    def build(self, arms: tuple[Condition, ...]) -> Stack:
        """The arm's repetitions, vectorized."""
        (arm,) = arms
        networks = [
            self.network(arm, seed).to(device=self.device, dtype=self.dtype)
            for seed in self.config.seeds
        ]
        return VectorizedStack(networks, partial(self.optimizer, condition=arm))


def _rows(examples: Tensor, chosen: Tensor) -> Tensor:
    """examples[chosen], (S, b, …), a row copied in one piece and not number by number."""
    return examples.index_select(0, chosen.flatten()).view(*chosen.shape, *examples.shape[1:])


def layer_moments(layers: Iterable[Tensor]) -> dict[str, list[Row]]:
    """Mean and variance of each layer's outputs (S, b, …), in float64, by network."""
    # correction=0: the variance of these very outputs, not an estimate of a larger population's.
    pairs = [torch.var_mean(h.double().flatten(1), dim=1, correction=0) for h in layers]
    # (S,) for each layer to (S, layers).
    variance, mean = (torch.stack(part, dim=1).tolist() for part in zip(*pairs, strict=True))
    return {"mean": mean, "variance": variance}
