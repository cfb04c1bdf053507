"""The functions of stable formulas for tensors; where only numbers meet, for numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from .in_floats import FLOAT_FUNCTIONS
from .logistic_tail import expit
from .series import POLYNOMIALS


def _either(name: str) -> Callable[[Any], Any]:
    """The function of that name for a tensor and, where parameters meet constants, for a number."""
    for_tensors, for_numbers = getattr(torch, name), getattr(math, name)
    return lambda u: (for_tensors if isinstance(u, torch.Tensor) else for_numbers)(u)


def _with_numbers(name: str, for_tensors: Callable[..., Any]) -> Callable[..., Any]:
    """A function of this folder for a tensor u, and by the table of floats for a number."""
    for_numbers = FLOAT_FUNCTIONS[name]
    return lambda u, *rest: (for_tensors if isinstance(u, torch.Tensor) else for_numbers)(u, *rest)


def _hypotenuse(u: torch.Tensor, c: Any) -> torch.Tensor:
    """√(u² + c) without u², which may overflow."""
    # c is a number or a parameter's tensor; torch.hypot takes tensors alone.
    return torch.hypot(u, torch.as_tensor(c, dtype=u.dtype, device=u.device).sqrt())


def _direction(u: torch.Tensor, c: Any) -> torch.Tensor:
    """u/√(u² + c), also at ±inf."""
    largest = torch.finfo(u.dtype).max
    held = u.clamp(-largest, largest)
    return held / _hypotenuse(held, c)


def _hyperbolic_ramp(u: torch.Tensor, c: Any) -> torch.Tensor:
    """(u + √(u² + c))/2 as a sum of two positive terms."""
    # By where, whose gradients at 0 are those of u > 0 in both terms; relu's and abs's are 0.
    positive, size = torch.where(u < 0, 0, u), torch.where(u < 0, -u, u)
    ramp: torch.Tensor = positive + c / 4 / (_hypotenuse(u, c) / 2 + size / 2)
    return ramp


def _hyperbolic_bowl(u: torch.Tensor, c: Any) -> torch.Tensor:
    """√(u² + c) − √c without the subtraction."""
    bowl: torch.Tensor = u * (u / (_hypotenuse(u, c) + c**0.5))
    return bowl


def _logistic_power(u: torch.Tensor, p: Any, q: Any) -> torch.Tensor:
    """Expit(u)^p·Expit(−u)^q, in the range wherever the product is."""
    # Expit(u) = e^{min(u, 0)}/(1 + e^{−|u|}), and Expit(−u) alike.
    exponent = _times(p, torch.where(u < 0, u, 0)) - _times(q, torch.where(u < 0, 0, u))
    value: torch.Tensor = torch.exp(exponent) * (1 + torch.exp(-u.abs())) ** -(p + q)
    return value


def _times(power: Any, u: torch.Tensor) -> torch.Tensor:
    # 0·inf is nan.
    return power * u if power else torch.zeros_like(u)


def _log_mean_exp(u: torch.Tensor) -> torch.Tensor:
    """log((1 + eᵘ)/2)."""
    # Up to 1 by eᵘ − 1, which is small near 0; above, log(1 + eᵘ) is twice log 2 or more.
    near = torch.log1p(torch.expm1(u.clamp(max=1)) / 2)
    far = torch.logaddexp(u, torch.zeros_like(u)) - math.log(2)
    return torch.where(u > 1, far, near)


def _log_cosh(u: torch.Tensor) -> torch.Tensor:
    """log(cosh(u))."""
    # cosh u = 1 + 2 sinh²(u/2), and cosh u = e^{|u|}(1 + e^{−2|u|})/2.
    size = torch.where(u < 0, -u, u)
    near = torch.log1p(2 * torch.sinh(size.clamp(max=1) / 2) ** 2)
    return torch.where(size > 1, size - math.log(2) + torch.log1p(torch.exp(-2 * size)), near)


def _log1p_square(u: torch.Tensor) -> torch.Tensor:
    """log(1 + u²)."""
    # = 2 log|u| + log(1 + u^{−2}), whose second term is rounded away beyond 2^27 in float64.
    near = torch.log1p(u.clamp(-(2.0**30), 2.0**30) ** 2)
    return torch.where(u.abs() > 2.0**30, 2 * torch.log(u.abs()), near)


def _split_power(u: torch.Tensor, high: float, low: float) -> torch.Tensor:
    """u^{h + l} = u^h·(1 + l·log u), but for the square of a number below 10⁻¹³."""
    range_ = torch.finfo(u.dtype)
    power: torch.Tensor = u**high * (1 + low * u.clamp(range_.tiny, range_.max).log())
    return power


_NAMES = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
_ELEMENTARY = (*_NAMES, "asinh", "acosh", "atanh", "erf", "erfc")
_OF_TENSORS: dict[str, Callable[..., Any]] = {
    "Direction": _direction,
    "Expit": expit,
    "Expm1": torch.expm1,
    "HyperbolicBowl": _hyperbolic_bowl,
    "HyperbolicRamp": _hyperbolic_ramp,
    "Hypotenuse": _hypotenuse,
    "Log1p": torch.log1p,
    # logaddexp(u, 0) = log(eᵘ + e⁰).
    "Log1pExp": lambda u: torch.logaddexp(u, torch.zeros_like(u)),
    "Log1pSquare": _log1p_square,
    "LogCosh": _log_cosh,
    "LogMeanExp": _log_mean_exp,
    "LogisticPower": _logistic_power,
    "StableTanh": torch.tanh,
    "UpperAtan": lambda u: torch.atan2(torch.ones_like(u), u),
    "UpperErfc": torch.special.erfc,
    "WholePower": lambda u, n: u**n,
}
TORCH_FUNCTIONS: dict[str, Any] = {
    **{name: _either(name) for name in _ELEMENTARY},
    **{name: _with_numbers(name, function) for name, function in _OF_TENSORS.items()},
    **POLYNOMIALS,
    "SplitPower": _split_power,
    "pi": math.pi,
}
