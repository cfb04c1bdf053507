"""Fully connected networks, all conditions in one stack, trained by plain gradient descent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from .._engine.randomness import generator
from .._networks.models import Group, StackedMLP, draw_weights
from .._networks.unit import SLOPE, unit
from .._record.config import Condition, Config, Option
from ..data import prepare
from ..data._dataset import DataSet
from ..data._scaling import SCALINGS, Scaling
from ._task import Row, Task

CHUNK = 500


class MLP(Task):
    """The stacked networks of a configuration: one batched product a layer for all of them.

    A batched product orders its sums differently from a single one; apart from that rounding each
    member's course is that of training it alone. Option of an arm: ``slope`` of a leaky ReLU.
    """

    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = SLOPE

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        data = prepare(config)
        self.chance, self.data_sha256 = data.chance, data.sha256
        self.train_size, self.test_size = len(data.train), len(data.test)
        self.updates = math.ceil(self.train_size / config.batch)
        sizes = self.sizes(data.train.shape[1], data.classes)
        self.model = _stack(config, sizes).to(device=device, dtype=self.dtype)
        rates = [condition.learning_rate for condition, _ in config.members]
        self.rates = self._place(rates)[:, None, None]
        self._load_scalings(data)
        self.train, self.train_labels = self._images(data.train, data.train_labels)
        self.test, self.test_labels = self._images(data.test, data.test_labels)

    def sizes(self, features: int, classes: int) -> tuple[int, ...]:
        """Units of the input, of every hidden layer and of the output."""
        return features, *[self.config.width] * self.config.depth, classes

    def order(self, epoch: int) -> Tensor:
        """Each member's order of the training images in an epoch, (M, n)."""
        drawn = {
            seed: torch.randperm(len(self.train), generator=generator(seed, "order", epoch))
            for seed in self.config.seeds
        }
        return torch.stack([drawn[seed] for _, seed in self.config.members]).to(self.device)

    def batches(self, epoch: int, done: int) -> Iterator[tuple[Tensor, Tensor]]:
        """An epoch's inputs (M, batch, pixels) and labels (M, batch), without those already done.

        The last batch is short where the batch size does not divide the number of images.
        """
        order, size = self.order(epoch), self.config.batch
        for start in range(done * size, len(self.train), size):
            chosen = order[:, start : start + size]
            yield self.scaled(self.train[chosen]), self.train_labels[chosen]

    def scaled(self, images: Tensor) -> Tensor:
        """Bytes (M or 1, batch, pixels) as each member sees them."""
        shift, factor = self.shifts[self.scaling], self.factors[self.scaling]
        return (images.to(self.dtype) - shift) * factor

    def step(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, int]:
        """One update, w ← w − rate·∂(mean loss of the batch)/∂w; the losses before it, (M,)."""
        x, labels = batch
        losses = self.losses(x, labels)
        weights = list(self.model.parameters())
        gradients = torch.autograd.grad(losses.sum(), weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight.addcmul_(self.rates, gradient, value=-1)
        return losses.detach(), labels.shape[1]

    def losses(self, x: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy over the batch, (M,)."""
        return cross_entropy(self.model(x).transpose(1, 2), labels, reduction="none").mean(1)

    @torch.no_grad()
    def evaluate(self) -> Mapping[str, Row]:
        """Loss (nats) and share of right answers over all test images."""
        members = len(self.rates)
        loss, right = torch.zeros(2, members, dtype=torch.float64, device=self.device)
        parts = zip(
            torch.split(self.test, CHUNK), torch.split(self.test_labels, CHUNK), strict=True
        )
        for images, labels in parts:
            logits = self.model(self.scaled(images[None])).transpose(1, 2)
            every = labels.expand(members, -1)
            loss += cross_entropy(logits, every, reduction="none").sum(1)
            right += (logits.argmax(1) == every).sum(1)
        n = len(self.test)
        return {"test_loss": (loss / n).tolist(), "test_accuracy": (right / n).tolist()}

    @torch.no_grad()
    def probe(self) -> Mapping[str, list[Row]]:
        """Mean and variance of the activations over units and test images, at most 500.

        Layer 0 is the scaled input, layer l the output of hidden layer l.
        """
        layers = self.model.hidden(self.scaled(self.test[None, :CHUNK]))
        pairs = [torch.var_mean(h.double(), dim=(1, 2), correction=0) for h in layers]
        variance, mean = (torch.stack(part, dim=1).tolist() for part in zip(*pairs, strict=True))
        return {"mean": mean, "variance": variance}

    def state_dict(self) -> dict[str, Any]:
        """The weights."""
        return dict(self.model.state_dict())

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up the weights."""
        self.model.load_state_dict(state)

    def compile(self) -> None:
        """Have PyTorch compile the forward pass."""
        self.model.compile()

    def _load_scalings(self, data: DataSet) -> None:
        names = sorted({condition.scaling for condition in self.config.conditions})
        fitted = [_fit(name, data) for name in names]
        self.shifts = self._place([s.shift.tolist() for s in fitted])[:, None, :]
        self.factors = self._place([s.factor.tolist() for s in fitted])[:, None, :]
        places = [names.index(condition.scaling) for condition, _ in self.config.members]
        self.scaling = torch.tensor(places, device=self.device)

    def _place(self, numbers: list[float] | list[list[float]]) -> Tensor:
        return torch.tensor(numbers, dtype=self.dtype, device=self.device)

    def _images(self, *arrays: object) -> list[Tensor]:
        images, labels = (torch.as_tensor(array, device=self.device) for array in arrays)
        return [images, labels.long()]


def _fit(name: str, data: DataSet) -> Scaling:
    if name not in SCALINGS:
        raise ValueError(f"no scaling is named {name!r}: known are {', '.join(SCALINGS)}")
    return SCALINGS[name](data.train)


def _stack(config: Config, sizes: tuple[int, ...]) -> StackedMLP:
    drawn = [draw_weights(condition.weights, sizes, seed) for condition, seed in config.members]
    layers = [torch.stack(layer) for layer in zip(*drawn, strict=True)]
    return StackedMLP(layers, _groups(config.members))


def _groups(members: tuple[tuple[Condition, int], ...]) -> list[Group]:
    runs = [list(run) for _, run in groupby(members, key=lambda member: _looks(member[0]))]
    return [Group(len(run), unit(run[0][0])) for run in runs]


def _looks(condition: Condition) -> tuple[str, Option | None]:
    return condition.activation, condition.options.get("slope")


TASK = MLP
