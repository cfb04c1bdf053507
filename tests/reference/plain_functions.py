"""The functions of stable formulas as mpmath computes them, plainly, with digits to spare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mpmath import mp

#: More than the plain formulas lose at the points below: 2·log₁₀(1e200), and 100 beyond.
DIGITS = 500

PLAIN: dict[str, Callable[..., Any]] = {
    "Direction": lambda u, c: u / mp.sqrt(u**2 + c),
    "Expit": lambda u: 1 / (1 + mp.exp(-u)),
    "Expm1": lambda u: mp.exp(u) - 1,
    "HyperbolicBowl": lambda u, c: mp.sqrt(u**2 + c) - mp.sqrt(c),
    "HyperbolicRamp": lambda u, c: (u + mp.sqrt(u**2 + c)) / 2,
    "Hypotenuse": lambda u, c: mp.sqrt(u**2 + c),
    "Log1p": lambda u: mp.log(1 + u),
    "Log1pExp": lambda u: mp.log(1 + mp.exp(u)),
    "Log1pSquare": lambda u: mp.log(1 + u**2),
    "LogCosh": lambda u: mp.log(mp.cosh(u)),
    "LogMeanExp": lambda u: mp.log((1 + mp.exp(u)) / 2),
    "LogisticPower": lambda u, p, q: (1 + mp.exp(-u)) ** -p * (1 + mp.exp(u)) ** -q,
    "StableTanh": mp.tanh,
    "UpperAtan": lambda u: mp.pi / 2 - mp.atan(u),
    "UpperErfc": mp.erfc,
    "WholePower": lambda u, n: u**n,
}

_POINTS = (-700.0, -25.5, -6.25, -1.0, -0.0625, -1e-9, 0.0, 1e-20, 0.3125, 1.0, 4.5, 26.0, 750.0)
_FAR = (-1e200, -1e9, 1e9, 1e200)
_BOUNDED = ("LogisticPower", "StableTanh")
# Of e^{−1e9} no 500 digits beside 1 are left.
_DYING = ("Expit", "Expm1", "Log1pExp")
_REST = {
    **dict.fromkeys(("Direction", "HyperbolicBowl", "HyperbolicRamp", "Hypotenuse"), (4.0,)),
    "LogisticPower": (1 / 3, 0.25),
    "WholePower": (3,),
}


def cases(name: str) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Arguments of a function, its value there, and |u·F′(u)|, what the argument's ulp is worth."""
    exponential = name not in ("UpperErfc", "WholePower")
    for u in (*_POINTS, *(_FAR if exponential and name not in _BOUNDED else ())):
        if (name == "Log1p" and u <= -1) or (abs(u) > 1e3 and name in _DYING):
            continue
        arguments = (u, *_REST.get(name, ()))
        function = PLAIN[name]
        with mp.workdps(DIGITS):
            at = mp.mpf(u)
            step = abs(at) * mp.mpf(10) ** -30
            value = function(at, *arguments[1:])
            change = abs(function(at + step, *arguments[1:]) - value) * mp.mpf(10) ** 30
            yield arguments, value, change


def check_digits(got: Any, value: Any, change: Any, epsilon: float, smallest: float) -> None:
    """Within 4 ulp·(1 + condition number), or of what is left below the normal numbers."""
    with mp.workdps(50):
        if abs(value) > 1e300:
            return
        bound = 4 * epsilon * (abs(value) + change) + 4 * smallest
        assert abs(mp.mpf(got) - value) <= bound, (got, mp.nstr(value, 20))
