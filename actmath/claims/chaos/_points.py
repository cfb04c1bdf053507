"""The point of a unit's edge of chaos at a given σ_b."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import nan, sqrt
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ...activation import Activation
from ...numeric._gaussian.evaluate import gaussian

# Lengths between which edges are looked for.
LENGTHS = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 81)])


def bias_square(unit: Activation, length: Any) -> Any:
    """σ_b² = q − E f²/E f′² where the edge has length q, an array; negative where no edge has."""
    at = gaussian(unit, 0.0, length)
    return length - at.second / at.derivative_second


@dataclass(frozen=True)
class EdgePoint:
    """A point (σ_b, σ_w) where χ₁ = 1, and its fixed length."""

    sigma_w: float
    length: float


def edge_at(unit: Activation, sigma_b: float) -> EdgePoint:
    """The edge's point at that σ_b, of the least length; nan where none is found up to 1e4."""
    gaps = (bias_square(unit, LENGTHS) - sigma_b**2).tolist()
    for (low, before), (high, after) in pairwise(zip(LENGTHS.tolist(), gaps, strict=True)):
        if before == 0 or before * after < 0:
            found = low if before == 0 else _crossing(unit, sigma_b, low, high)
            slopes = float(gaussian(unit, 0.0, found).derivative_second)
            return EdgePoint(1 / sqrt(slopes), found)
    return EdgePoint(nan, nan)


def _crossing(unit: Activation, sigma_b: float, low: float, high: float) -> float:
    return float(
        brentq(lambda q: bias_square(unit, q) - sigma_b**2, low, high, xtol=1e-15, rtol=1e-14)
    )
