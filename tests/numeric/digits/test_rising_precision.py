"""Precision rises until the digits agree; cancellation costs rounds and no digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Integer

from actmath.number import mp
from actmath.numeric._digits.rising_precision import check_digits, settle


def test_digits_that_cancel_are_found_again() -> None:
    """(1 + 10^-60) − 1 has no digit at the first precision of 10 + 25."""
    tried: list[int] = []

    def compute() -> tuple[Any, ...]:
        tried.append(mp.dps)
        small = mp.mpf(10) ** -60
        return (mp.one, (1 + small) - 1)

    found = settle(compute, 10, depth=100)
    with mp.workdps(80):
        assert abs(found[1] / mp.mpf(10) ** -60 - 1) < mp.mpf(10) ** -12
    assert tried == sorted(set(tried))
    assert len(tried) > 2


def test_what_stays_below_the_floor_is_zero() -> None:
    assert settle(lambda: (mp.one, mp.mpf(10) ** -50), 10) == (1, 0)
    deeper = settle(lambda: (mp.one, mp.mpf(10) ** -50), 10, depth=60)
    assert deeper[1] > 0


def test_units_say_what_counts_as_small() -> None:
    values = (mp.one, mp.mpf(10) ** -50)
    assert settle(lambda: values, 10, units=lambda found: found) == values


def test_noise_never_settles() -> None:
    """A value that depends on the precision has no digits to agree on."""
    with pytest.raises(ArithmeticError, match="no agreement to 5 digits"):
        settle(lambda: (mp.mpf(mp.dps),), 5)


@pytest.mark.parametrize("digits", [1, 16, 10_000, np.int64(7), Integer(7)])
def test_digits_in_range(digits: int) -> None:
    assert check_digits(digits) == digits


@pytest.mark.parametrize("digits", [0, -1, 10_001, 1.0, "5", True, None, np.timedelta64(5, "ns")])
def test_digits_out_of_range(digits: Any) -> None:
    with pytest.raises(ValueError, match="digits must be an integer from 1 to 10000"):
        check_digits(digits)
