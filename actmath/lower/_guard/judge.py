"""How far is a float version of a formula from the formula, in units of what is promised?

Promised are 4 ulps, and as many more as the condition number |x·f′/f|, which no formula of x can
avoid: one ulp of x is worth so many of f. What is below the smallest normal number may come out as
0, as on processors that have no smaller ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arithmetics import Precision
from .many_digits import ManyDigits

#: Units in the last place, and as many more as the condition number.
PROMISED_ULPS = 4


class Judge:
    """Compares values with those of many digits, which it keeps.

    Args:
        reference: the formula.
        precision: of the floats that are judged.
    """

    def __init__(self, reference: ManyDigits, precision: Precision) -> None:
        self.reference = reference
        self.precision = precision
        self._values: dict[float, Any] = {}
        self._conditions: dict[float, float] = {}

    def value(self, at: float) -> Any:
        """The formula's value, of many digits."""
        if at not in self._values:
            self._values[at] = self.reference(at)
        return self._values[at]

    def condition(self, at: float) -> float:
        """|x·f′/f|."""
        if at not in self._conditions:
            self._conditions[at] = self.reference.condition(at, self.value(at))
        return self._conditions[at]

    def excess(
        self, points: Sequence[float] | NDArray[Any], got: Any, spread: Any = 0.0
    ) -> NDArray[Any]:
        """Error over promise at every point: at most 1 is kept; 0 where the formula has no value.

        Args:
            spread: an error that is to be expected beside the one that is found.
        """
        spreads = np.broadcast_to(spread, np.shape(points))
        triples = zip(points, np.asarray(got), spreads, strict=True)
        return np.array([self._excess(float(at), float(v), float(s)) for at, v, s in triples])

    def _excess(self, at: float, got: float, spread: float) -> float:
        want = self.value(at)
        context, precision = self.reference.context, self.precision
        if context.isnan(want):
            return 0.0
        if abs(want) > precision.largest * (1 - precision.epsilon):
            return 0.0 if got * context.sign(want) >= precision.largest * 0.999 else np.inf
        if not np.isfinite(got):
            return float("inf")
        # The spread is no number where a sample overflowed.
        error = max(abs(context.mpf(got) - want), context.mpf(spread) if np.isfinite(spread) else 0)
        bare = abs(want) * precision.epsilon * PROMISED_ULPS
        unit = max(bare, context.mpf(precision.smallest))
        # Dear, and needed only where a few bare ulps, or the smallest number, do not do.
        if error <= max(unit / 2, precision.smallest):
            return float(error / unit)
        return float(error / max(bare * (1 + self.condition(at)), unit))
