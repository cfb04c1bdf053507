"""The functions of stable formulas for Python's own floats, which raise where they overflow."""

from __future__ import annotations

import math
from collections.abc import Callable


def _softplus(u: float) -> float:
    # log(1 + eᵘ) = max(u, 0) + log(1 + e^−|u|).
    return math.log1p(math.exp(-abs(u))) + max(u, 0.0)


def _log_mean_exp(u: float) -> float:
    # log((1 + eᵘ)/2), near 0 by eᵘ − 1.
    return _softplus(u) - math.log(2) if u > 1 else math.log1p(math.expm1(u) / 2)


def _log_cosh(u: float) -> float:
    # cosh u = 1 + 2 sinh²(u/2), and cosh u = e^{|u|}(1 + e^{−2|u|})/2.
    if abs(u) > 1:
        return abs(u) - math.log(2) + math.log1p(math.exp(-2 * abs(u)))
    return math.log1p(2 * math.sinh(u / 2) ** 2)


def _log1p_square(u: float) -> float:
    # log(1 + u²) = 2 log|u| + log(1 + u^{−2}), whose second term is rounded away beyond 2^27.
    return 2 * math.log(abs(u)) if abs(u) > 2.0**30 else math.log1p(u * u)


def _logistic_power(u: float, p: float, q: float) -> float:
    # Expit(u)^p·Expit(−u)^q with Expit(u) = e^{min(u, 0)}/(1 + e^{−|u|}).
    size = abs(u)
    return math.exp(-(p if u < 0 else q) * size) * math.pow(1 + math.exp(-size), -(p + q))


def _hypotenuse(u: float, c: float) -> float:
    return math.hypot(u, math.sqrt(c))


def _hyperbolic_ramp(u: float, c: float) -> float:
    # (u + √(u² + c))/2; left of 0 as a quotient, whose denominator adds.
    root = _hypotenuse(u, c)
    return (u + root) / 2 if u > 0 else c / (2 * (root - u))


FLOAT_FUNCTIONS: dict[str, Callable[..., float]] = {
    "Direction": lambda u, c: u / _hypotenuse(u, c),
    # On either side of 0 the form whose exponential is at most 1.
    "Expit": lambda u: 1 / (1 + math.exp(-u)) if u > 0 else math.exp(u) / (1 + math.exp(u)),
    "Expm1": math.expm1,
    "HyperbolicBowl": lambda u, c: u * (u / (_hypotenuse(u, c) + math.sqrt(c))),
    "HyperbolicRamp": _hyperbolic_ramp,
    "Hypotenuse": _hypotenuse,
    "Log1p": math.log1p,
    "Log1pExp": _softplus,
    "Log1pSquare": _log1p_square,
    "LogCosh": _log_cosh,
    "LogMeanExp": _log_mean_exp,
    "LogisticPower": _logistic_power,
    "StableTanh": math.tanh,
    "UpperAtan": lambda u: math.atan2(1.0, u),
    "UpperErfc": math.erfc,
    "WholePower": lambda u, n: u**n,
}
