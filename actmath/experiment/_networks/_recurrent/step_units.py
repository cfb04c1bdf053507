"""The units of a recurrent step: value, slope and share of p at once, written where they belong.

A unit sees u = kx + b, into which the weights are scaled beforehand, and noise that is scaled, too.
The slope ∂f/∂u does not depend on what comes back through time, so that it is made beside the
value, from the same intermediate results: the backward pass multiplies and adds.

At a threshold itself, where a clipped line has no derivative, the slope is the line's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .fused_noise import fused_noise_after, has_kernel


@dataclass(frozen=True, eq=False)
class Results:
    """Where a unit writes: tensors of one shape, (S, …, batch, units).

    Attributes:
        value, slope: f and ∂f/∂u.
        share: ∂f/∂p, where p is learned.
    """

    value: Tensor
    slope: Tensor
    share: Tensor | None

    @classmethod
    def like(cls, u: Tensor, learned: bool) -> Results:
        """Room for the results at every element of u."""
        parts = [torch.empty_like(u) for _ in range(2 + learned)]
        return cls(parts[0], parts[1], parts[2] if learned else None)

    def at(self, time: int) -> Results:
        """The room of one step, of (S, time, batch, units)."""
        share = None if self.share is None else self.share[:, time]
        return Results(self.value[:, time], self.slope[:, time], share)

    def part(self, start: int, stop: int) -> Results:
        """That of some of the units."""
        share = None if self.share is None else self.share[..., start:stop]
        return Results(self.value[..., start:stop], self.slope[..., start:stop], share)


class StepUnit(ABC):
    """f(u, ξ) element by element."""

    @abstractmethod
    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """Value and slope at u (S, batch, units), with the step's scaled noise."""


class SigmoidStep(StepUnit):
    """g(u) = 1/(1 + e^−u), with g′ = g − g²."""

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        torch.sigmoid(u, out=into.value)
        torch.addcmul(into.value, into.value, into.value, value=-1, out=into.slope)


class TanhStep(StepUnit):
    """tanh u = 2g(2u) − 1, with the slope 1 − tanh².

    On a CPU PyTorch's sigmoid is seven times as fast as its tanh. An error of one unit in the last
    place of 1 is left, which is no small share of a value near 0.
    """

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        _tanh(u, 2.0, out=into.value)
        torch.addcmul(u.new_ones(()), into.value, into.value, value=-1, out=into.slope)


def _tanh(u: Tensor, factor: Tensor | float, out: Tensor | None = None) -> Tensor:
    """The tanh of u·factor/2, 2g(u·factor) − 1."""
    return torch.mul(u, factor, out=out).sigmoid_().mul_(2).sub_(1)


class ClippedStep(StepUnit):
    """h(u), between bounds that each unit has of its own.

    Args:
        bottom, top: (units,).
    """

    def __init__(self, bottom: Tensor, top: Tensor) -> None:
        self.bottom, self.top = bottom, top

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        self.clip(u, into.value)
        torch.eq(into.value, u, out=into.slope)

    def clip(self, u: Tensor, out: Tensor | None = None) -> Tensor:
        """h(u)."""
        return torch.clamp(u, self.bottom, self.top, out=out)


class FixedNoiseStep(ClippedStep):
    """NANI: h(u + e), where e = ksξ."""

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        super().write(self.moved(u, noise), None, into)

    def moved(self, u: Tensor, noise: Tensor | None) -> Tensor:
        """Where the clipped line is asked."""
        return u if noise is None else u + noise


class SaturatedNoiseStep(FixedNoiseStep):
    """NANIS: h(u + e) where u is at or beyond a bound, else h(u)."""

    def moved(self, u: Tensor, noise: Tensor | None) -> Tensor:
        """As in ``FixedNoiseStep``."""
        saturated = (u <= self.bottom) | (u >= self.top)
        return u if noise is None else torch.where(saturated, u + noise, u)


class LearnedStep(ClippedStep):
    """A clipped line with noise of deviation c·q², q = t/2, t = _tanh(pΔ/2), Δ = h(u) − u.

    Args:
        bottom, top: as in ``ClippedStep``.
        p: p ≥ 0 of every unit, (S, 1, units).
    """

    def __init__(self, bottom: Tensor, top: Tensor, p: Tensor) -> None:
        super().__init__(bottom, top)
        self.p = p


class NoiseAfterStep(LearnedStep):
    """NAN and NAH: y = h + e·t|t|, where e = cε/4; ``learned_noise`` says why.

    With m = e|t|(1 − t²), which is 0 where Δ is: ∂y/∂u = [Δ = 0] − pm and ∂y/∂p = mΔ.
    """

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        assert noise is not None
        assert into.share is not None
        if has_kernel(u):
            room = (into.value, into.slope, into.share)
            fused_noise_after(u, noise, (self.bottom, self.top), self.p, room)
            return
        hard = self.clip(u)
        delta = hard - u
        t = _tanh(delta, self.p)
        scaled = t.abs().mul_(noise)
        torch.addcmul(hard, scaled, t, out=into.value)
        m = torch.ops.aten.tanh_backward(scaled, t)
        torch.mul(m, delta, out=into.share)
        torch.eq(delta, 0, out=into.slope)
        into.slope.addcmul_(m, self.p, value=-1)


class NoiseBeforeStep(LearnedStep):
    """NANIL: y = h(v) at v = u + e·t², where e = kcξ/4.

    With m = e·t(1 − t²): ∂v/∂u = 1 − pm and ∂v/∂p = mΔ.
    """

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        assert noise is not None
        assert into.share is not None
        delta = self.clip(u).sub_(u)
        t = _tanh(delta, self.p)
        scaled = t * noise
        v = torch.addcmul(u, scaled, t)
        m = torch.ops.aten.tanh_backward(scaled, t)
        super().write(v, None, into)
        torch.mul(into.slope, m.mul(delta), out=into.share)
        # [v within]·(1 − pm).
        into.slope.addcmul_(into.slope, m.mul_(self.p), value=-1)


class SideBySide(StepUnit):
    """Several units, each for its own neighbouring columns of u.

    Args:
        units: each with how many columns it has.
    """

    def __init__(self, units: Sequence[tuple[StepUnit, int]]) -> None:
        self.units = tuple(units)

    def write(self, u: Tensor, noise: Tensor | None, into: Results) -> None:
        """As in ``StepUnit``."""
        start = 0
        for unit, width in self.units:
            stop = start + width
            part = None if noise is None else noise[..., start:stop]
            unit.write(u[..., start:stop], part, into.part(start, stop))
            start = stop
