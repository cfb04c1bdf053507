"""Gradients of E f′ and E f′² where the variance is small, from higher derivatives of f.

By Hermite's polynomials ∂E f′/∂ν = E[f′·(z² − 1)]/(2ν): the rounding of f′, 1e-16 of it, is divided
by ν. Where f is smooth as far as the Gaussian reaches, nothing is divided in

    ∂E f′/∂mean = E f″,   ∂E f′²/∂mean = 2·E f′f″,
    ∂E f′/∂ν = E f‴/2,    ∂E f′²/∂ν = E[f″² + f′f‴].
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ....activation import Activation
from ....derive._formula.derivative import derivative
from ..._array import Array
from .bends import doublings_for, grid_of
from .breaks import breaks
from .rounding import lowered

# From this variance on Hermite's polynomials leave 1e-12 of E f′.
_SMALL = 1e-4
# In deviations: e^{−9.25²/2} = 3e-19; nodes 9.25/16 apart serve what is smooth so far.
_REACH, _SIDE = 9.25, 16


@lru_cache(maxsize=64)
def slope_unit(activation: Activation) -> Activation:
    """f′ at the default parameters as an activation, whatever f's jumps.

    Raises:
        ValueError: where f′ has no value somewhere, as that of √|x| at 0.
    """
    bare = Activation(activation.name, activation.formula())
    return Activation(f"{activation.name}_slope", derivative(bare).expr)


def where_smooth(activation: Activation, mean: Array, variance: Array) -> Array:
    """Which rows have a small variance, no break in reach, and no bend as narrow as that."""
    window = _REACH * np.sqrt(variance)
    small: Array = variance < _SMALL
    if not small.any():
        return small
    far = float(np.max(np.abs(mean[small]) + window[small]))
    grid = grid_of(activation, doublings_for(far))
    inside = np.searchsorted(grid.ends, [mean - window, mean + window])
    # One end may be of the plain grid.
    small &= np.full(len(mean), grid.complete) & (inside[1] - inside[0] <= 1)
    for b in breaks(activation):
        small &= np.abs(mean - b.at) > window
    return small


def slope_gradients(activation: Activation, mean: Array, variance: Array) -> Array:
    """∂E f′/∂mean, ∂E f′/∂ν, ∂E f′²/∂mean and ∂E f′²/∂ν of such rows: an array (4, rows).

    Raises:
        ValueError: as ``slope_unit``.
    """
    first = slope_unit(activation)
    second = slope_unit(first)
    z = np.arange(-_SIDE, _SIDE + 1) * (_REACH / _SIDE)
    weights = np.exp(-z * z / 2)
    weights /= weights.sum()
    at = mean[:, None] + np.sqrt(variance)[:, None] * z
    slope, bend, turn = (lowered(unit, 1)(at) for unit in (activation, first, second))
    integrands = (bend, turn / 2, 2 * slope * bend, bend * bend + slope * turn)
    return np.stack([integrand @ weights for integrand in integrands])
