"""Fully connected classifiers whose hidden units are noisy."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from .._networks.members import Draws, affine
from .._networks.noisy_units import layers
from .._record.config import Condition
from ._noisy import NoisyTask


class NoisyDenseNetwork(nn.Module):
    """h ← φ(hW + b, ξ) for each hidden layer, logits hW + b, for S members at once.

    Args:
        sizes: features, hidden widths, classes.
        activation, kind, level: the hidden units, as in ``noisy_units.Unit``.
        draws: the members' initial numbers.
    """

    def __init__(
        self, sizes: tuple[int, ...], activation: str, kind: str, level: float, draws: Draws
    ) -> None:
        super().__init__()
        self.weights = nn.ParameterList(draws.matrices(*pair) for pair in pairwise(sizes))
        self.biases = nn.ParameterList(draws.biases(units) for units in sizes[1:])
        self.units = layers(activation, kind, level, draws, len(sizes) - 2)

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits (S, batch, classes) of x (S, batch, features), noise (S, layers, batch, width)."""
        *hidden, last = zip(self.weights, self.biases, strict=True)
        for layer, (weight, bias) in enumerate(hidden):
            xi = None if noise is None else noise[:, layer]
            x = self.units[layer](affine(x, weight, bias), xi)
        return affine(x, *last)


class NoisyDense(NoisyTask):
    """Options: those of ``NoisyTask``."""

    def members(self, condition: Condition, draws: Draws) -> nn.Module:
        """The condition's network of all members."""
        features, classes = self.data.train.shape[1], self.data.classes
        sizes = (features, *[self.config.width] * self.config.depth, classes)
        options = self.arm_options[condition.name]
        kind, level = str(options["noise"]), float(options["level"])
        return NoisyDenseNetwork(sizes, condition.activation, kind, level, draws)

    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """(layers, batch, width)."""
        return self.config.depth, batch, self.config.width


TASK = NoisyDense
