"""The units of noisy networks, for a stack at once: soft, hard, or hard with noise handed in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn

from ...catalog import get
from ...nn._noisy.hard_unit import HardUnit
from ...nn._noisy.units import NAH, NAN, NANI, NANIL, NANIS, LearnedNoise, NoisyActivation
from .._record.options import choices
from .weights import BatchedDraws

#: The kind of a unit without noise.
NOISELESS = "none"
LEARNED: Mapping[str, type[LearnedNoise]] = MappingProxyType(
    {"nan": NAN, "nah": NAH, "nanil": NANIL}
)
FIXED: Mapping[str, type[NoisyActivation]] = MappingProxyType({"nani": NANI, "nanis": NANIS})
NOISE_KINDS = (NOISELESS, *LEARNED, *FIXED)
GATES: Mapping[str, str] = MappingProxyType({"tanh": "sigmoid", "hard_tanh": "hard_sigmoid"})

_SOFT: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"tanh": torch.tanh, "sigmoid": torch.sigmoid}
)


class BatchedUnit(nn.Module):
    """An activation of S networks, element by element on (S, …, units).

    With noise given it is the noisy unit, without it the unit's expectation over the noise
    (Gulcehre et al. 2016, Eq. 13). A unit of kind ``none`` ignores the noise.

    Args:
        activation: ``tanh``, ``sigmoid``, ``hard_tanh`` or ``hard_sigmoid``; the noisy kinds
            harden it.
        kind: name in ``NOISE_KINDS``.
        level: c of the learned kinds, the deviation of the fixed ones.
        draws: where each network's p comes from.
        place: which unit of the network this is, so that no two draw the same p.
    """

    def __init__(
        self, activation: str, kind: str, level: float, draws: BatchedDraws, place: int
    ) -> None:
        super().__init__()
        choices("noise", kind, NOISE_KINDS)
        self.quiet = _quiet(activation) if kind == NOISELESS else None
        if kind in LEARNED:
            # One p a network, along axis 0 of (S, …, units).
            unit = LEARNED[kind](
                get(activation), level=level, num_parameters=len(draws.seeds), dim=0
            )
            unit.p = nn.Parameter(draws.uniform(place))
            self.noisy: NoisyActivation = unit
        elif kind in FIXED:
            self.noisy = FIXED[kind](get(activation), level=level)

    def forward(self, x: Tensor, xi: Tensor | None) -> Tensor:
        """φ(x, ξ) for given ξ of x's shape, E φ(x, ξ) for None."""
        if self.quiet is not None:
            return self.quiet(x)
        return self.noisy.expectation(x) if xi is None else self.noisy.with_noise(x, xi)


def _quiet(activation: str) -> Callable[[Tensor], Tensor]:
    return _SOFT.get(activation) or HardUnit.of(get(activation)).hard


def batched_units(
    activation: str, kind: str, level: float, draws: BatchedDraws, count: int
) -> nn.ModuleList:
    """So many units of one kind."""
    return nn.ModuleList(BatchedUnit(activation, kind, level, draws, i) for i in range(count))


def set_levels(network: nn.Module, level: float) -> None:
    """Set the noise level of every noisy unit of the network."""
    for module in network.modules():
        if isinstance(module, NoisyActivation):
            module.set_level(level)


def draw_noise(generators: Sequence[torch.Generator], shape: Sequence[int]) -> Tensor:
    """Standard normal numbers (S, …), each network's slice from its own generator."""
    return torch.stack([torch.randn(*shape, generator=random) for random in generators])


def annealed(start: float, end: float, step: int, steps: int) -> float:
    """Level start/√(t + 1), t growing evenly so that the last of the steps is at ``end``.

    The paper counts t every 200 mini-batches and never says when 0.5 is reached from 30; at that
    pace it takes 3,599 counts. Here they are spread over the run, however long it is.

    >>> annealed(30.0, 0.5, 0, 1000), annealed(30.0, 0.5, 999, 1000)
    (30.0, 0.5)
    """
    counts = (start / end) ** 2 - 1  # t at which start/√(t + 1) = end
    return start / math.sqrt(1 + counts * step / max(steps - 1, 1))
