"""Where an arithmetic is tried: every magnitude, both signs, kinks ± ulps, and random points."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction

from ...lower._arithmetics import Precision

# One of so many powers of ten.
_STRIDE = 20
# Where exponentials, their tails in either width and their squares end, and points between.
_MODERATE = (0.01, 0.25, 0.75, 1, 2, 3, 4, 6, 9, 12, 16, 20, 28, 40, 60, 88, 90, 104, 250, 710, 750)
# Ulps beside a kink.
_BESIDE = (-2, -1, 0, 1, 2)
# Random points lie up to here; others have a random magnitude.
_REACH = 30.0


def places(
    breaks: Iterable[Fraction], precision: Precision, seed: int, count: int, stride: int = _STRIDE
) -> list[float]:
    """Numbers of the precision, in increasing order: ``count`` random ones beside the fixed ones.

    >>> from ...lower._arithmetics import FLOAT64
    >>> found = places([Fraction(1)], FLOAT64, seed=0, count=4)
    >>> min(found) < -1e299, 1 + 2.0**-52 in found, 0.0 in found
    (True, True, True)
    """
    powers = [10.0**k for k in range(-300, 301, stride)]
    # Eight binary digits, which every precision has, so that all are compared at the same points.
    moderate = _MODERATE[:: stride // _STRIDE]
    sizes = [nearest_held(size, 8, 0.0) for size in (*powers, *moderate)]
    ends = [v for v in (precision.smallest, _quantum(precision), precision.largest) if v < math.inf]
    wanted = [sign * size for size in (*sizes, *ends) for sign in (1, -1)]
    wanted += _random(precision, seed, count)
    wanted += [beside for at in breaks for beside in _near(float(at), precision)]
    held = {nearest_held(at, min(precision.bits, 53), _quantum(precision)) for at in wanted}
    return sorted({at for at in held if abs(at) <= precision.largest} | {0.0})


def _random(precision: Precision, seed: int, count: int) -> Iterator[float]:
    rng = random.Random(seed)
    # Decimal orders that the precision has, within those of the fixed points.
    top = min(300.0, math.log10(min(precision.largest, 1e300)))
    bottom = -300.0 if not precision.smallest else max(-300.0, math.log10(precision.smallest))
    for number in range(count):
        far = rng.choice((-1, 1)) * 10.0 ** rng.uniform(bottom, top)
        yield far if number % 2 else rng.uniform(-_REACH, _REACH)


def _near(at: float, precision: Precision) -> list[float]:
    bits = min(precision.bits, 53)
    return [at + k * _ulp(at, bits, _quantum(precision)) for k in _BESIDE]


def _quantum(precision: Precision) -> float:
    """The smallest number above 0; that of float64 where there is none."""
    return precision.smallest * precision.epsilon or math.ulp(0.0)


def _ulp(at: float, bits: int, quantum: float) -> float:
    # at = m·2^e with m in [1/2, 1): the last of so many digits stands for 2^{e − bits}.
    return max(math.ldexp(1.0, math.frexp(at)[1] - bits) if at else 0.0, quantum, math.ulp(0.0))


def nearest_held(at: float, bits: int, quantum: float) -> float:
    """The nearest number of so many bits, of those that are multiples of the quantum."""
    unit = _ulp(at, bits, quantum)
    # Exact: a quotient of floats by a power of two, as fractions since it may overflow.
    return float(round(Fraction(at) / Fraction(unit)) * Fraction(unit))
