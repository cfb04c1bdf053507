"""The functions of stable formulas for Arb balls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb


def _monotone(at_point: Callable[..., Any]) -> Callable[..., Any]:
    """A tight ball version of a function monotone in its first argument: its two ends, united."""

    def on_ball(u: Any, *rest: Any) -> Any:
        return at_point(u.lower(), *rest).union(at_point(u.upper(), *rest))

    return on_ball


def _bowl(at_size: Callable[..., Any]) -> Callable[..., Any]:
    """A tight ball version of an even function that rises with |u|."""

    def on_ball(u: Any, *rest: Any) -> Any:
        # The points nearest to 0 and farthest from it.
        return at_size(u.abs_lower(), *rest).union(at_size(u.abs_upper(), *rest))

    return on_ball


_square = _bowl(lambda t: t * t)


def _softplus(u: Any) -> Any:
    # log(1 + eᵘ) = max(u, 0) + log(1 + e^{−|u|}): the exponential stays in (0, 1].
    return u.nonnegative_part() + (-abs(u)).exp().log1p()


def _log_mean_exp(u: Any) -> Any:
    # log((1 + eᵘ)/2), near 0 by eᵘ − 1.
    return _softplus(u) - arb(2).log() if u > 1 else (u.expm1() / 2).log1p()


def _log_cosh(t: Any) -> Any:
    # cosh t = 1 + 2 sinh²(t/2), and for t ≥ 0 cosh t = eᵗ(1 + e^{−2t})/2.
    if t > 1:
        return t - arb(2).log() + (-2 * t).exp().log1p()
    return (2 * (t / 2).sinh() ** 2).log1p()


def _hypotenuse(u: Any, c: Any) -> Any:
    return (_square(u) + c).sqrt()


def _hyperbolic_ramp(u: Any, c: Any) -> Any:
    # (u + √(u² + c))/2 = max(u, 0) + c/(2(√(u² + c) + |u|)), two terms of one sign.
    return u.nonnegative_part() + c / (2 * (_hypotenuse(u, c) + abs(u)))


def _logistic_power(u: Any, p: Any, q: Any) -> Any:
    # log(Expit(u)^p·Expit(−u)^q) = −p·log(1 + e^{−u}) − q·log(1 + eᵘ).
    rising, falling = _monotone(_softplus)(u), _monotone(_softplus)(-u)
    return (-p * falling - q * rising).exp()


def _upper_atan(u: Any) -> Any:
    # π/2 − atan(u) = atan(1/u) for u > 0.
    return (1 / u).atan() if u > 1 else arb.pi() / 2 - u.atan()


def _whole_power(u: Any, n: int) -> Any:
    # Odd powers rise, even ones are bowls.
    return (_monotone if n % 2 else _bowl)(lambda t: t**n)(u)


BALL_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Direction": _monotone(lambda u, c: u / _hypotenuse(u, c)),
    "Expit": _monotone(lambda u: 1 / (1 + (-u).exp())),
    "Expm1": _monotone(lambda u: u.expm1()),
    "HyperbolicBowl": _bowl(lambda t, c: t * t / (_hypotenuse(t, c) + arb(c).sqrt())),
    "HyperbolicRamp": _monotone(_hyperbolic_ramp),
    "Hypotenuse": _hypotenuse,
    "Log1p": _monotone(lambda u: u.log1p()),
    "Log1pExp": _monotone(_softplus),
    "Log1pSquare": _bowl(lambda t: (t * t).log1p()),
    "LogCosh": _bowl(_log_cosh),
    "LogMeanExp": _monotone(_log_mean_exp),
    "LogisticPower": _logistic_power,
    "Root": lambda u: u.sqrt(),
    "Square": _square,
    "StableTanh": _monotone(lambda u: u.tanh()),
    "UpperAtan": _monotone(_upper_atan),
    "UpperErfc": _monotone(lambda u: u.erfc()),
    "WholePower": _whole_power,
    "asinh": _monotone(lambda u: u.asinh()),
    "atan": _monotone(lambda u: u.atan()),
    "cosh": lambda u: u.cosh(),
    "cos": lambda u: u.cos(),
    "erf": _monotone(lambda u: u.erf()),
    "erfc": _monotone(lambda u: u.erfc()),
    "exp": lambda u: u.exp(),
    "log": lambda u: u.log(),
    "sin": lambda u: u.sin(),
    "sinh": _monotone(lambda u: u.sinh()),
    "tanh": _monotone(lambda u: u.tanh()),
}
