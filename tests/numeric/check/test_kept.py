"""Digits: of exact values, of errors of so many ulps, at the ends of the range."""

from __future__ import annotations

import math

import pytest
from mpmath import mp

from actmath.lower import FLOAT32, FLOAT64, Precision
from actmath.numeric._check.kept import (
    Kept,
    digits_in_units,
    digits_of_value,
    promised_digits,
    whole_digits,
)
from actmath.numeric._check.reference import NOTHING

WHOLE = whole_digits(FLOAT64)
LEAST = FLOAT64.smallest


@pytest.mark.parametrize(
    ("got", "right", "slack", "digits"),
    [
        (1.0, 1.0, 0.0, WHOLE),
        (1.0 + 2.0**-52, 1.0, 0.0, WHOLE),
        (1.0 + 100 * 2.0**-52, 1.0, 0.0, WHOLE - 2),
        (1.0 + 100 * 2.0**-52, 1.0, 99.0, WHOLE),
        (0.0, 1.0, 0.0, WHOLE - math.log10(2.0**52)),
        (1e-20, 0.0, 0.0, 0.0),
        (math.nan, 1.0, 0.0, 0.0),
        (math.inf, 1.0, 0.0, 0.0),
        (0.3, -0.8, math.inf, WHOLE),
        (math.nan, -0.8, math.inf, 0.0),
        (math.inf, 1e300, 0.0, 0.0),
        (math.inf, mp.mpf(10) ** 400, 0.0, WHOLE),
        (-math.inf, mp.mpf(10) ** 400, 0.0, 0.0),
        (0.0, LEAST / 2, 0.0, WHOLE),
        (0.0, mp.mpf(10) ** -500, 0.0, WHOLE),
    ],
)
def test_digits_of_values(got: float, right: object, slack: float, digits: float) -> None:
    found = digits_of_value(mp.mpf(got), mp.mpf(right), mp.mpf(slack), FLOAT64)
    assert found == pytest.approx(digits, abs=0.01)


def test_four_ulps_are_what_is_promised() -> None:
    for ulps, lost in ((3.9, False), (4.1, True)):
        got = mp.mpf(1) + ulps * mp.mpf(FLOAT32.epsilon)
        digits = digits_of_value(got, mp.one, mp.zero, FLOAT32)
        row = Kept("r", "f", digits, whole_digits(FLOAT32), promised_digits(FLOAT32))
        assert row.lost is lost


def test_a_failure_is_lost_and_what_is_absent_is_not() -> None:
    assert Kept("r", "f", None, 16.0, note="fails: ZeroDivisionError()").lost
    assert not Kept("r", "f", None, 16.0, note="torch is not installed").lost
    assert not Kept("r", "f", 1.0, 2.4).lost


@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64])
def test_at_the_largest_number_four_ulps_are_the_same_as_it(precision: Precision) -> None:
    largest, ulp = mp.mpf(precision.largest), mp.mpf(precision.epsilon)
    whole = whole_digits(precision)

    def digits(got: object, right: object) -> float:
        return digits_of_value(got, right, mp.zero, precision)

    for right in (largest, largest * (1 - ulp), largest * 2):
        assert digits(largest * (1 - 4 * ulp), right) == whole
        assert digits(mp.inf, right) == whole
        assert digits(largest * (1 - 5 * ulp), right) == 0
        assert digits(-largest, right) == digits(mp.zero, right) == 0
        assert digits(-largest, -right) == whole
    # Below it what is infinite is wrong, and ulps count.
    below = largest * (1 - 2 * ulp)
    assert digits(mp.inf, below) == 0
    assert digits(below * (1 - 100 * ulp), below) == pytest.approx(whole - 2, abs=0.01)


@pytest.mark.parametrize(
    ("right", "slack", "got", "cost"),
    [
        # Below the smallest number there are no ulps; an error of ten of it costs a digit.
        (10, 0, 0, 1),
        (1, 0, 2, 0),
        (1, 0, 101, 2),
        # A factor that dies out takes with it what a condition of nine makes ten times as much.
        (10, 90, 0, 0),
        (100, 900, 0, 1),
        # Of 0 itself.
        (0, 0, 1, 0),
        (0, 0, 1000, 3),
    ],
)
def test_what_dies_out_counts_in_the_smallest_numbers(
    right: int, slack: int, got: int, cost: int
) -> None:
    one = mp.mpf(LEAST)
    found = digits_of_value(one * got, one * right, one * slack, FLOAT64)
    assert found == pytest.approx(WHOLE - cost, abs=1e-9)


def test_a_condition_costs_no_more_than_all_digits_of_what_dies_out() -> None:
    """A slack of 1e30 times the value is one of 2⁵² of them."""
    one = mp.mpf(LEAST)
    got, right = one * 2.0**62, one * mp.mpf(10) ** -10
    unit = one * (1 + 2.0**52)
    found = digits_of_value(got, right, right * mp.mpf(10) ** 20, FLOAT64)
    assert found == pytest.approx(WHOLE - math.log10(float(abs(got - right) / unit)), abs=1e-9)


def test_without_a_smallest_number_what_is_0_to_every_float_is_kept() -> None:
    wide = Precision(200)
    assert digits_of_value(mp.zero, mp.mpf(NOTHING) / 2, mp.zero, wide) == whole_digits(wide)
    found = digits_of_value(mp.zero, mp.mpf(NOTHING) * 1000, mp.zero, wide)
    assert found == pytest.approx(whole_digits(wide) - 3)


def test_digits_of_errors_beyond_all_floats() -> None:
    assert digits_in_units(mp.mpf(10) ** 299, 1, 500.0) == pytest.approx(201)
    assert digits_in_units(mp.mpf(10) ** 2000, 1, 500.0) == 100
    assert digits_in_units(mp.mpf(10) ** -2000, 1, 500.0) == 500
    assert digits_in_units(1e10, 1.0, 7.0) == 0
    assert digits_in_units(0, 0, 7.0) == 7


def test_exactly_what_is_promised_is_not_lost() -> None:
    assert not Kept("r", "f", 12.0, 16.0, 12.0).lost
    assert Kept("r", "f", math.nextafter(12, 0), 16.0, 12.0).lost
    assert Kept("r", "f", 16.0, 16.0, 12.0, note="fails: the ball does not hold the value").lost
    assert not Kept("r", "f", None, 16.0, 12.0, note="refused: it jumps").lost
    assert promised_digits(FLOAT64) == pytest.approx(math.log10(2.0**51))
