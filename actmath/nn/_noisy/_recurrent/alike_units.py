"""Units of a gated layer that go through a whole sequence at once: which do, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..kernel import has_tangent
from ..units import NAH, NAN

#: What somebody may have hung on a module, to see each of its calls.
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


@dataclass(frozen=True)
class AlikeUnits:
    """NAN or NAH without leak, whose thresholds lie on either side of 0, all in one mode."""

    units: tuple[NAN, ...]

    @classmethod
    def of(
        cls, activations: nn.ModuleDict, order: Sequence[str], features: int
    ) -> AlikeUnits | None:
        """The units, or None if one is of another kind, is observed, or has noise of its own."""
        found = (activations[name] for name in order)
        units = tuple(unit for unit in found if isinstance(unit, NAN) and _plain(unit, features))
        kinds = {(unit.training, unit.generator, unit.num_parameters) for unit in units}
        return cls(units) if len(units) == len(order) and len(kinds) == 1 else None

    @property
    def half(self) -> bool:
        """Has the noise of any a direction?"""
        return any(unit.half_normal for unit in self.units)

    @property
    def lines(self) -> list[float]:
        """k, b, bottom and top of each."""
        lines = [unit.line for unit in self.units]
        return [each for u in lines for each in (u.slope, u.intercept, u.bottom, u.top)]

    def steep(self, n: int) -> Tensor:
        """p for each of their n columns."""
        return self._columns(torch.cat([unit.p for unit in self.units]), n)

    def noise(self, rows: Tensor, n: int, steep: Tensor, *columns: int) -> list[Tensor]:
        """level·ε, or level·E ε in evaluation, half-normal with the sign of p; empty if all 0.

        Args:
            rows: the first of them has this shape; the others have fewer columns.
            columns: how many of the units are in each tensor that is returned.
        """
        levels = self._columns(torch.stack([unit.level for unit in self.units]), n).to(rows.dtype)
        means = [unit.epsilon_mean for unit in self.units]
        if any(means):
            levels = torch.where(steep < 0, -levels, levels)
        widths = [n * count for count in columns]
        if not self.units[0].training:
            if not any(means):
                return [rows.new_empty(0) for _ in columns]
            levels = levels * self._columns(levels.new_tensor(means), n)
            return list(torch.split(levels.expand(*rows.shape[:-1], len(levels)), widths, dim=-1))
        source, like = self.units[0].source, rows.detach()
        drawn = [source.normal(like[..., :width]) for width in widths]
        parts = [part for each in drawn for part in torch.split(each, n, dim=-1)]
        for unit, part in zip(self.units, parts, strict=True):
            if unit.half_normal:
                part.abs_()
        return [
            each.mul_(part) for each, part in zip(drawn, torch.split(levels, widths), strict=True)
        ]

    def _columns(self, numbers: Tensor, n: int) -> Tensor:
        """A number for each unit, or n for each, as n for each in one row."""
        return numbers.reshape(len(self.units), -1).expand(len(self.units), n).reshape(-1)


def taken_whole(tensors: Sequence[Tensor]) -> bool:
    """Is nothing on its way that must see every operation: transforms, autocast, an export?"""
    if torch._C._are_functorch_transforms_active() or torch._C._is_any_autocast_enabled():
        return False
    if torch.compiler.is_compiling():
        return not torch.compiler.is_exporting()
    return not torch._C._is_tracing() and not any(has_tangent(each) for each in tensors)


def _plain(unit: NAN, features: int) -> bool:
    if type(unit) not in (NAN, NAH) or any(getattr(unit, hooks) for hooks in _HOOKS):
        return False
    if unit.num_parameters not in (1, features) or unit.dim not in (-1, 1):
        return False
    still = unit.level.dim() == 0 and not unit.level.requires_grad and unit.mixture.mix == 1
    return still and unit.line.slope > 0 and unit.line.left < 0 < unit.line.right
