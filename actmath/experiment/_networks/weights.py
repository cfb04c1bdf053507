"""Initial weights by the name of their law, drawn from each network's own streams."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import torch
from torch import Tensor, nn

from .._randomness import generator
from .._record.options import choices

#: Weights are drawn in float64 whatever they are trained in, so that both start alike.
DRAWN = torch.float64
#: Where Linux tells a container how many bytes it may take, by the second and first cgroups.
_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


#: Standard deviation of a weight times √fan_in, by the name of its normal law: variances 1/fan_in
#: (LeCun) and 2/fan_in (He et al. 2015, Eq. 10, for ReLU, which passes half of the square on).
NORMAL_DEVIATIONS: Mapping[str, float] = MappingProxyType(
    {"lecun_normal": 1.0, "he_normal": math.sqrt(2)}
)


def glorot_uniform(fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    """U(−a, a) with a = √(6/(fan_in + fan_out)): variance 2/(fan_in + fan_out)."""
    bound = math.sqrt(6 / (fan_in + fan_out))
    draws = torch.rand(fan_in, fan_out, generator=random, dtype=DRAWN)
    # U(−a, a) has variance a²/3 = 2/(fan_in + fan_out).
    return bound * (2 * draws - 1)


def lecun_normal(fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    """N(0, 1/fan_in)."""
    return _normal(NORMAL_DEVIATIONS["lecun_normal"], fan_in, fan_out, random)


def he_normal(fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    """N(0, 2/fan_in)."""
    return _normal(NORMAL_DEVIATIONS["he_normal"], fan_in, fan_out, random)


def _normal(deviation: float, fan_in: int, fan_out: int, random: torch.Generator) -> Tensor:
    drawn = torch.randn(fan_in, fan_out, generator=random, dtype=DRAWN)
    return deviation * (drawn / math.sqrt(fan_in))


WeightLaw = Callable[[int, int, torch.Generator], Tensor]
WEIGHT_LAWS: Mapping[str, WeightLaw] = MappingProxyType(
    {law.__name__: law for law in (glorot_uniform, lecun_normal, he_normal)}
)


def check_room(networks: int, sizes: Sequence[int]) -> None:
    """Refuse weights that this machine cannot even draw: it would run for hours, or be killed.

    Raises:
        ValueError: if the matrices of so many networks take more than all of its memory.
    """
    wanted = networks * sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))
    room = _memory() / DRAWN.itemsize
    if wanted > room:
        raise ValueError(
            f"{networks} networks of {wanted / networks:.3g} weights each are more than this "
            f"machine can hold, {room:.3g} weights: ask for fewer seeds, layers or units"
        )


def _memory() -> float:
    """Bytes that a process may take; infinite where the system does not say (Windows)."""
    return min([_of_machine(), *filter(None, map(_of_container, _LIMITS))])


def _of_machine() -> float:
    try:
        size, pages = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_PHYS_PAGES")
        # -1 where it is not known.
        return size * pages if pages > 0 else math.inf
    except (AttributeError, ValueError, OSError):
        return math.inf


def _of_container(file: Path) -> float | None:
    try:
        return float(file.read_text())
    except (OSError, ValueError):
        # No such file, or "max".
        return None


def draw_weights(name: str, sizes: Sequence[int], seed: int) -> list[Tensor]:
    """The weight matrices of one network, (fan_in, fan_out) each, in float64.

    Layer i is drawn from the seed's own stream for layer i: neither the depth nor the
    neighbours in a stack change it.

    Raises:
        ValueError: if no initialization is so named.
    """
    law = WEIGHT_LAWS[choices("weights", name, WEIGHT_LAWS)]
    pairs = enumerate(pairwise(sizes))
    return [law(*pair, generator(seed, "weights", layer)) for layer, pair in pairs]


class BatchedDraws:
    """Initial numbers of a stack's networks, each drawn from its own seed's streams.

    Args:
        weights: name in ``WEIGHT_LAWS``.
        seeds: the networks'.
    """

    def __init__(self, weights: str, seeds: Sequence[int]) -> None:
        self.law = WEIGHT_LAWS[choices("weights", weights, WEIGHT_LAWS)]
        self.seeds = tuple(seeds)
        self._layer = -1

    def matrices(self, fan_in: int, fan_out: int) -> nn.Parameter:
        """The next layer's matrices, (S, fan_in, fan_out), in float64."""
        # The number names the layer's stream: the order of the calls decides the draws.
        check_room(len(self.seeds), (fan_in, fan_out))
        self._layer += 1
        drawn = [
            self.law(fan_in, fan_out, generator(s, "weights", self._layer)) for s in self.seeds
        ]
        return nn.Parameter(torch.stack(drawn))

    def biases(self, units: int) -> nn.Parameter:
        """Zeros, (S, 1, units)."""
        return nn.Parameter(torch.zeros(len(self.seeds), 1, units, dtype=DRAWN))

    def uniform(self, place: int) -> Tensor:
        """One number a network from [−1, 1), (S,), from the stream of that unit."""
        drawn = [
            torch.rand((), generator=generator(seed, "slope", place), dtype=DRAWN)
            for seed in self.seeds
        ]
        # U[0, 1) to U[−1, 1).
        return 2 * torch.stack(drawn) - 1
