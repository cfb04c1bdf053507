"""What Gaussian moments of arrays are, and by which way a number was computed; no NumPy here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: A NumPy array or a PyTorch tensor of float64.
AnyArray = Any
Columns = tuple[AnyArray, ...]


class MomentRoute(StrEnum):
    """A formula in closed form, or a sum over nodes split at the kinks."""

    CLOSED_FORM = "closed form"
    QUADRATURE = "quadrature"


@dataclass(frozen=True)
class FourMoments:
    """E f, Var f, E f′ and E f′² as arrays of float64."""

    mean: AnyArray
    variance: AnyArray
    derivative_mean: AnyArray
    derivative_second: AnyArray

    @property
    def columns(self) -> Columns:
        """The four arrays."""
        return self.mean, self.variance, self.derivative_mean, self.derivative_second
