"""Fast and precise numbers: moments, constants, and the quadrature that checks them."""

from __future__ import annotations

from .constants import Constants, NoSelfNormalization, Solution, constants
from .moments import MomentRoute, Moments, moments

__all__ = [
    "Constants",
    "MomentRoute",
    "Moments",
    "NoSelfNormalization",
    "Solution",
    "constants",
    "moments",
]
