"""Fully connected autoencoders, all conditions in one stack, trained by plain gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor
from torch.optim import SGD

from .._networks.stack import Optimize
from .._record.config import Condition, Config, Option
from .._record.options import ENCODER, choices
from .._tasks.classification import Measure
from .._tasks.stack_task import Batch
from .._tasks.task import Row
from .mlp import MLP

LOSSES = ("mean", "half_sum")


class Autoencoder(MLP):
    """The plain stack, narrowing to a code and widening again; the output is linear.

    Labels are not used. Every hidden layer, the code included, is activated.

    Options (of the task): ``encoder``, units from the first hidden layer to the code, such as
    "128,64,32,8"; the decoder mirrors them. ``loss``, what training descends: an image's squared
    error as the ``mean`` over pixels, or its ``half_sum``, E = ½∑(x̂ − x)². Test errors are
    means over pixels either way. ``momentum`` of the descent.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {
        "encoder": ENCODER,
        "loss": "mean",
        "momentum": 0.0,
    }

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        halved = choices("loss", self.options["loss"], LOSSES) == "half_sum"
        # From a mean over n pixels to half their sum.
        self.weight = self.data.train.shape[1] / 2 if halved else 1.0

    def sizes(self, arm: Condition) -> tuple[int, ...]:
        """The pixels, the encoder, the decoder, the pixels.

        Raises:
            ValueError: if the option is not a list of numbers ≥ 1, or the configuration's depth
                is not the number of hidden layers that follows from it.
        """
        text = str(self.options["encoder"])
        if not all(part.isdigit() and int(part) for part in text.split(",")):
            raise ValueError(f"encoder must be like '128,64,32,8', got {text!r}")
        *down, code = map(int, text.split(","))
        hidden = (*down, code, *reversed(down))
        if len(hidden) != self.config.depth:
            raise ValueError(
                f"depth must be {len(hidden)}, the hidden layers of encoder {text} and its "
                f"mirror image, got {self.config.depth}"
            )
        features = self.data.train.shape[1]
        return features, *hidden, features

    def descent(self, arms: tuple[Condition, ...]) -> tuple[Optimize, Tensor | None]:
        """Plain, or with momentum: v ← momentum·v + gradient, w ← w − rate·v."""
        momentum = float(self.options["momentum"])
        if not momentum:
            return super().descent(arms)
        # Rate 1: each network's own multiplies its loss (``Stack.rates``).
        return partial(SGD, lr=1.0, momentum=momentum, fused=self.fused), self.rates(arms)

    def wanted(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The images as each network sees them."""
        return inputs

    def errors(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The squared error of every image, averaged over its pixels, (M, b)."""
        return (outputs - targets).square().mean(2)

    def losses(self, name: str, batch: Batch) -> Tensor:
        """What each network descends, (S,)."""
        return super().losses(name, batch) * self.weight

    def measures(self) -> Mapping[str, Measure]:
        """The mean reconstruction error."""
        return {"test_loss": self.errors}

    def probe(self) -> Mapping[str, list[Row]]:
        """Moments by layer, and as ``error`` the mean reconstruction error over test images."""
        return {**super().probe(), "error": [[value] for value in self.evaluate()["test_loss"]]}


TASK = Autoencoder
