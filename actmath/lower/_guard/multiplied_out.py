"""A formula of many digits that is multiplied out where as it stands it reads ∞·0."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sympy import Expr, expand

from ...derive._formula.expansion import is_short
from .many_digits import ManyDigits

# Multiplying out is cheap for so many operations.
_SHORT = 120


class MultipliedOut(ManyDigits):
    """``ManyDigits``, and the same with products taken apart where that has no value.

    Args:
        work: see ``ManyDigits``; one account for both.

    >>> from sympy import exp
    >>> from actmath.notation import x
    >>> formula = (x * exp(x) + exp(exp(x)) - 1) * exp(-exp(x))
    >>> float(ManyDigits(formula)(1e30)), float(MultipliedOut(formula)(1e30))
    (nan, 1.0)
    """

    def __init__(self, expr: Expr, work: float = 48_000) -> None:
        super().__init__(expr, work)
        self._formula = expr

    def __call__(self, at: Any) -> Any:
        value = super().__call__(at)
        other = self._other if self.context.isnan(value) else None
        if other is None:
            return value
        other.work = self.work
        value = self.context.mpf(other(at))
        self.work = other.work
        return value

    @cached_property
    def _other(self) -> ManyDigits | None:
        if self._formula.count_ops() > _SHORT or not is_short(self._formula):
            return None
        found = expand(self._formula)
        return None if found == self._formula else ManyDigits(found)
