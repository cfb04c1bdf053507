"""How finely an activation must be sampled, found by trying: the rule that its moments need."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ....activation import Activation
from ..._array import Array
from ..array_ops import NUMPY_OPS
from ..result import FourMoments
from .breaks import breaks
from .panels import Panels
from .trapezoid import CENTRAL, Trapezoid

# Half widths tried for the strip of analyticity, the widest first: π/2 is that of tanh, π that of
# the sigmoid; 2.25 and 0.75 are steps between.
_STRIPS = (3.0, 2.25, 1.5, 1.0, 0.75, 0.5)
# Of what was seen to agree at the probes, a share is trusted everywhere.
_SAFE_SHARE = 0.95
# Relative differences, 135 and 450 ulps: what is put down to rounding.
_AGREEMENT = 3e-14
_STANDSTILL = 1e-13
# In units of the usual density.
_FINEST = 64.0


@lru_cache(maxsize=256)
def calibrate(activation: Activation) -> Panels | Trapezoid:
    """Panels, and the trapezoid where there is no break and it agrees with them."""
    panels = Panels(activation)
    strip = 0.0 if breaks(activation) else _widest_strip(panels)
    return Trapezoid(strip, panels) if strip else panels


def _widest_strip(panels: Panels) -> float:
    """The widest strip for which the trapezoidal rule agrees with the panels; 0 if none does."""
    # The trapezoidal rule is for small means; variances from 0.01 to 20. What bends beyond 12 is
    # told from the grid (``bends``): the widest of these see all that is nearer.
    probes = _grid([-CENTRAL, -1.0, 0.1, 0.7, CENTRAL], 0.01 * 2.0 ** np.arange(12))
    try:
        by_panels = panels.moments(NUMPY_OPS, *probes)
    except ArithmeticError:
        # Not all of them are finite, or have their digits: each row is for the panels to judge.
        return 0.0
    for strip in _STRIPS:
        rule, trusted = Trapezoid(strip, panels).trusted_moments(NUMPY_OPS, *probes)
        if trusted.any() and _farthest(rule, by_panels, trusted) < _AGREEMENT:
            return _SAFE_SHARE * strip
    return 0.0


def _grid(means: list[float], variances: Array) -> tuple[Array, Array]:
    mean, variance = np.meshgrid(means, variances)
    return mean.ravel(), variance.ravel()


def _farthest(one: FourMoments, other: FourMoments, where: Any = ...) -> float:
    """How far two rules are apart in what they give, f′ bending faster than f."""
    pairs = ((one.variance, other.variance), (one.derivative_second, other.derivative_second))
    # np.max, in which a nan wins: max would drop it.
    return float(np.max([_apart(a[where], b[where]) for a, b in pairs]))


def _apart(one: Array, other: Array) -> float:
    """The largest relative difference, but for what is nearly too small for a float64."""
    size = np.maximum(np.abs(one), np.abs(other))
    return float(np.max(np.abs(one - other) / np.where(size > 1e-280, size, np.inf)))
