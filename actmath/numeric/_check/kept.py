"""How many digits of a number are right, beside those that nobody could keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..._text.tables import Answer
from ...lower._arithmetics import Precision
from .reference import NOTHING

#: The bound that lowered functions promise: so many ulps, times 1 + the condition number.
ULPS = 4


@dataclass(frozen=True, repr=False)
class Kept(Answer):
    """What one route keeps of one quantity, at its worst point.

    ``digits`` of the ``whole`` that the route has, beside what the condition number costs any
    computation; at least ``promised`` of them, where something is promised. ``digits`` is None
    where nothing could be computed, and ``note`` says why.
    """

    route: str
    quantity: str
    digits: float | None
    whole: float
    promised: float | None = None
    at: str = ""
    got: str = ""
    right: str = ""
    note: str = ""

    @property
    def lost(self) -> bool:
        """Are digits missing that were promised, or did the route fail?"""
        if self.note.startswith("fails"):
            return True
        if self.digits is None or self.promised is None:
            return False
        return self.digits < self.promised


def whole_digits(precision: Precision) -> float:
    """The decimal digits of so many binary ones.

    >>> from ...lower._arithmetics import FLOAT64
    >>> round(whole_digits(FLOAT64), 2)
    15.95
    """
    return precision.bits * math.log10(2)


def promised_digits(precision: Precision) -> float:
    """What is left within ``ULPS`` units of the last place."""
    return whole_digits(precision) - math.log10(ULPS)


def digits_of_value(got: Any, right: Any, slack: Any, precision: Precision) -> float:
    """The digits of a number of that precision, 0 at least.

    Args:
        got, right: mpfs of one context.
        slack: |x·g′(x)|, by whose eps-th part the argument's own rounding moves the result;
            infinite where no digit is determined.
        precision: whose ulps count; what dies out below its smallest number is kept.
    """
    whole = whole_digits(precision)
    if got != got:
        return 0.0
    if abs(right) >= precision.largest * (1 - precision.epsilon):
        agrees = got * right > 0 and abs(got) >= precision.largest * (1 - 4 * precision.epsilon)
        return whole if agrees else 0.0
    error = abs(got - right)
    if not error:
        return whole
    if abs(got) == math.inf:
        return 0.0
    # A factor of the result that dies out takes with it what the other one multiplies it by.
    condition = min(slack / abs(right), 1 / precision.epsilon) if right else 0
    died_out = max(precision.smallest, NOTHING) * (1 + condition)
    return digits_in_units(error, max(precision.epsilon * (abs(right) + slack), died_out), whole)


def digits_in_units(error: Any, unit: Any, whole: float) -> float:
    """So many digits if an error of one unit costs none.

    >>> digits_in_units(100, 1, 16.0), digits_in_units(0, 1, 16.0), digits_in_units(1, 0, 16.0)
    (14.0, 16.0, 0.0)
    """
    if not error:
        return whole
    if not unit:
        return 0.0
    ratio = error / unit
    # Of an mpf, whose exponent no float may have.
    orders = 400.0 if ratio > 1e300 else math.log10(max(1.0, float(ratio)))
    return max(0.0, whole - orders)
