"""Where a formula is tried: at every magnitude, both signs, at overflow, and beside breaks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arithmetics import Precision

Points = NDArray[np.float64]

# Where exp, its square and its square root leave float32 and float64, and erfc with them; quotients
# of an exponential do a little later.
_SINGLE = (9.19, 10.05, 13.2, 44.0, 52.0, 87.3, 88.7, 88.8, 89.5, 91.0, 93.0, 103.9)
_DOUBLE = (26.5, 27.2, 37.5, 38.6, 354.9, 372.6, 708.4, 709.7, 709.8, 711.0, 713.0, 716.0, 720.0)
_BEYOND = (1.0, 1.01, 1.1, 1.5, 2.2)
_FAR = (744.4, 745.2, 1490.0)


@lru_cache(maxsize=4)
def _everywhere(precision: Precision) -> Points:
    least, most = (np.log10(end) for end in (precision.smallest, precision.largest))
    # One point for so many decades; then twelve a decade, where most formulas bend.
    scale = precision.bits / 53
    far = np.arange(least, most, 4 * scale) + 0.11
    near = np.arange(-5, 3.5, 1 / 12) + 0.007
    # Irrational steps, so that no special value of the formula is met at every point.
    linear = np.arange(0, 50, 0.37) + 0.0123
    # The smallest number of all, at which 1/x is infinite, and the smallest normal one.
    tiny = precision.smallest * 2.0 ** (1 - precision.bits)
    ends = [tiny, precision.smallest, precision.largest]
    # The square, the cube and the fourth power overflow, and do not where they are multiplied by
    # less than 1.
    ends += [precision.largest ** (1 / n) * share for n in (2, 3, 4) for share in _BEYOND]
    # A multiple of x, or twice its value, is beyond the largest number where they are not.
    high = precision.largest * np.array([0.1, 0.2, 0.4, 0.7, 0.95])
    sizes = [10.0**far, 10.0**near, linear, ends, high, _SINGLE, _DOUBLE, _FAR, [0.0, 1.0, 2.0]]
    positive = np.concatenate([np.asarray(size, dtype=np.float64) for size in sizes])
    return np.unique(np.concatenate([-positive, positive]))


def trial_points(lower: float, upper: float, precision: Precision) -> Points:
    """Floats of lower < x ≤ upper in increasing order, denser beside a finite end.

    >>> from actmath.lower import FLOAT64
    >>> points = trial_points(0.0, float("inf"), FLOAT64)
    >>> float(points[0]), bool(points[-1] > 1.7e308)
    (5e-324, True)
    """
    found: list[NDArray[Any]] = [_everywhere(precision)]
    for end, side in ((lower, 1), (upper, -1)):
        if np.isfinite(end):
            # end ± 2^{−k}, down to a few of the end's own ulps.
            steps = 2.0 ** -np.arange(0, precision.bits, 3) * max(abs(end), 1.0)
            found += [end + side * steps, np.array([end])]
    points = np.unique(np.concatenate(found))
    inside: Points = points[(points > lower) & (points <= upper) & np.isfinite(points)]
    return inside


def scattered(lower: float, upper: float, count: int, seed: int) -> Points:
    """Random floats of an interval, spread over its magnitudes and over its length alike."""
    generator = np.random.default_rng(seed)
    shares = generator.random(count)
    linear = lower + (upper - lower) * shares[::2] if upper - lower < np.inf else shares[:0]
    parts = [linear]
    for low, high, sign in ((lower, upper, 1), (-upper, -lower, -1)):
        # The part of this sign, uniform in its logarithm; next to 0 over 300 decades.
        low, high = max(low, min(1e-307, high)), high
        if high > 0:
            logs = np.log(low) + (np.log(high) - np.log(low)) * shares[1::2]
            parts.append(sign * np.exp(logs))
    points: Points = np.unique(np.concatenate(parts))
    return points[(points > lower) & (points < upper)]
