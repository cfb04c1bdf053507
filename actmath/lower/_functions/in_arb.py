"""The functions of stable formulas for Arb balls."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import inf
from typing import Any

from flint import arb


def _monotone(at_point: Callable[..., Any]) -> Callable[..., Any]:
    """A tight ball version of a function monotone in its first argument: its two ends, united."""

    def on_ball(u: Any, *rest: Any) -> Any:
        return at_point(u.lower(), *rest).union(at_point(u.upper(), *rest))

    return on_ball


def _held(at_point: Callable[[Any], Any], lower: int, upper: float = inf) -> Callable[[Any], Any]:
    """One that is monotone on its domain: what a ball has beyond came by rounding outwards.

    The exact values are inside; a ball without any point of the domain gives no number.
    """
    least, most = arb(lower), arb(upper)

    def on_ball(u: Any) -> Any:
        if u < least or u > most:
            return arb.nan()
        ends = (end.max(least).min(most) for end in (u.lower(), u.upper()))
        return reduce(arb.union, map(at_point, ends))

    return on_ball


_root = _held(lambda u: u.sqrt(), 0)


def _power(u: Any, p: Any) -> Any:
    # u^p = exp(p·log u) for u > 0, and 0 at u = 0 for p > 0: from there it rises.
    u, p = arb(u), arb(p)
    if u > 0 or u < 0 or not p > 0:
        return u**p
    return arb(0).union(u.upper() ** p)


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
    "Abs": lambda u: abs(arb(u)),
    "Direction": _monotone(lambda u, c: u / _hypotenuse(u, c)),
    "Expit": _monotone(lambda u: 1 / (1 + (-u).exp())),
    "Expm1": _monotone(lambda u: u.expm1()),
    "HyperbolicBowl": _bowl(lambda t, c: t * t / (_hypotenuse(t, c) + arb(c).sqrt())),
    "HyperbolicRamp": _monotone(_hyperbolic_ramp),
    "Hypotenuse": _hypotenuse,
    "LambertW": lambda u, branch=0: arb(u).lambertw(round(float(branch))),
    "Log1p": _monotone(lambda u: u.log1p()),
    "Log1pExp": _monotone(_softplus),
    "Log1pSquare": _bowl(lambda t: (t * t).log1p()),
    "LogCosh": _bowl(_log_cosh),
    "LogMeanExp": _monotone(_log_mean_exp),
    "LogisticPower": _logistic_power,
    "Max": lambda *balls: reduce(lambda one, other: arb(one).max(other), balls),
    "Min": lambda *balls: reduce(lambda one, other: arb(one).min(other), balls),
    "Power": _power,
    # Twice the root's time only where rounding may have left the domain.
    "Root": lambda u: u.sqrt() if u > 0 else _root(u),
    "Square": _square,
    "StableTanh": _monotone(lambda u: u.tanh()),
    "UpperAtan": _monotone(_upper_atan),
    "UpperErfc": _monotone(lambda u: u.erfc()),
    "WholePower": _whole_power,
    "acos": _held(lambda u: u.acos(), -1, 1),
    "acosh": _held(lambda u: u.acosh(), 1),
    "asin": _held(lambda u: u.asin(), -1, 1),
    "asinh": _monotone(lambda u: u.asinh()),
    "atan": _monotone(lambda u: u.atan()),
    "atanh": _monotone(lambda u: u.atanh()),
    "cosh": lambda u: u.cosh(),
    "cos": lambda u: u.cos(),
    "erf": _monotone(lambda u: u.erf()),
    "erfc": _monotone(lambda u: u.erfc()),
    "erfinv": lambda u: arb(u).erfinv(),
    "exp": lambda u: u.exp(),
    "log": lambda u: u.log(),
    "sin": lambda u: u.sin(),
    "sinh": _monotone(lambda u: u.sinh()),
    "sign": lambda u: arb(u).sgn(),
    "tan": lambda u: u.tan(),
    "tanh": _monotone(lambda u: u.tanh()),
}
