"""The units of noisy networks, for a stack at once: soft, hard, or hard with noise handed in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..._arrays import finite_number, whole_number
from ...catalog import get
from ...nn._noisy.hard_unit import HardUnit
from ...nn._noisy.units import NAH, NAN, NANI, NANIL, NANIS, LearnedNoise, NoisyActivation
from .._record.options import choices
from ._recurrent.in_c import LoopKind, LoopUnits
from ._recurrent.step_units import (
    ClippedStep,
    FixedNoiseStep,
    NoiseAfterStep,
    NoiseBeforeStep,
    SaturatedNoiseStep,
    SideBySide,
    SigmoidStep,
    StepUnit,
    TanhStep,
)
from .learned_noise import noise_after, noise_before
from .weights import BatchedDraws

#: The kind of a unit without noise.
NOISELESS = "none"
LEARNED: Mapping[str, type[LearnedNoise]] = MappingProxyType(
    {"nan": NAN, "nah": NAH, "nanil": NANIL}
)
FIXED: Mapping[str, type[NoisyActivation]] = MappingProxyType({"nani": NANI, "nanis": NANIS})
NOISE_KINDS = (NOISELESS, *LEARNED, *FIXED)
GATES: Mapping[str, str] = MappingProxyType({"tanh": "sigmoid", "hard_tanh": "hard_sigmoid"})

#: From x and ξ, or None, to the unit's value.
Act = Callable[[Tensor, Tensor | None], Tensor]

_SOFT: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"tanh": torch.tanh, "sigmoid": torch.sigmoid}
)

_SOFT_STEPS: Mapping[str, Callable[[], StepUnit]] = MappingProxyType(
    {"tanh": TanhStep, "sigmoid": SigmoidStep}
)
_CLIPPED_STEPS: Mapping[str, type[ClippedStep]] = MappingProxyType(
    {NOISELESS: ClippedStep, "nani": FixedNoiseStep, "nanis": SaturatedNoiseStep}
)
#: Of units that are not soft.
_LOOPS: Mapping[str, LoopKind] = MappingProxyType(
    {
        NOISELESS: LoopKind.CLIPPED,
        "nani": LoopKind.MOVED,
        "nanis": LoopKind.MOVED,
        "nan": LoopKind.AFTER,
        "nah": LoopKind.AFTER,
        "nanil": LoopKind.BEFORE,
    }
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
        places: which units of the network these are, so that no two draw the same p. Several lie
            side by side in the last axis and are computed at once.
    """

    def __init__(
        self, activation: str, kind: str, level: float, draws: BatchedDraws, *places: int
    ) -> None:
        super().__init__()
        choices("noise", kind, NOISE_KINDS)
        self.kind, self.activation, self.learned = kind, activation, kind in LEARNED
        #: The clipped line; None of a soft unit.
        soft = kind == NOISELESS and activation in _SOFT
        self.line = None if soft else HardUnit.of(get(activation))
        self.quiet = _quiet(activation) if kind == NOISELESS else None
        if kind in LEARNED:
            unit = _SIDE_BY_SIDE[kind](get(activation), level=level)
            # (S, 1, places).
            unit.p = nn.Parameter(torch.stack([draws.uniform(i) for i in places], dim=1)[:, None])
            self.noisy: NoisyActivation = unit
        elif kind in FIXED:
            self.noisy = FIXED[kind](get(activation), level=level)

    def steepness(self, width: int) -> Tensor:
        """|p| of a learned kind, for so many units, (S, 1, width)."""
        p: Tensor = self.get_parameter("noisy.p")
        return _spread(p, width).abs()

    def forward(self, x: Tensor, xi: Tensor | None) -> Tensor:
        """φ(x, ξ) for given ξ of x's shape, E φ(x, ξ) for None."""
        return self.ready(x.shape[-1])(x, xi)

    def ready(self, width: int) -> Act:
        """The same as a function, for several calls on as many units: what they share is made."""
        if self.quiet is not None:
            quiet = self.quiet
            return lambda x, _: quiet(x)
        noisy = self.noisy
        if not isinstance(noisy, LearnedNoise):
            return lambda x, xi: noisy.expectation(x) if xi is None else noisy.with_noise(x, xi)
        p, c, line = self.steepness(width), noisy.level, noisy.line
        act = noise_before if self.kind == "nanil" else noise_after
        half_normal = self.kind == "nah"

        def acting(x: Tensor, xi: Tensor | None) -> Tensor:
            if xi is None:
                return noisy.expectation(x)
            return act(x, p, c, xi.abs() if half_normal else xi, line)

        return acting


