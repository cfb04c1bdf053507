"""A noisy unit over a range of net inputs: its hard unit, mean, deviation, and draws of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import Expr, lambdify

from ..._arrays import finite_number, seed_number, whole_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...derive._noise.noisy_unit import NOISY_HINT, NoisyUnit, Regime
from ...notation import alpha, c, p, x, xi
from ...notation import s as spread
from .._array import Array


@dataclass(frozen=True, eq=False, repr=False)
class NoiseBand(Answer):
    """Curves over ``x`` of shape (points,), and ``draws`` of shape (n, points)."""

    name: str
    x: Array
    hard: Array
    mean: Array
    deviation: Array
    draws: Array


def noise_band(
    unit: NoisyUnit,
    *,
    mix: float = 1.0,
    level: float = 1.0,
    steepness: float = 1.0,
    low: float = -4.0,
    high: float = 4.0,
    points: int = 401,
    draws: int = 0,
    seed: int = 0,
) -> NoiseBand:
    """Evaluate the closed forms, regime by regime, and draw the unit with fresh noise everywhere.

    Args:
        mix: α. level: c, or the deviation s of fixed input noise. steepness: p.
        draws: how many rows of samples.

    Raises:
        ValueError, TypeError: for no noisy unit, no finite number, or a count that is no integer.

    >>> from actmath import catalog
    >>> from actmath.derive import harden, noisy
    >>> band = noise_band(noisy(harden(catalog.tanh), "NAH"), level=4, points=3)
    >>> band.mean.round(3), band.deviation.round(3)
    (array([-0.346,  0.   ,  0.346]), array([0.494, 0.   , 0.494]))
    """
    check_kind(unit, NoisyUnit, "unit", NOISY_HINT)
    values, count = unit_values(mix, level, steepness), whole_number(points, "points")
    grid = np.linspace(finite_number(low, "low"), finite_number(high, "high"), count)
    size = whole_number(draws, "draws", 0), count
    noise = np.random.default_rng(seed_number(seed)).standard_normal(size)
    hard, mean, variance = (np.zeros_like(grid) for _ in range(3))
    sample = np.zeros_like(noise)
    for regime in unit.regimes:
        inside = _inside(regime, grid)
        at = grid[inside]
        hard[inside] = _values(regime.hard, at, values)
        mean[inside] = _settled(_values(regime.mean, at, values), hard[inside])
        variance[inside] = _settled(_values(regime.variance, at, values), 0.0)
        phi = lambdify((x, xi), regime.phi.subs(values), "numpy")
        sample[:, inside] = phi(at, noise[:, inside])
    # A variance of 0 may come out as a negative rounding.
    deviation = np.sqrt(np.maximum(variance, 0.0))
    return NoiseBand(str(unit.variant), grid, hard, mean, deviation, sample)


def unit_values(mix: object, level: object, steepness: object) -> dict[Expr, float]:
    """The numbers of a noisy unit by their symbols.

    Raises:
        ValueError: for one that is not finite. TypeError: for what is no real number.
    """
    noise = finite_number(level, "level")
    values = {alpha: finite_number(mix, "mix"), p: finite_number(steepness, "steepness")}
    # A unit has a learned noise with c, or a fixed one with s, never both: one number serves.
    return {**values, c: noise, spread: noise}


def _inside(regime: Regime, grid: Array) -> Array:
    low, high = float(regime.lower), float(regime.upper)
    inside: Array = (
        # A threshold belongs to the saturated regime, so that no point is in two of them.
        (grid >= low) & (grid <= high) if regime.saturated else (grid > low) & (grid < high)
    )
    return inside


def _values(formula: Expr, at: Array, values: dict[Expr, float]) -> Array:
    with np.errstate(all="ignore"):
        return np.broadcast_to(lambdify(x, formula.subs(values), "scipy")(at), at.shape)


def _settled(found: Array, still: Array | float) -> Array:
    """Where σ is 0 the formulas divide by it; there the unit stands still."""
    return np.where(np.isfinite(found), found, still)
