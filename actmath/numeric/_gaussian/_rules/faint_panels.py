"""Ends of panels that some Gaussians need: all but those beside a singularity too near to count.

Towards the singularity of a root at 0 a grid has a thousand panels, each half as long as the one
before, for a Gaussian of any width. One that is wide needs a few hundred of them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ....activation import Activation
from ..._array import Array
from .bends import NODES, BendGrid, nodes_of
from .breaks import has_infinite_square
from .rounding import lowered

# Fewer panels than that are not worth a look.
_MANY = 200
# Beside what counts: what all faint panels may have together.
_FAINT = 1e-19
# In deviations: where f is sampled to see how far its values spread.
_SAMPLED = np.array([-2.0, -1.3, -0.7, -0.3, 0.3, 0.7, 1.3, 2.0])


def ends_that_count(
    activation: Activation, grid: BendGrid, low: float, high: float, mean: Array, deviation: Array
) -> Array:
    """The grid's ends between low and high, without those inside of runs of faint panels.

    On a panel of length h, f changes by h·max|f′|, and ∫f′² is h·max f′². A panel is faint if
    these are nothing beside the spread s of f, and beside s²/σ ≤ σ·E f′² (Poincaré), in each row.
    Of a run of faint panels the end between the shortest two stays: there the singularity is.
    """
    inside = (grid.ends > low) & (grid.ends < high)
    if np.count_nonzero(inside) < _MANY:
        return grid.ends[inside]
    change, energy = _changes(activation, grid)
    spread = _spread(activation, mean, deviation)
    faint = change <= _FAINT * spread.min() / len(change)
    if not has_infinite_square(activation):
        faint &= energy <= _FAINT * np.min(spread**2 / deviation) / len(change)
    between = np.zeros(len(grid.ends), bool)
    between[1:-1] = faint[:-1] & faint[1:]
    return grid.ends[inside & ~(between & ~_shortest(grid.ends, between))]


@lru_cache(maxsize=256)
def _changes(activation: Activation, grid: BendGrid) -> tuple[Array, Array]:
    """h·max|f′| and h·max f′² of each panel; where f′ is not finite, infinite."""
    with np.errstate(all="ignore"):
        slopes = np.abs(lowered(activation, 1)(nodes_of(grid.ends[:-1], grid.ends[1:])))
        largest = slopes.reshape(-1, NODES).max(axis=1)
        change = np.diff(grid.ends) * largest
        found = np.stack([change, change * largest])
    found = np.where(np.isfinite(found), found, np.inf)
    return found[0], found[1]


def _spread(activation: Activation, mean: Array, deviation: Array) -> Array:
    """Between the quarters of f's sampled values, in each row; 0 where some are not finite."""
    with np.errstate(all="ignore"):
        values = np.sort(lowered(activation, 0)(mean[:, None] + deviation[:, None] * _SAMPLED))
        spread = values[:, 5] - values[:, 2]
    return np.where(np.isfinite(spread), spread, 0.0)


def _shortest(ends: Array, between: Array) -> Array:
    """In each run of ends between faint panels, the one whose two panels are the shortest."""
    runs = np.cumsum(np.diff(between, prepend=False) & between) * between
    found = np.zeros(len(ends), bool)
    around = np.full(len(ends), np.inf)
    around[1:-1] = ends[2:] - ends[:-2]
    for run in range(1, runs.max(initial=0) + 1):
        places = np.flatnonzero(runs == run)
        shortest = places[around[places] == around[places].min()]
        found[shortest[len(shortest) // 2]] = True
    return found
