"""Does another library compute a form in float64 as NumPy does, whose digits are examined?

Its functions are others: one may flush what is small to 0, overflow earlier, or err by more ulps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arithmetics import FLOAT64
from .._stable import StableForm, default_floats
from .single import beside, default_breaks, excess_over
from .trial_points import trial_points

# Random float64 beside the trial points: their bits are uniform, so that every magnitude is met.
_RANDOM = 4000
_Function = Callable[..., NDArray[Any]]


@lru_cache(maxsize=512)
def agrees_in_double(form: StableForm, known: _Function, other: _Function) -> bool:
    """Is the other function of arrays within the promise of the known one, at the defaults?"""
    points = double_points(form)
    values = default_floats(form.activation).values()
    want, near, got = known(points, *values), known(beside(points), *values), other(points, *values)
    with np.errstate(all="ignore"):
        # A factor that is below the smallest normal number may be 0, and what multiplies it, as x
        # does in x/(1 + e^{−x}), is lost with it.
        died = np.abs(got - want) <= FLOAT64.smallest * np.maximum(1, np.abs(points))
    return bool((died | (excess_over(want, near, got, FLOAT64) <= 1)).all())


def double_points(form: StableForm) -> NDArray[np.float64]:
    """Finite float64 of every magnitude, ±inf, and those beside the breaks of a form."""
    generator = np.random.default_rng(64)
    bits = generator.integers(0, 2**64, _RANDOM, dtype=np.uint64).view(np.float64)
    moderate = generator.uniform(-30, 30, _RANDOM)
    near = [np.nextafter(cut, side) for cut in default_breaks(form) for side in (-np.inf, np.inf)]
    fixed = trial_points(-np.inf, np.inf, FLOAT64)
    points = np.concatenate([fixed, bits[np.isfinite(bits)], moderate, near, [-np.inf, np.inf]])
    return np.unique(points.astype(np.float64))
