"""Many networks of one shape as one: batched products instead of a loop over members."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import torch
from torch import Tensor, nn

from .._engine.randomness import generator

DRAW = torch.float64


def glorot_uniform(fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    """U(−a, a) with a = √(6/(fan_in + fan_out)): variance 2/(fan_in + fan_out)."""
    bound = math.sqrt(6 / (fan_in + fan_out))
    draws = torch.rand(fan_in, fan_out, generator=random, dtype=DRAW)
    return bound * (2 * draws - 1)


def lecun_normal(fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    """N(0, 1/fan_in)."""
    return torch.randn(fan_in, fan_out, generator=random, dtype=DRAW) / math.sqrt(fan_in)


def he_normal(fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    """N(0, 2/fan_in)."""
    return math.sqrt(2) * lecun_normal(fan_in, fan_out, random)


Draw = Callable[[int, int, torch.Generator], Tensor]
WEIGHTS: Mapping[str, Draw] = MappingProxyType(
    {f.__name__: f for f in (glorot_uniform, lecun_normal, he_normal)}
)


def draw_weights(name: str, sizes: Sequence[int], seed: int) -> list[Tensor]:
    """The weight matrices of one network, (fan_in, fan_out) each, in float64.

    Layer i is drawn from the seed's own stream for layer i: neither the depth nor the
    neighbours in a stack change it.

    Raises:
        ValueError: if no initialization is so named.
    """
    if name not in WEIGHTS:
        raise ValueError(f"no initialization is named {name!r}: known are {', '.join(WEIGHTS)}")
    pairs = enumerate(pairwise(sizes))
    return [WEIGHTS[name](*pair, generator(seed, "weights", layer)) for layer, pair in pairs]


@dataclass(frozen=True)
class Group:
    """Neighbouring members that share an activation: how many, and which."""

    size: int
    activation: nn.Module


class StackedMLP(nn.Module):
    """M fully connected networks of one shape, each with weights of its own.

    h₀ = x, hₗ = f(hₗ₋₁Wₗ + bₗ) for the hidden layers, logits = h_L W + b, each product for all
    members at once. Biases begin at zero.

    Args:
        weights: for every layer the members' matrices, (M, fan_in, fan_out).
        groups: the members' activations, in order; the sizes add up to M.
    """

    def __init__(self, weights: Sequence[Tensor], groups: Sequence[Group]) -> None:
        super().__init__()
        self.sizes = [group.size for group in groups]
        if sum(self.sizes) != len(weights[0]):
            raise ValueError(f"groups of {self.sizes} do not make up {len(weights[0])} members")
        self.activations = nn.ModuleList(group.activation for group in groups)
        self.weights = nn.ParameterList(weights)
        self.biases = nn.ParameterList(w.new_zeros(len(w), 1, w.shape[-1]) for w in weights)

    def activate(self, z: Tensor) -> Tensor:
        """Every member's activation of its own slice of (M, batch, units)."""
        parts = zip(self.activations, torch.split(z, self.sizes), strict=True)
        images = [activation(part) for activation, part in parts]
        return images[0] if len(images) == 1 else torch.cat(images)

    def hidden(self, x: Tensor) -> Iterator[Tensor]:
        """The input, then the activations of each hidden layer, (M, batch, units)."""
        yield x
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = self.activate(torch.baddbmm(bias, x, weight))
            yield x

    def forward(self, x: Tensor) -> Tensor:
        """Logits (M, batch, classes) of inputs (M, batch, pixels)."""
        *_, last = self.hidden(x)
        return torch.baddbmm(self.biases[-1], last, self.weights[-1])
