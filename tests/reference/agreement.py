"""When do two arithmetics agree? In ulps, with what the argument's own ulp is worth."""

from __future__ import annotations

from typing import Any

import torch
from mpmath import mp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from actmath import Activation
from actmath.lower import Arithmetic, Precision, to_mpmath

ULPS = 8
#: Digits of the values to compare with: 30 beyond the 60 of the most exact arithmetic.
DIGITS = 90


def close(got: Any, want: Any, condition: Any, precision: Precision) -> bool:
    """Equal within ``ULPS``·(1 + condition) ulps, or both (almost) below the normal numbers."""
    if condition * precision.epsilon >= 1 and mp.isnan(got):
        # An ulp of x moves f by more than f: where no digit is determined, nan says so.
        return True
    if mp.isnan(want) or mp.isnan(got):
        return bool(mp.isnan(want)) and bool(mp.isnan(got))
    if abs(want) > precision.largest * (1 - precision.epsilon) or mp.isinf(want):
        return bool(got == mp.sign(want) * mp.inf or abs(got) >= precision.largest * 0.999)
    # Without a smallest number, values such as exp(-1e60) live, of which no digit can be right;
    # nor can one where an ulp of x is more than a period.
    free = not precision.smallest or condition * precision.epsilon >= 1
    worth = condition if free else min(condition, mp.mpf(10) ** 12)
    unit = abs(want) * precision.epsilon
    died_out = (4 + worth) * precision.smallest
    return bool(abs(mp.mpf(got) - want) <= max(ULPS * (1 + worth) * unit, died_out))


def check_same_up_to_rounding(got: torch.Tensor, want: torch.Tensor, ulps: int = 4) -> None:
    """The same formula by different code: |got − want| ≤ ``ulps``·eps·|want| at every entry.

    PyTorch sends whole vectors through SLEEF and strided or left-over entries through libm, both
    good to 1 ulp. So exp differs by 2 ulp at most, and one division or product after it adds ½
    to either side: 4 is what 1/(1 + exp(−x)) and x times it need.
    """
    assert got.dtype == want.dtype
    eps = torch.finfo(want.dtype).eps
    torch.testing.assert_close(got, want, rtol=ulps * eps, atol=0, equal_nan=True)


def condition_number(activation: Activation, order: int, at: float, want: Any, **given: Any) -> Any:
    """|x g′(x)/g(x)|: how many ulps of the result one ulp of the argument is worth."""
    if not at or not mp.isfinite(at) or not mp.isfinite(want) or want == 0:
        return mp.zero
    size = abs(mp.mpf(at))
    # Waves turn within a step that is large itself.
    step = (min(size, 1) if activation.expr.has(TrigonometricFunction) else size) / mp.mpf(10) ** 15
    function = to_mpmath(activation, order)
    with mp.workdps(mp.dps + int(mp.log10(size / step))):
        ends = [function(at + side * step, **given) for side in (1, -1)]
        exact = function(at, **given)
        change = max(abs(value - exact) for value in ends)
    return change / abs(want) * size / step


def check_arithmetic(
    arithmetic: Arithmetic,
    precision: Precision,
    activation: Activation,
    order: int,
    at: float,
    **given: Any,
) -> None:
    """The value at a point, as the arithmetic promises it, beside that of many digits."""
    lowered = arithmetic.lower(activation, order)
    (got,) = arithmetic.evaluate(lowered, [at], precision, **given)
    with mp.workdps(DIGITS):
        want = to_mpmath(activation, order)(at, **given)
        if arithmetic.encloses:
            margin = got.radius + abs(want) * mp.mpf(10) ** (5 - DIGITS)
            assert abs(got.value - want) <= margin, (at, got, mp.nstr(want, 20))
        else:
            condition = condition_number(activation, order, at, want, **given)
            assert close(got.value, want, condition, precision), (
                f"{activation.name} at {at}: {got.value} instead of {mp.nstr(want, 20)}: where the "
                f"formula cancels or overflows, give actmath/lower/_rules a rule"
            )
