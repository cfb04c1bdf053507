"""Fully connected autoencoders, all conditions in one stack, trained by plain gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from .._record.config import Option
from ._task import Row
from .mlp import CHUNK, MLP


class Autoencoder(MLP):
    """The plain stack, narrowing to a code and widening again; the output is linear.

    The loss of an image is its squared error, averaged over pixels; labels are not used. Every
    hidden layer, the code included, is activated.

    Option (of the task): ``encoder``, units from the first hidden layer to the code, such as
    "128,64,32,8"; the decoder mirrors them.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {"encoder": "128,64,32,8"}

    def sizes(self, features: int, classes: int) -> tuple[int, ...]:
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
        return features, *hidden, features

    def losses(self, x: Tensor, labels: Tensor) -> Tensor:
        """Mean over the batch and the pixels of the squared error, (M,)."""
        return self.errors(x).mean(1)

    def errors(self, x: Tensor) -> Tensor:
        """The mean squared error of every image, (M, batch), of inputs (M, batch, pixels)."""
        errors: Tensor = (self.model(x) - x).square().mean(2)
        return errors

    @torch.no_grad()
    def evaluate(self) -> Mapping[str, Row]:
        """Mean reconstruction error over all test images."""
        members = len(self.rates)
        total = torch.zeros(members, dtype=torch.float64, device=self.device)
        for images in torch.split(self.test, CHUNK):
            x = self.scaled(images[None]).expand(members, -1, -1)
            total += self.errors(x).double().sum(1)
        return {"test_loss": (total / len(self.test)).tolist()}

    def probe(self) -> Mapping[str, list[Row]]:
        """Moments by layer, and as ``error`` the mean reconstruction error over test images."""
        return {**super().probe(), "error": [[value] for value in self.evaluate()["test_loss"]]}


TASK = Autoencoder
