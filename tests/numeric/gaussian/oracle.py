"""Moments by quadrature in mpmath, and how far computed ones are from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from mpmath import mp

from actmath.numeric._gaussian.array_ops import NUMPY_OPS

from ...reference.quadrature import DPS, gaussian_means

Real = Callable[[Any], Any]


def true_moments(value: Real, slope: Real, mean: Any, variance: Any, breaks: Iterable[Any]) -> Any:
    """E f, Var f, E f′ and E f′² at 45 digits, of which the variance loses those that cancel."""
    integrands = (value, lambda z: value(z) ** 2, slope, lambda z: slope(z) ** 2)
    first, second, steep, square = gaussian_means(integrands, mean, variance, breaks)
    with mp.workdps(DPS):
        return first, second - first**2, steep, square


def worst(
    method: Any, value: Real, slope: Real, at: Iterable[tuple[float, float]], breaks: Iterable[Any]
) -> dict[str, float]:
    """The largest errors of a method at (mean, variance): of the means in units of the roots."""
    pairs = list(at)
    mean, variance = (np.array(column) for column in zip(*pairs, strict=True))
    found = method.moments(NUMPY_OPS, mean, variance)
    errors = {"mean": 0.0, "variance": 0.0, "slope": 0.0, "square": 0.0}
    for i, (m, v) in enumerate(pairs):
        first, spread, steep, square = true_moments(value, slope, m, v, breaks)
        with mp.workdps(DPS):
            scales = (mp.sqrt(first**2 + spread), spread, mp.sqrt(square), square)
            got = (column[i] for column in found.columns)
            for name, one, other, scale in zip(
                errors, got, (first, spread, steep, square), scales, strict=True
            ):
                errors[name] = max(errors[name], float(abs(mp.mpf(float(one)) - other) / scale))
    return errors
