"""Precision rises until the digits agree; cancellation costs rounds and no digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Integer

from actmath.derive._iteration.settled import NotSettledError
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


def precisions(digits: int, **given: Any) -> list[int]:
    """At how many digits a value that never settles is tried."""
    tried: list[int] = []

    def compute() -> tuple[Any, ...]:
        tried.append(mp.dps)
        return (mp.mpf(mp.dps),)

    with pytest.raises(NotSettledError):
        settle(compute, digits, **given)
    return tried


def test_each_round_has_more_digits_than_the_one_before() -> None:
    """25 spare ones, then 1.6 times as many, up to 40 times 35."""
    rising = [35, 56, 89, 142, 227, 363, 580, 928]
    assert precisions(10) == rising
    # Another start, and a second round of its own.
    assert precisions(10, spare=8, more=8)[:4] == [18, 26, 41, 65]
    assert precisions(10, spare=8)[:3] == [18, 28, 44]
    with pytest.raises(NotSettledError, match=r"no agreement to 10 digits at 1484 digits"):
        settle(lambda: (mp.mpf(mp.dps),), 10)


def rounds(values: list[tuple[Any, ...]], digits: int = 10, **given: Any) -> tuple[int, Any]:
    """How many of the values in turn, of which the last stays, are asked for; and the answer."""
    seen: list[tuple[Any, ...]] = []

    def compute() -> tuple[Any, ...]:
        seen.append(values[min(len(seen), len(values) - 1)])
        return seen[-1]

    found = settle(compute, digits, **given)
    return len(seen), found


@pytest.mark.parametrize(("change", "asked"), [("0.99e-13", 2), ("1.01e-13", 3)])
@pytest.mark.parametrize("scale", [1, -5, "1e-7"])
def test_two_precisions_agree_to_three_digits_more(change: str, asked: int, scale: Any) -> None:
    one = mp.mpf(scale)
    with mp.workdps(30):
        other = one * (1 + mp.mpf(change))
    assert rounds([(one, mp.one), (other, mp.one)]) == (asked, (other, 1))
    assert rounds([(mp.one, one), (mp.one, other)]) == (asked, (1, other))


@pytest.mark.parametrize(("depth", "asked"), [(34, 2), (35, 3), (55, 3), (56, 4)])
def test_below_the_floor_counts_once_a_precision_has_reached_it(depth: int, asked: int) -> None:
    """The earlier of two evaluations, of 35 digits and of 56."""
    noise = [(mp.one, mp.mpf(k) * mp.mpf(10) ** -80) for k in range(1, 9)]
    assert rounds(noise, depth=depth) == (asked, (1, 0))


def test_a_floor_is_so_many_orders_below_the_largest_entry_or_the_unit() -> None:
    """10⁻³⁰, or 10⁻²⁵ of −8; what is on it stays, and what is below it is 0."""
    for low, kept in (("2e-30", True), ("0.5e-30", False)):
        _, (_, found) = rounds([(-mp.one, mp.mpf(low))])
        assert bool(found) is kept
    for low, kept in (("8.1e-25", True), ("7.9e-25", False)):
        _, (found, _) = rounds([(mp.mpf(low), mp.mpf(-8))], below=15)
        assert bool(found) is kept
        _, (found,) = rounds([(mp.mpf(low),)], below=15, units=lambda _: (mp.mpf(8),))
        assert bool(found) is kept


def test_what_is_exactly_0_needs_no_unit_and_what_is_infinite_agrees_with_itself() -> None:
    nothing = (mp.zero, mp.zero)
    assert rounds([nothing], units=lambda found: found) == (2, nothing)
    asked, found = rounds([(mp.inf, mp.one), (mp.inf, mp.one)], units=lambda _: (mp.one, mp.one))
    assert (asked, found) == (2, (mp.inf, 1))
    asked, found = rounds([(mp.nan, mp.one)], units=lambda _: (mp.one, mp.one))
    assert asked == 2
    assert mp.isnan(found[0])
    # A value that became finite is no agreement, nor is one that became infinite.
    asked, found = rounds([(mp.inf,), (mp.one,)], units=lambda _: (mp.one,))
    assert (asked, found) == (3, (1,))
    asked, found = rounds([(mp.one,), (mp.inf,)], units=lambda _: (mp.one,))
    assert (asked, found) == (3, (mp.inf,))
