"""Errors in units of the promise."""

from __future__ import annotations

import random
from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Rational, exp, log, sin

from actmath.lower import FLOAT32, FLOAT64, Precision
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.many_digits import ManyDigits
from actmath.notation import x


@pytest.mark.parametrize(
    ("formula", "precision", "at", "got", "least", "most"),
    [
        (exp(x), FLOAT64, 1.0, np.e, 0, 0.13),
        # 40 ulps, of which e³⁰ may err by 4·(1 + 30).
        (exp(x), FLOAT64, 30.0, np.exp(30.0) * (1 + 40 * 2.0**-52), 0.3, 0.35),
        (1 + 0 * x + exp(-x * 0) * 2, FLOAT64, 5.0, 3 * (1 + 40 * 2.0**-52), 9, 11),
        (exp(x), FLOAT64, 1000.0, inf, 0, 0),
        (exp(x), FLOAT64, 1000.0, 1e300, inf, inf),
        (exp(x), FLOAT64, 700.0, inf, inf, inf),
        (exp(x), FLOAT64, -740.0, 0.0, 0, 1e-10),
        (exp(x), FLOAT32, -87.0, 0.0, 1, inf),
        (log(x), FLOAT64, -1.0, nan, 0, 0),
        (log(x), FLOAT64, 2.0, nan, inf, inf),
        (sin(x), FLOAT32, 0.5, float(np.float32(np.sin(0.5))), 0, 0.13),
    ],
    ids=str,
)
def test_excess(
    formula: Expr, precision: Precision, at: float, got: float, least: float, most: float
) -> None:
    (found,) = Judge(ManyDigits(formula), precision).excess([at], [got])
    assert least <= found <= most


def test_a_spread_counts_where_it_is_larger() -> None:
    judge = Judge(ManyDigits(exp(x)), FLOAT64)
    (bare,) = judge.excess([1.0], [np.e])
    (spread,) = judge.excess([1.0], [np.e], 100 * 2.0**-52 * np.e)
    assert bare < 0.13
    # 100 ulps, of which 4·(1 + 1) are promised.
    assert spread == pytest.approx(12.5, rel=1e-6)


#: IEEE 754's numbers of 16 bits: the ends of their range are near enough to be met by chance.
HALF = Precision(11, 65504.0, 2.0**-14)


def _sizes(generator: random.Random) -> Fraction:
    """A number of every magnitude from below the smallest to beyond the largest of HALF."""
    whole = generator.choice([-1, 1]) * generator.randint(1, 999)
    return whole * Fraction(2) ** generator.randint(-26, 8)


@pytest.mark.parametrize("seed", range(3))
def test_excess_by_fractions(seed: int) -> None:
    """a·x² + b in exact fractions, whose condition number is |2a·x²/(a·x² + b)|."""
    generator = random.Random(seed)
    for _ in range(30):
        a, b = _sizes(generator), _sizes(generator)
        at = Fraction(generator.randint(-400, 400), 64)
        want = a * at**2 + b
        ulps = Fraction(generator.randint(-600, 600), 32) * Fraction(2) ** generator.randint(-3, 4)
        got = float(want * (1 + ulps * Fraction(HALF.epsilon)))
        if not want or abs(want) >= 65000:
            continue
        judge = Judge(ManyDigits(_rational(a) * x**2 + _rational(b)), HALF)
        (found,) = judge.excess([float(at)], [got])
        error, bare = abs(Fraction(got) - want), 4 * Fraction(HALF.epsilon) * abs(want)
        condition = abs(2 * a * at**2 / want)
        promised = max(bare * (1 + condition), Fraction(HALF.smallest))
        # Kept or broken, and by how much where it is near the bound.
        assert bool(found <= 1) is (error <= promised)
        if error > max(promised / 2, Fraction(HALF.smallest)):
            assert found == pytest.approx(float(error / promised), rel=1e-6)
        else:
            assert found <= max(0.5, float(error) / HALF.smallest)
        assert judge.condition(float(at)) == pytest.approx(float(condition), rel=1e-6, abs=1e-12)


def _rational(number: Fraction) -> Rational:
    return Rational(number.numerator, number.denominator)


def test_beside_1_what_is_below_every_normal_number_is_no_error() -> None:
    """1 + 2e-308 as 1: an error of less than one smallest number, and of 2e-293 of an ulp."""
    judge = Judge(ManyDigits(1 + x), FLOAT64)
    (found,) = judge.excess([2e-308], [1.0])
    assert found < 1e-290


@pytest.mark.parametrize("sign", [-1, 1])
def test_at_the_largest_number(sign: int) -> None:
    """What the largest number cannot hold may be infinite, or nearly as large; no other sign."""
    judge, most = Judge(ManyDigits(x), HALF), HALF.largest
    over, last = sign * most, sign * most * (1 - HALF.epsilon)
    got = [sign * inf, over, 0.9995 * over, 0.998 * over, -over, nan]
    assert judge.excess([over] * 6, got).tolist() == [0, 0, 0, inf, inf, inf]
    # The last number but one, which is not beyond.
    assert judge.excess([last] * 2, [sign * inf, last]).tolist() == [inf, 0]


def test_a_spread_that_is_no_number_says_nothing_and_each_point_has_its_own() -> None:
    judge = Judge(ManyDigits(1 + x * 0), FLOAT64)
    ulp = 2.0**-52
    found = judge.excess([1.0, 2.0, 3.0, 4.0], [1.0] * 4, [nan, inf, 8 * ulp, 0.0])
    assert found.tolist() == [0, 0, 2, 0]
    # The larger of both: an error of 6 ulps stays one.
    assert judge.excess([5.0], [1 + 6 * ulp], [ulp]).tolist() == [1.5]


def test_each_number_of_many_digits_is_computed_once() -> None:
    asked: list[Any] = []

    class Counted(ManyDigits):
        def __call__(self, at: Any) -> Any:
            asked.append(at)
            return super().__call__(at)

    judge = Judge(Counted(exp(x)), FLOAT64)
    for _ in range(3):
        judge.excess([1.0, 2.0], [3.0, 7.0])
        judge.condition(1.0)
    assert asked == [1.0, 2.0]
