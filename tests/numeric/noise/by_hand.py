"""The noisy hard tanh as it is printed, typed by hand, and its mean and variance over the noise."""

from __future__ import annotations

import numpy as np

from actmath.derive._noise.noisy_unit import Variant
from actmath.numeric._array import Array

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(12)


def phi(variant: Variant, x: Array, xi: Array, mix: float, level: float, steep: float) -> Array:
    """φ = αh + (1 − α)x + dσε, or h(x + sξ), of h = min(max(x, −1), 1)."""
    h = np.clip(x, -1, 1)
    sigma = level * (1 / (1 + np.exp(-steep * (h - x))) - 0.5) ** 2
    if variant in (Variant.NAN, Variant.NAH):
        epsilon = np.abs(xi) if variant is Variant.NAH else xi
        # −sgn(x)·sgn(1 − α), where sgn(0) = 1.
        way = np.where(x >= 0, -1, 1) * (1 if mix <= 1 else -1)
        return np.asarray(mix * h + (1 - mix) * x + way * sigma * epsilon)
    fixed = {Variant.NANI: level, Variant.NANIL: sigma, Variant.NANIS: level * (np.abs(x) >= 1)}
    return np.asarray(np.clip(x + fixed[variant] * xi, -1, 1))


def panels(ends: Array, reach: float = 12.0) -> tuple[Array, Array]:
    """Nodes and weights of a standard Gaussian, split at these places and at each half."""
    even = np.arange(-reach, reach + 0.1, 0.5)
    ends = np.unique(np.clip(np.concatenate([even, ends]), -reach, reach))
    half = np.diff(ends)[:, None] / 2
    nodes = (ends[:-1, None] + half * (1 + _POINTS)).ravel()
    density = np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi)
    return nodes, (half * _WEIGHTS).ravel() * density


def mean_and_variance(
    variant: Variant, x: float, mix: float, level: float, steep: float
) -> tuple[float, float]:
    """E φ and Var φ over ξ at one x, split where ξ carries x over a threshold."""
    sigma = level * (1 / (1 + np.exp(-steep * (np.clip(x, -1, 1) - x))) - 0.5) ** 2
    size = sigma if variant is Variant.NANIL else level
    crossed = (np.array([-1.0, 1.0]) - x) / size if size else np.zeros(0)
    xi, weights = panels(crossed)
    values = phi(variant, np.full(xi.shape, x), xi, mix, level, steep)
    mean = float(weights @ values)
    return mean, float(weights @ (values - mean) ** 2)