def _spread(p: Tensor, width: int) -> Tensor:
    """(S, 1, places) to (S, 1, width): one number of p an element is three times as fast to use."""
    return p.repeat_interleave(width // p.shape[-1], dim=-1)


def _side_by_side(kind: type[LearnedNoise]) -> type[LearnedNoise]:
    """A kind of unit with a p for each network and each of its places."""

    class SideBySide(kind):  # type: ignore[valid-type, misc]
        def steepness(self, x: Tensor) -> Tensor:
            return _spread(self.p, x.shape[-1])

    return SideBySide


_SIDE_BY_SIDE: Mapping[str, type[LearnedNoise]] = MappingProxyType(
    {name: _side_by_side(kind) for name, kind in LEARNED.items()}
)


class UnitsInTime:
    """Units of one kind and level side by side, as one that sees u = kx + b.

    Args:
        units: each with how many columns it has.
        like: a tensor of the device and dtype.

    Attributes:
        columns: what is constant, by column.
    """

    def __init__(self, units: Sequence[tuple[BatchedUnit, int]], like: Tensor) -> None:
        self.units, self.first = tuple(units), units[0][0]
        self.kind = self.first.kind
        lines = tuple((unit.line, width) for unit, width in units)
        make = _columns if torch.compiler.is_compiling() else _columns_kept
        self.columns = make(self.kind, lines, like.dtype, like.device)

    def p(self) -> Tensor | None:
        """|p| of every unit, (S, 1, units), with its gradient; None where none is learned."""
        if not self.first.learned:
            return None
        return torch.cat([unit.get_parameter("noisy.p") for unit, _ in self.units], dim=-1).abs()

    def p_by_column(self) -> Tensor | None:
        """The same by column, (S, 1, columns)."""
        if not self.first.learned:
            return None
        return torch.cat([unit.steepness(width) for unit, width in self.units], dim=-1)

    def step(self) -> StepUnit:
        """The unit in PyTorch's operations."""
        if self.first.line is None:
            return SideBySide([(_SOFT_STEPS[u.activation](), w) for u, w in self.units])
        bounds, p = (self.columns.bottom, self.columns.top), self.p_by_column()
        if p is None:
            return _CLIPPED_STEPS[self.kind](*bounds)
        # What is computed by hand needs no gradient of PyTorch's.
        learned = NoiseBeforeStep if self.kind == "nanil" else NoiseAfterStep
        return learned(*bounds, p.detach())

    def in_loops(self) -> LoopUnits:
        """The unit for the loops in C."""
        return LoopUnits(
            LoopKind.SOFT if self.first.line is None else _LOOPS[self.kind],
            half=self.kind == "nah",
            always=self.kind == "nani",
            low=self.columns.bottom,
            high=self.columns.top,
            loud=self.loud(),
        )

    def loud(self) -> Tensor:
        """What multiplies the noise, by column: c/4, k times c/4, or ks; 0 where there is none."""
        loud = self.columns.loud
        return loud if self.kind == NOISELESS else loud * self.first.noisy.level

    def noise(self, xi: Tensor | None) -> Tensor | None:
        """The noise (…, columns) as ``step`` takes it: cξ/4, of NAH c|ξ|/4, kcξ/4, or ksξ."""
        if xi is None:
            return None
        return (xi.abs() if self.kind == "nah" else xi) * self.loud()


class UnitColumns(NamedTuple):
    """Numbers by column, of some units side by side.

    Attributes:
        scale, intercept: k and b.
        bottom, top: the thresholds.
        loud: what multiplies the noise at level 1.
    """

    scale: Tensor
    intercept: Tensor
    bottom: Tensor
    top: Tensor
    loud: Tensor


def _columns(
    kind: str,
    lines: Sequence[tuple[HardUnit | None, int]],
    dtype: torch.dtype,
    device: torch.device,
) -> UnitColumns:
    rows = zip(*[_line_numbers(kind, line) for line, _ in lines], strict=True)
    widths = [width for _, width in lines]
    return UnitColumns(
        *[
            torch.cat(
                [
                    torch.full((width,), number, dtype=dtype, device=device)
                    for number, width in zip(row, widths, strict=True)
                ]
            )
            for row in rows
        ]
    )


#: Kept, since they are the same in every step: to make them takes as long as a step in a loop.
_columns_kept = lru_cache(_columns)


def _line_numbers(kind: str, line: HardUnit | None) -> tuple[float, ...]:
    """k, b, the thresholds, and 1/4, k/4, k, or 0 without noise; a soft unit sees x itself."""
    if line is None:
        return 1.0, 0.0, -math.inf, math.inf, 0.0
    loud = 0.0 if kind == NOISELESS else 1.0 if kind in ("nan", "nah") else line.slope
    share = 0.25 if kind in LEARNED else 1.0
    return line.slope, line.intercept, line.bottom, line.top, loud * share


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


def annealed(start: float, end: float, step: int, steps: int) -> float:
    """Level start/√(t + 1), t growing evenly so that the last of the steps is at ``end``.

    At the paper's pace, t + 1 every 200 mini-batches, 30 comes to 0.5 after 3,599 counts.

    Raises:
        ValueError, TypeError: for a level that is not positive, or a step that is no integer.

    >>> annealed(30.0, 0.5, 0, 1000), annealed(30.0, 0.5, 999, 1000)
    (30.0, 0.5)
    """
    start, end = finite_number(start, "start"), finite_number(end, "end")
    step = whole_number(step, "step", 0, whole_number(steps, "steps") - 1)
    if not min(start, end) > 0:
        raise ValueError(f"start and end must be positive, got {start} and {end}")
    counts = (start / end) ** 2 - 1  # t at which start/√(t + 1) = end
    return start / math.sqrt(1 + counts * step / max(steps - 1, 1))
