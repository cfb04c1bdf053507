"""What the floats of f and f′ have lost on a panel, beside mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ....activation import Activation
from ....number import mp
from ..._array import Array

# Digits in which values are compared with mpmath's.
_DIGITS = 25
# Of a relative error of f′: from here on digits count as lost.
_KEPT = 1e-13
#: Of a value: what a rounding of x may do to it, and more.
X_ROUNDING = 8 * 2.0**-52
# Of a relative error that the rounding of x explains: so much evens out over the nodes.
_BLURRED = 3e-10
# Panels that are compared in the end, while halving, and of these at first.
_COMPARED, _JUDGED, _FIRST = 128, 32, 8


def rounding(activation: Activation, left: Array, right: Array, tail: Array) -> Array:
    """On which panels the tail is no larger than what rounding does to f′ or f."""
    # Where neither some of all nor those of the least tails are rounding, none is.
    least = np.argsort(tail)[:_FIRST]
    first = np.union1d(_spread(len(left), _FIRST), least)
    if not any(_is_rounding(activation, left[i], right[i], tail[i]) for i in first):
        return np.zeros(len(left), bool)
    # Of very many, some are compared, and speak for those beside them.
    compared = _spread(len(left), _JUDGED)
    found = [_is_rounding(activation, left[i], right[i], tail[i]) for i in compared]
    nearest = np.searchsorted(compared, np.arange(len(left)), side="right") - 1
    verdict: Array = np.array(found)[nearest]
    return verdict


def _spread(count: int, most: int) -> Array:
    """Increasing indices of so many, from the first to the last."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def _is_rounding(activation: Activation, left: float, right: float, tail: float) -> bool:
    width = right - left
    slopes = _errors(activation, 1, left + width * np.array([0.1, 0.5, 0.9]))
    values = _errors(activation, 0, np.nextafter([left, right], [right, left]))
    # Errors of single values spread over the coefficients.
    return bool(tail <= 30 * max(*slopes, *(error / width for error in values)))


def _errors(activation: Activation, order: int, at: Array) -> list[Any]:
    """How far the lowered f or f′ is from the true one at some points."""
    floats = lowered(activation, order)(at)
    pairs = zip(floats, at, strict=True)
    return [abs(float(one) - _exactly(activation, order, float(point))) for one, point in pairs]


def panel_losses(activation: Activation, ends: Array) -> tuple[tuple[Array, Array], bool]:
    """The largest error of f and of f′ on each panel, 0 where none counts beside its value."""
    every = max(1, len(ends) // _COMPARED)
    middles = (0.6 * ends[:-1] + 0.4 * ends[1:])[::every]
    lost, lossy = [], False
    for order in (0, 1):
        floats = lowered(activation, order)(middles)
        # What overflows is lost, whatever it is: mpmath might not return from sin(exp(exp(x))).
        errors = np.where(np.isfinite(floats), 0.0, np.inf)
        lossy = lossy or not np.isfinite(floats).all()
        for i, at in enumerate(middles):
            if errors[i]:
                continue
            true = _exactly(activation, order, float(at))
            error = abs(float(floats[i]) - true)
            counts = not error <= _KEPT * abs(true) + 1e-290
            if counts:
                # What a rounding of x would do to the value counts as no loss.
                moved = [
                    _exactly(activation, order, float(at) * (1 + e))
                    for e in (X_ROUNDING, -X_ROUNDING)
                ]
                blurred = min(2 * max(abs(value - true) for value in moved), _BLURRED * abs(true))
                counts = not error <= blurred
            errors[i] = float(error) if counts else 0.0
            lossy = lossy or counts
        lost.append(np.repeat(errors, every)[: len(ends) - 1])
    return (lost[0], lost[1]), lossy


def lowered(activation: Activation, order: int) -> Callable[..., Array]:
    """f or f′ on arrays."""
    # Loaded when a formula is first sampled: most moments have closed forms.
    from ....lower._for_numpy import to_numpy

    return to_numpy(activation, order)


def _exactly(activation: Activation, order: int, at: float) -> Any:
    """f or f′ at a float by mpmath, which raises its precision until it is sure; else inf."""
    from ....lower._for_mpmath import to_mpmath

    with mp.workdps(_DIGITS):
        try:
            return to_mpmath(activation, order)(mp.mpf(at))
        except (OverflowError, ZeroDivisionError, ValueError):
            return mp.inf
