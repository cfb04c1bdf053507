"""Values of many digits, in a context of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from sympy import Expr, cos, erf, erfc, exp, log, sin, sqrt, tanh

from actmath.lower._guard.many_digits import ManyDigits, WorkDoneError, _share
from actmath.notation import x

BITS = 7000


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ((exp(x) - 1 - x) / x, lambda t: (mp.exp(t) - 1 - t) / t),
        (x - sin(x), lambda t: t - mp.sin(t)),
        ((cos(x) - 1 + x**2 / 2) / x**3, lambda t: (mp.cos(t) - 1 + t * t / 2) / t**3),
        (sqrt(x**2 + 4) + x, lambda t: mp.sqrt(t**2 + 4) + t),
        (1 - tanh(x) ** 2, lambda t: 1 - mp.tanh(t) ** 2),
        (x * erfc(-x / sqrt(2)) / 2, lambda t: t * mp.erfc(-t / mp.sqrt(2)) / 2),
    ],
    ids=lambda value: str(value) if isinstance(value, Expr) else None,
)
@pytest.mark.parametrize("at", [1e-220, -3e-40, 1e-9, -0.3, 21.5, -37.0, 1e12, -2.9724e74])
def test_values(formula: Expr, same: Any, at: float) -> None:
    digits = ManyDigits(formula, work=10**6)
    with mp.workprec(BITS):
        want = same(mp.mpf(at))
        got = mp.mpf(digits(at)._mpf_)
        # Below 2^−2100 any value will do.
        assert abs(got - want) <= abs(want) * mp.mpf(2) ** -75 + mp.mpf(2) ** -2100


def test_erfc_and_its_complement_in_the_tail() -> None:
    for formula in (1 + erf(x), 2 - erfc(x), erfc(-x)):
        digits = ManyDigits(formula)
        with mp.workprec(300):
            assert abs(mp.mpf(digits(-20.0)._mpf_) / mp.erfc(20) - 1) < 1e-22
            # erfc(t) ≈ e^{−t²}/(t√π) where 1/t² is far below 1.
            far = mp.mpf(digits(-1e40)._mpf_)
            assert abs(far / (mp.exp(mp.mpf(-1e40) * 1e40) / (1e40 * mp.sqrt(mp.pi))) - 1) < 1e-9


def test_the_limit_where_the_formula_is_0_over_0() -> None:
    assert ManyDigits(sin(x) / x)(0.0) == 1
    assert ManyDigits((exp(x) - 1 - x) / x**2)(0.0) - 0.5 < 1e-24


def test_no_value_is_nan() -> None:
    digits = ManyDigits(log(x))
    assert digits.context.isnan(digits(-1.0))
    assert digits.context.isnan(ManyDigits(1 / x)(0.0))


@pytest.mark.parametrize(
    ("formula", "at", "condition"),
    [(exp(x), 30.0, 30), (x**3, 1e-100, 3), (sin(x), 1e200, None), (1 + 0 * x + x**0, 2.0, 0)],
    ids=str,
)
def test_condition_numbers(formula: Expr, at: float, condition: float | None) -> None:
    digits = ManyDigits(formula)
    found = digits.condition(at, digits(at))
    if condition is None:
        with mp.workprec(2000):
            condition = abs(float(mp.mpf(at) * mp.cot(at)))
    assert found == pytest.approx(condition, rel=1e-6)


def test_a_steep_formula_that_cancels_knows_its_condition_number() -> None:
    """180 bits of the sine are lost beside 10⁵⁵, and a step is far below its period."""
    digits = ManyDigits(sin(10**30 * x) + 10**55 * (sin(x) ** 2 + cos(x) ** 2 - 1))
    found = digits.condition(1.5, digits(1.5))
    with mp.workprec(300):
        at = mp.mpf(1.5) * 10**30
        assert found == pytest.approx(abs(float(at * mp.cot(at))), rel=1e-6)


def test_the_process_keeps_its_precision() -> None:
    with mp.workdps(17):
        digits = [ManyDigits((exp(x) - 1 - x) / x) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda each: [each(10.0**-k) for k in range(40)], digits))
        assert mp.dps == 17
    assert all(values == found[0] for values in found)


def test_work_is_counted() -> None:
    digits = ManyDigits(x - sin(x), work=50)
    with pytest.raises(WorkDoneError):
        list(map(digits, 10.0 ** -np.arange(100)))


def test_towers_of_exponentials_return() -> None:
    tower = ManyDigits(exp(-exp(exp(x))))
    assert tower(30.0) == 0
    assert ManyDigits(tanh(exp(exp(x))))(1e300) == 1


def test_every_operation_is_moved_far_above_its_rounding_to_either_side() -> None:
    shares = [_share(place) for place in range(1000)]
    assert min(map(abs, shares)) >= 64
    assert 400 < sum(share > 0 for share in shares) < 600
