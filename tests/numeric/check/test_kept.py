"""Digits: of exact values, of errors of so many ulps, at the ends of the range."""

from __future__ import annotations

import math

import pytest
from mpmath import mp

from actmath.lower import FLOAT32, FLOAT64
from actmath.numeric._check.kept import Kept, digits_of_value, promised_digits, whole_digits

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
