"""Arguments beside where an arithmetic changes its formula, random ones, and limits at ±∞."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from math import inf, log, nan, pi
from typing import Any

from mpmath import mp

from ...reference.plain_functions import PLAIN

_SQUARES = ((0.3,), (5.0,), (1e-12,), (1e10,))
#: What stands beside the first argument.
REST: dict[str, tuple[tuple[Any, ...], ...]] = {
    **dict.fromkeys(("Direction", "HyperbolicBowl", "HyperbolicRamp", "Hypotenuse"), _SQUARES),
    "LogisticPower": ((1.0, 0.0), (0.0, 1.0), (2.5, -0.5), (-1.0, 2.0), (0.5, 0.5), (-0.25, -0.75)),
    "WholePower": ((2,), (3,), (4,)),
}
#: The limits at −∞ and at ∞, the first of ``REST`` beside; none of the hyperbolic bowl, whose
#: quotient reads ∞/∞ there: for it a large argument stands in.
LIMITS: dict[str, tuple[float, float]] = {
    "Direction": (-1, 1),
    "Expit": (0, 1),
    "Expm1": (-1, inf),
    "HyperbolicRamp": (0, inf),
    "Hypotenuse": (inf, inf),
    "Log1p": (nan, inf),
    "Log1pExp": (0, inf),
    "Log1pSquare": (inf, inf),
    "LogCosh": (inf, inf),
    "LogMeanExp": (-log(2), inf),
    "LogisticPower": (0, 1),
    "StableTanh": (-1, 1),
    "UpperAtan": (pi, 0),
    "UpperErfc": (2, 0),
    "WholePower": (inf, inf),
}
#: Sizes at which one formula follows another, and where a square leaves the range.
_EDGES = (0.5, 1.0, 1 + 2.0**-20, 1 - 2.0**-20, 5.0, 26.0, 40.0, 300.0, 2.0**30, 1.5 * 2.0**30)
_FAR = (1e-200, 1e-160, 2.0**27, 1e160)
_EXPONENTIAL = (
    *("Expit", "Expm1", "Log1pExp", "LogMeanExp", "LogCosh", "LogisticPower", "StableTanh"),
    "UpperErfc",
)


@cache
def more_cases(name: str, single: bool = False) -> list[tuple[tuple[Any, ...], Any, Any]]:
    """Arguments, the value, and what an ulp of the first argument is worth, as ``cases`` gives."""
    return list(_cases(name, single))


def _cases(name: str, single: bool) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    generator = random.Random(name)
    for rest in REST.get(name, ((),)):
        sizes = [10.0 ** generator.uniform(-12, 2) for _ in range(7)]
        for size in (*sizes, *_EDGES, *(() if single else _FAR)):
            for u in (size, -size):
                at = _as_single(u) if single else u
                if name == "Log1p" and at <= -1:
                    continue
                if name in _EXPONENTIAL and abs(at) > 600:
                    continue
                yield _case(name, at, rest)


def _as_single(u: float) -> float:
    """The nearest number that float32 has."""
    with mp.workprec(24):
        return float(+mp.mpf(u))


def _case(name: str, at: float, rest: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any, Any]:
    # e^{600} has 261 digits; the square of 10^{−200} is lost beside 1 with fewer than 400.
    usual = 380 if name in _EXPONENTIAL else 120
    with mp.workdps(usual if 1e-30 < abs(at) < 1e30 else 520):
        point = mp.mpf(at)
        step = abs(point) * mp.mpf(10) ** -30
        value = PLAIN[name](point, *rest)
        change = abs(PLAIN[name](point + step, *rest) - value) * mp.mpf(10) ** 30
    return (at, *rest), value, change
