"""Moments that many constants ask for, and deep networks with a constant in them.

What computes is imported where it is wanted: declarations are read without it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ....activation import Activation
from ....derive._subject import resolve
from ....number import Number

if TYPE_CHECKING:
    from ....numeric._digits.moments import Moments

#: Parameters of a unit, each with its value.
Parameters = tuple[tuple[str, Number], ...]
#: Digits beyond those asked for, and so many at least, lest a few more be computed anew.
SPARE, _DIGITS = 3, 20


@dataclass(frozen=True)
class Journey:
    """What some layers make of a mean square of 1.

    ``length`` is the mean square of the last net inputs over that of the first, ``gradient`` that
    of the gradient by the first layer's over that by the last layer's. What grows beyond float64 is
    infinite.
    """

    length: float
    gradient: float


@lru_cache(maxsize=256)
def unit_moments(
    unit: str, digits: int, variance: str = "1", parameters: Parameters = ()
) -> Moments:
    """``moments`` at N(0, variance) with digits to spare, kept: many constants ask for the same."""
    from ....numeric._digits.moments import moments

    wanted = max(digits, _DIGITS) + SPARE
    return moments(unit, 0, variance, digits=wanted, **dict(parameters))


def with_values(unit: Activation | str, parameters: Parameters) -> Activation:
    """The unit with those values of its parameters."""
    return resolve(unit, dict(parameters))


@lru_cache(maxsize=256)
def plain_stack(
    unit: Activation | str, gain: float, layers: int, parameters: Parameters = ()
) -> Journey:
    """A wide network with weights N(0, gain²/n): lengths with their mean, from 1 on."""
    from ....numeric._depth.propagate import random_lengths

    try:
        # One layer more than maps: the first net inputs are to have length 1.
        made = random_lengths(with_values(unit, parameters), gain**-2, layers + 1, sigma_w=gain)
    except ArithmeticError:
        # Lengths have left float64; nobody knows the gradient.
        return Journey(math.inf, math.nan)
    return Journey(float(made.length[-1]), float(made.gradient[0]))


@lru_cache(maxsize=256)
def centred_stack(
    unit: Activation | str, factor: float, layers: int, parameters: Parameters = ()
) -> Journey:
    """The same where the weights of a unit sum to 0: the moment map of factor·f with omega 0."""
    from ....numeric._depth.propagate import propagate

    made = propagate(with_values(unit, parameters), 0.0, factor**-2, layers + 1, tau=factor**2)
    # Var z = factor²·Var f before each layer. The gradient passes as many layers as the signal.
    lengths = factor**2 * made.variance
    return Journey(float(lengths[-2]), float(made.gradient[1]))
