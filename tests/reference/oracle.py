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
#: The second where a unit is flat to more than the first, as erf at 12.
DIGITS = (50, 250)
#: The finer of two rules that agree so far is right to many more digits than a float has.
AGREED = mp.mpf(10) ** -18


@lru_cache(maxsize=64)
def sampled_rows(activation: Activation, domain: str) -> list[dict[str, Any]]:
    """Rows as in a table, at some of its points.

    Raises:
        ArithmeticError: if no two rules agree.
    """
    return [_sampled(activation, *pair) for pair in points()[domain][:: EVERY[domain]]]


def _sampled(activation: Activation, mean: float, variance: float) -> dict[str, Any]:
    for digits in DIGITS:
        with mp.workdps(digits):
            try:
                return _row(case_of(activation), mean, variance)
            except ArithmeticError as error:
                failed = error
    raise failed


def case_of(activation: Activation) -> Case:
    """f by its formula, f′ by a central difference."""
    formula = lambdify(x, activation.formula(), "mpmath")
    # The quotient errs by the square of the step, and rounding by 10^−digits over it.
    step = mp.mpf(10) ** (-mp.dps // 3)
    kinks = tuple(breaks(activation))

    # The quadrature asks for f(mean) beside every other value.
    @lru_cache(maxsize=2)
    def value(at: Any) -> Any:
        return mp.mpf(formula(at))

    def slope(at: Any) -> Any:
        for kink in kinks:
            # Both points of the quotient are on the same side.
            if abs(at - kink) < 2 * step:
                at = kink + (2 * step if at > kink else -2 * step)
        return (formula(at + step) - formula(at - step)) / (2 * step)

    return Case(value, slope, kinks)


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
