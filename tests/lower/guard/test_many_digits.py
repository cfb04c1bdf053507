"""Values of many digits, in a context of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from sympy import (
    Abs,
    Expr,
    Function,
    Heaviside,
    Max,
    Rational,
    cos,
    erf,
    erfc,
    exp,
    log,
    lowergamma,
    pi,
    sin,
    sqrt,
    tanh,
)

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


@pytest.mark.parametrize("rest", ["", "lower"])
@pytest.mark.parametrize("exponent", [5, 12, 20, 80, 160, 250, 300])
def test_the_condition_number_of_a_wave_at_every_magnitude(exponent: int, rest: str) -> None:
    """|x·cot x|, and of x·sin(30x) |1 + 30x·cot(30x)|."""
    at = 10.0**exponent
    formula = x * sin(30 * x) if rest else sin(x)
    digits = ManyDigits(formula, work=10**6)
    found = digits.condition(at, digits(at))
    with mp.workprec(3000):
        inner = 30 * mp.mpf(at) if rest else mp.mpf(at)
        want = abs(float((1 if rest else 0) + inner * mp.cot(inner)))
    assert found == pytest.approx(want, rel=1e-6)


def test_condition_numbers_end_where_floats_do_and_are_0_without_a_value() -> None:
    """That of exp(exp(x)) is x·eˣ: 4e307 at 705, and beyond every float from 706.2 on."""
    tower = ManyDigits(exp(exp(x)))
    with mp.workprec(200):
        want = float(700.5 * mp.exp(700.5))
    assert tower.condition(700.5, tower(700.5)) == pytest.approx(want, rel=1e-6)
    assert tower.condition(706.0, tower(706.0)) == 1e308
    for value in (0, tower.context.inf, tower.context.nan):
        assert tower.condition(2.0, value) == 0
    assert tower.condition(0.0, tower(0.0)) == 0
    # No value beside the point: where the square root ends.
    edge = ManyDigits(sqrt(1 - x) + 1)
    assert edge.condition(1.0, edge(1.0)) == 0


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (x / Abs(x), None),
        (1 + x / Abs(x) * 2.0**-70, None),
        (1 + x / Abs(x) * 2.0**-90, 1),
        ((exp(x) - 1) / x, 1),
        (1 / x, None),
    ],
    ids=str,
)
def test_a_limit_at_0_is_one_from_both_sides(formula: Expr, want: float | None) -> None:
    found = ManyDigits(formula, work=10**6)(0.0)
    if want is None:
        assert found != found
    else:
        assert abs(found - want) < 1e-24 * abs(want)


def test_what_is_infinite_is_so_by_its_size_and_not_by_lost_digits() -> None:
    assert ManyDigits(exp(exp(x)))(1e300) == mp.inf
    assert ManyDigits(-exp(exp(x)) * x)(1e300) == -mp.inf
    # √(1 + e^{−x}) − 1 is 0 with 192, 512 and 1152 bits, and e^{−1000}/2 with more.
    found = ManyDigits(log(sqrt(1 + exp(-x)) - 1), work=10**6)(1000.0)
    with mp.workprec(100):
        assert abs(mp.mpf(found._mpf_) + 1000 + mp.log(2)) < 1e-21
    # No precision is enough for e^{−5000}.
    assert np.isnan(float(ManyDigits(log(sqrt(1 + exp(-x)) - 1), work=10**6)(5000.0)))


@pytest.mark.parametrize(
    ("power", "at", "want"),
    [
        (x**pi, 0.0, 0),
        (x**-pi, 0.0, None),
        (x**pi, 2.0, 2**mp.pi),
        (x**pi, -2.0, None),
        (x ** Rational(1, 3), 8.0, 2),
        (x ** Rational(3, 2), 4.0, 8),
        (x ** Rational(-5, 2), 4.0, 1 / mp.mpf(32)),
        (sqrt(x), -1.0, None),
        (x**-3, -2.0, -mp.mpf(1) / 8),
        ((1 + x) ** 7, 1.0, 128),
        (2**x, 10.0, 1024),
    ],
    ids=str,
)
def test_powers(power: Expr, at: float, want: Any) -> None:
    found = ManyDigits(power)(at)
    if want is None:
        assert found != found
    else:
        assert abs(float(found) / float(want) - 1) < 1e-15 if want else found == 0


def test_constants_and_functions_that_only_sympy_knows_have_25_digits() -> None:
    """γ(2, x) = 1 − (1 + x)·e^{−x}; and at 1e-9 half of all digits cancel in what stands beside."""
    for at in (0.7, 1e-9):
        with mp.workprec(400):
            t = mp.mpf(at)
            gamma = 1 - (1 + t) * mp.exp(-t)
            third = t + mp.mpf(1) / 3 + mp.pi - mp.sqrt(2)
            want = [gamma, third, max(t, mp.mpf(1) / 3), mp.mpf(1)]
        formulas = [
            lowergamma(2, x),
            x + Rational(1, 3) + pi - sqrt(2),
            Max(x, Rational(1, 3)),
            Heaviside(x),
        ]
        for formula, value in zip(formulas, want, strict=True):
            found = ManyDigits(formula)(at)
            with mp.workprec(400):
                assert abs(mp.mpf(found._mpf_) / value - 1) < 1e-24, formula
    unknown = ManyDigits(1 + Function("unknown")(x))(1.0)
    assert unknown != unknown


def test_work_is_granted_to_the_last() -> None:
    digits = ManyDigits(x, work=7.0)
    digits.spend(3.0)
    digits.spend(4.0)
    with pytest.raises(WorkDoneError, match="more work than is granted"):
        digits.spend(0.5)
