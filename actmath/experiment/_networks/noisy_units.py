"""The units of noisy networks, all members at once: soft, hard, or hard with noise handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn

from ...catalog import get
from ...nn._noisy.hard_unit import HardUnit
from ...nn._noisy.units import NAH, NAN, NANI, NANIL, NANIS, LearnedNoise, NoisyActivation
from ..tasks._task import choices
from .members import Draws

QUIET = "none"
LEARNED: Mapping[str, type[LearnedNoise]] = MappingProxyType(
    {"nan": NAN, "nah": NAH, "nanil": NANIL}
)
FIXED: Mapping[str, type[NoisyActivation]] = MappingProxyType({"nani": NANI, "nanis": NANIS})
KINDS = (QUIET, *LEARNED, *FIXED)
GATES: Mapping[str, str] = MappingProxyType({"tanh": "sigmoid", "hard_tanh": "hard_sigmoid"})

_SOFT: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"tanh": torch.tanh, "sigmoid": torch.sigmoid}
)


class Unit(nn.Module):
    """An activation of S members, elementwise on (S, …, units).

    With noise given it is the noisy unit, without it the unit's expectation over the noise
    (Gulcehre et al. 2016, Eq. 13). A unit of kind ``none`` ignores the noise.

    Args:
        activation: ``tanh``, ``sigmoid``, ``hard_tanh`` or ``hard_sigmoid``; the noisy kinds
            harden it.
        kind: name in ``KINDS``.
        level: c of the learned kinds, the deviation of the fixed ones.
        draws: where each member's p comes from.
        place: which unit of the network this is, so that no two draw the same p.
    """

    def __init__(self, activation: str, kind: str, level: float, draws: Draws, place: int) -> None:
        super().__init__()
        choices("noise", kind, KINDS)
        self.quiet = _quiet(activation) if kind == QUIET else None
        if kind in LEARNED:
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


def layers(activation: str, kind: str, level: float, draws: Draws, count: int) -> nn.ModuleList:
    """So many units of one kind."""
    return nn.ModuleList(Unit(activation, kind, level, draws, i) for i in range(count))


def set_levels(network: nn.Module, level: float) -> None:
    """Set the noise level of every noisy unit of the network."""
    for module in network.modules():
        if isinstance(module, NoisyActivation):
            module.set_level(level)


def draw_noise(generators: Sequence[torch.Generator], shape: Sequence[int]) -> Tensor:
    """Standard normal numbers (S, …), each member's slice from its own generator."""
    return torch.stack([torch.randn(*shape, generator=random) for random in generators])
