"""Fully connected classifiers whose hidden units are noisy."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from .._networks.batched import affine
from .._networks.noisy_units import batched_units
from .._networks.weights import BatchedDraws
from .._record.config import Condition
from .._tasks.noisy_classification import NoisyClassification


class NoisyDenseNetwork(nn.Module):
    """h ← φ(hW + b, ξ) for each hidden layer, logits hW + b, for S networks at once.

    Args:
        sizes: features, hidden widths, classes.
        activation, kind, level: the hidden units, as in ``noisy_units.BatchedUnit``.
        draws: the networks' initial numbers.
    """

    def __init__(
        self, sizes: tuple[int, ...], activation: str, kind: str, level: float, draws: BatchedDraws
    ) -> None:
        super().__init__()
        self.weights = nn.ParameterList(draws.matrices(*pair) for pair in pairwise(sizes))
        self.biases = nn.ParameterList(draws.biases(units) for units in sizes[1:])
        # Neither the features nor the classes have units.
        self.units = batched_units(activation, kind, level, draws, len(sizes) - 2)

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits (S, batch, classes) of x (S, batch, features), noise (S, layers, batch, width)."""
        *hidden, last = zip(self.weights, self.biases, strict=True)
        for layer, (weight, bias) in enumerate(hidden):
            xi = None if noise is None else noise[:, layer]
            x = self.units[layer](affine(x, weight, bias), xi)
        return affine(x, *last)


class NoisyDense(NoisyClassification):
    """Options: those of ``NoisyClassification``."""

    def batched_network(self, condition: Condition, draws: BatchedDraws) -> nn.Module:
        """The arm's network of all repetitions."""
        features, classes = self.data.train.shape[1], self.data.classes
        sizes = (features, *[self.config.width] * self.config.depth, classes)
        options = self.arm_options[condition.name]
        kind, level = str(options["noise"]), float(options["level"])
        return NoisyDenseNetwork(sizes, condition.activation, kind, level, draws)

    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """(layers, batch, width)."""
        return self.config.depth, batch, self.config.width


TASK = NoisyDense
