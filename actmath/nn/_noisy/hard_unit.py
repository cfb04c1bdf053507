"""A hardened activation as numbers: the line, where it is clipped, and its Gaussian blur."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ...activation import Activation
from ...derive._saturation.linearize import Hardened, harden

# Beyond 40 deviations the normal density is 0 even in float64.
FAR = 40.0


@dataclass(frozen=True)
class HardUnit:
    """h(x) = min(max(kx + b, bottom), top); a missing bound is infinite."""

    slope: float
    intercept: float
    bottom: float
    top: float
    left: float
    right: float

    @classmethod
    def of(cls, unit: Activation | Hardened | str) -> HardUnit:
        """The numbers of a hardened activation, or of the one that an activation hardens to.

        Raises:
            TypeError: for what is neither, nor a name.

        >>> from actmath import catalog
        >>> HardUnit.of(catalog.sigmoid)
        HardUnit(slope=0.25, intercept=0.5, bottom=0.0, top=1.0, left=-2.0, right=2.0)
        """
        if not isinstance(unit, Activation | Hardened | str):
            raise TypeError(f"an activation, its name or a Hardened is needed, got {unit!r}")
        hard = unit if isinstance(unit, Hardened) else harden(unit)
        tangent = hard.linearization
        ends = (hard.bottom, hard.top, hard.left_threshold, hard.right_threshold)
        signs = (-1, 1, -1, 1)
        numbers = [
            sign * math.inf if end is None else float(end)
            for end, sign in zip(ends, signs, strict=True)
        ]
        # The tangent k(x − x₀) + f(x₀), as kx + b.
        intercept = tangent.value - tangent.slope * tangent.point
        return cls(float(tangent.slope), float(intercept), *numbers)

    def line(self, x: Tensor) -> Tensor:
        """u(x) = kx + b."""
        if self.slope == 1 and self.intercept == 0:
            return x
        return torch.add(x * self.slope, self.intercept)

    def hard(self, x: Tensor) -> Tensor:
        """h(x); the slope at the thresholds is 0."""
        return self.clip(self.line(x))

    def clip(self, line: Tensor) -> Tensor:
        """h as a function of u."""
        return functional.hardtanh(line, self.bottom, self.top)

    def saturated(self, x: Tensor) -> Tensor:
        """Where x is at or beyond a threshold."""
        return (x <= self.left) | (x >= self.right)

    def blurred(self, x: Tensor, deviation: Tensor) -> Tensor:
        """E h(x + sξ) = h + k·(s·G(−|x − l|/s) − s·G(−|x − r|/s)), G(t) = φ(t) + tΦ(t).

        Written around h, so that nothing is lost where s is small or 0; differentiable in both.
        """
        # h′ rises by k at the left threshold and falls by k at the right one.
        kinks = [(self.left, 1.0), (self.right, -1.0)]
        blur = sum(
            (sign * _soft_corner(x - end, deviation) for end, sign in kinks if math.isfinite(end)),
            start=torch.zeros_like(x),
        )
        return self.hard(x) + self.slope * blur


@torch.fx.wrap
def _soft_corner(distance: Tensor, deviation: Tensor) -> Tensor:
    """E (d + sξ)₊ − d₊ = s·G(−|d|/s), which is 0 at s = 0; one call in a symbolic trace."""
    # From tiny^¼ on, 1/s² and 1/s⁴, which first and second derivatives form, are finite.
    s = deviation.clamp_min(torch.finfo(distance.dtype).tiny ** 0.25)
    t = (distance.abs() / s).clamp(max=FAR)
    density = torch.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
    # G(−t) = φ(t) − tΦ(−t), with Φ(−t) = erfc(t/√2)/2, which keeps its digits in the tail.
    corner: Tensor = s * (density - t * torch.special.erfc(t / math.sqrt(2)) / 2)
    return corner
