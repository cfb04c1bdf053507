"""Reference moments of an activation that has no table, from its declared formula by mpmath alone.

The formula is evaluated as it stands and its slope by a difference quotient, so that nothing takes
part of what is tested. Of the package's own answers only the breakpoints are used, which can do no
harm: where one is missing, the two quadrature rules do not agree.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mpmath import mp
from sympy import lambdify

from actmath import Activation
from actmath.notation import x

from ..strategies import breaks
from .make_moments import Case, moments, points

#: Of the tables' points every so many, corners among them: each costs seconds.
EVERY = {"inner": 6, "outer": 8, "dense": 15}
DIGITS = 50
#: The difference quotient errs by the square of the step, and rounding by 1e-50 over it.
STEP = mp.mpf(10) ** -16
#: The finer of two rules that agree so far is right to many more digits than a float has.
AGREED = mp.mpf(10) ** -18


@lru_cache(maxsize=64)
def sampled_rows(activation: Activation, domain: str) -> list[dict[str, Any]]:
    """Rows as in a table, at some of its points.

    Raises:
        ArithmeticError: if no two rules agree.
    """
    case = case_of(activation)
    with mp.workdps(DIGITS):
        return [_row(case, *pair) for pair in points()[domain][:: EVERY[domain]]]


def case_of(activation: Activation) -> Case:
    """f by its formula, f′ by a central difference."""
    formula = lambdify(x, activation.formula(), "mpmath")

    # The quadrature asks for f(mean) beside every other value.
    @lru_cache(maxsize=2)
    def value(at: Any) -> Any:
        return mp.mpf(formula(at))

    def slope(at: Any) -> Any:
        return (formula(at + STEP) - formula(at - STEP)) / (2 * STEP)

    return Case(value, slope, tuple(breaks(activation)))


def _row(case: Case, mean: float, variance: float) -> dict[str, Any]:
    keys = ("mean", "variance", "derivative_second")
    for counts in ((10, 14), (20, 26), (40, 48)):
        coarse, fine = (moments(case, mean, variance, count) for count in counts)
        # The mean, which may vanish, in units of the root of E f².
        scales = [mp.sqrt(fine[0] ** 2 + fine[1]), fine[1], fine[2]]
        pairs = zip(coarse, fine, scales, strict=True)
        if all(abs(one - other) <= AGREED * scale for one, other, scale in pairs):
            values = [mp.nstr(value, 30) for value in fine]
            return {"at": [mean.hex(), variance.hex()], **dict(zip(keys, values, strict=True))}
    raise ArithmeticError(f"no two rules agree at {mean}, {variance}: {coarse} against {fine}")
