"""The functions of stable formulas for NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .series import POLYNOMIALS


def _expit(u: NDArray[Any]) -> NDArray[Any]:
    """1/(1 + e^{−u}) from e^{−|u|}, which does not overflow: half the time of scipy's."""
    # 1/(1 + e^{−u}) = eᵘ/(1 + eᵘ), the one for u ≥ 0, the other for u < 0.
    small = np.exp(-np.abs(u))
    value: NDArray[Any] = np.where(u < 0, small, 1) / (1 + small)
    return value


def _logistic_power(u: NDArray[Any], p: float, q: float) -> NDArray[Any]:
    """Expit(u)^p·Expit(−u)^q, in the range wherever the product is."""
    # Expit(u) = e^{min(u, 0)}/(1 + e^{−|u|}), and Expit(−u) alike.
    exponent = _times(p, np.minimum(u, 0)) - _times(q, np.maximum(u, 0))
    value: NDArray[Any] = np.exp(exponent) * (1 + np.exp(-np.abs(u))) ** -(p + q)
    return value


def _times(power: float, u: NDArray[Any]) -> Any:
    # 0·inf is nan.
    return power * u if power else 0.0


def _softplus(u: NDArray[Any]) -> NDArray[Any]:
    """log(1 + eᵘ), a quarter of the time of logaddexp."""
    # = max(u, 0) + log(1 + e^{−|u|}): the exponential stays in [0, 1].
    value: NDArray[Any] = np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))
    return value


def _log_mean_exp(u: NDArray[Any]) -> NDArray[Any]:
    """log((1 + eᵘ)/2)."""
    # Up to 1 by eᵘ − 1, which is small near 0; above, log(1 + eᵘ) is twice log 2 or more.
    near = np.log1p(np.expm1(np.minimum(u, 1)) / 2)
    value: NDArray[Any] = np.where(u > 1, _softplus(u) - math.log(2), near)
    return value


def _log_cosh(u: NDArray[Any]) -> NDArray[Any]:
    """log(cosh(u))."""
    # cosh u = 1 + 2 sinh²(u/2), and cosh u = e^{|u|}(1 + e^{−2|u|})/2.
    size = np.abs(u)
    near = np.log1p(2 * np.sinh(np.minimum(size, 1) / 2) ** 2)
    value: NDArray[Any] = np.where(size > 1, size - math.log(2) + np.log1p(np.exp(-2 * size)), near)
    return value


def _log1p_square(u: NDArray[Any]) -> NDArray[Any]:
    """log(1 + u²)."""
    # = 2 log|u| + log(1 + u^{−2}), whose second term is rounded away beyond 2^27 in float64.
    size = np.abs(u)
    near = np.log1p(np.minimum(size, 2.0**30) ** 2)
    value: NDArray[Any] = np.where(size > 2.0**30, 2 * np.log(size), near)
    return value


def _hypotenuse(u: NDArray[Any], c: float) -> NDArray[Any]:
    """√(u² + c) without u², which may overflow."""
    root: NDArray[Any] = np.hypot(u, math.sqrt(c))
    return root


def _direction(u: NDArray[Any], c: float) -> NDArray[Any]:
    """u/√(u² + c), also at ±inf."""
    largest = np.finfo(u.dtype).max
    held = np.clip(u, -largest, largest)
    direction: NDArray[Any] = held / _hypotenuse(held, c)
    return direction


def _hyperbolic_ramp(u: NDArray[Any], c: float) -> NDArray[Any]:
    """(u + √(u² + c))/2 as a sum of two positive terms."""
    # = max(u, 0) + c/(2(√(u² + c) + |u|)); for u < 0 the sum as it stands would cancel.
    ramp: NDArray[Any] = np.maximum(u, 0) + c / 4 / (_hypotenuse(u, c) / 2 + np.abs(u) / 2)
    return ramp


def _hyperbolic_bowl(u: NDArray[Any], c: float) -> NDArray[Any]:
    """√(u² + c) − √c without the subtraction."""
    bowl: NDArray[Any] = u * (u / (_hypotenuse(u, c) + math.sqrt(c)))
    return bowl


def _split_power(u: NDArray[Any], high: float, low: float) -> NDArray[Any]:
    """u^{h + l} = u^h·(1 + l·log u), but for the square of a number below 10⁻¹³."""
    range_ = np.finfo(u.dtype)
    power: NDArray[Any] = u**high * (1 + low * np.log(np.clip(u, range_.tiny, range_.max)))
    return power


NUMPY_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **POLYNOMIALS,
    "Direction": _direction,
    "Expit": _expit,
    "Expm1": np.expm1,
    "HyperbolicBowl": _hyperbolic_bowl,
    "HyperbolicRamp": _hyperbolic_ramp,
    "Hypotenuse": _hypotenuse,
    "Log1p": np.log1p,
    "Log1pExp": _softplus,
    "Log1pSquare": _log1p_square,
    "LogCosh": _log_cosh,
    "LogMeanExp": _log_mean_exp,
    "LogisticPower": _logistic_power,
    "SplitPower": _split_power,
    "StableTanh": np.tanh,
    "UpperAtan": lambda u: np.arctan2(np.ones_like(u), u),
    "UpperErfc": special.erfc,
    "WholePower": lambda u, n: u**n,
    "erf": special.erf,
    "erfc": special.erfc,
}
