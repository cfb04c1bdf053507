"""Does a formula that keeps its digits in float64 keep them in float32 too?

Where it does not, float32 is computed in float64 and rounded once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arithmetics import FLOAT32, Precision
from .._stable import StableForm, default_floats, numbered
from .judge import PROMISED_ULPS
from .trial_points import trial_points

# Random float32 beside the trial points: their bits are uniform, so that every magnitude is met.
_RANDOM = 6000
# The step of a difference quotient, as a share of the argument: about the root of float64's ulp.
_STEP = 2.0**-26


@lru_cache(maxsize=512)
def holds_in_single(form: StableForm, function: Callable[..., NDArray[Any]]) -> bool:
    """Is the function of float32 within the promise of that of float64, at the defaults?"""
    points = single_points(form)
    values = default_floats(form.activation).values()
    got = function(points.astype(np.float32), *values).astype(np.float64)
    wide = np.asarray(points, dtype=np.float64)
    want, near = function(wide, *values), function(beside(wide), *values)
    return bool((excess_over(want, near, got) <= 1).all())


def beside(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points moved outwards by a share of 2⁻²⁶."""
    with np.errstate(over="ignore"):
        return points * (1 + _STEP)


def default_breaks(form: StableForm) -> list[float]:
    """The breaks of a form, at the default parameters."""
    defaults = form.activation.defaults
    return [float(numbered(piece.upper.xreplace(defaults))) for piece in form.pieces[:-1]]


def single_points(form: StableForm) -> NDArray[np.float64]:
    """Finite float32 of every magnitude, ±inf, and those beside the breaks of a form."""
    generator = np.random.default_rng(32)
    bits = generator.integers(0, 2**32, _RANDOM, dtype=np.uint32).view(np.float32)
    moderate = generator.uniform(-30, 30, _RANDOM).astype(np.float32)
    cuts = default_breaks(form)
    with np.errstate(over="ignore"):
        fixed = trial_points(-np.inf, np.inf, FLOAT32).astype(np.float32)
        sides = np.float32(-np.inf), np.float32(np.inf)
        near = [np.nextafter(np.float32(cut), side) for cut in cuts for side in sides]
    points = np.concatenate([fixed, bits[np.isfinite(bits)], moderate, near, [-np.inf, np.inf]])
    return np.unique(points.astype(np.float64))


def excess_over(
    want: NDArray[Any], near: NDArray[Any], got: NDArray[Any], precision: Precision = FLOAT32
) -> NDArray[np.float64]:
    """Error over promise, where nothing is better known than values of float64.

    Args:
        want: the values. near: those at ``beside(points)``.
        got: what is judged. precision: its precision.
    """
    with np.errstate(all="ignore"):
        size = np.abs(want)
        # The difference's own rounding is worth 1/2^{53−26} of a condition number.
        condition = np.abs(near - want) / size / _STEP
        condition = np.where(np.isfinite(condition), condition, 0)
        unit = PROMISED_ULPS * precision.epsilon * size * (1 + condition)
        found = np.abs(got - want) / np.maximum(unit, precision.smallest)
        # What exceeds the largest number is infinite, or as large as that.
        over = np.abs(want) > precision.largest * (1 - precision.epsilon)
        large = got * np.sign(want) >= 0.999 * precision.largest
    found = np.where(over, np.where(large, 0, np.inf), found)
    # Without a value there is no error; a value that is lost has an infinite one.
    found = np.where(np.isnan(want), 0, np.where(np.isnan(found), np.inf, found))
    return np.asarray(found, dtype=np.float64)
