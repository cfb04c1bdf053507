"""Zeros from a bracket and from beside them: to the last digit, and an end where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sympy import exp

from actmath.derive._formula._roots.bracketing import (
    bracketed_root,
    real_function,
    real_value,
    secant_root,
)
from actmath.notation import x
from actmath.number import mp


def test_a_root_of_few_digits_is_polished() -> None:
    asked: list[Any] = []

    def cosine(t: Any) -> Any:
        asked.append(t)
        return mp.cos(t)

    with mp.workdps(200):
        found = secant_root(cosine, mp.mpf("1.57079632679"), mp.mpf(10) ** -11)
        assert abs(found - mp.pi / 2) < mp.mpf(10) ** -195
    assert len(asked) < 10
    # It looks beside the number only: farther off the function may have a pole or a second zero.
    assert all(abs(t - asked[0]) < 1e-10 for t in asked)


@pytest.mark.parametrize("seed", range(4))
def test_a_polished_root_asks_for_nothing_that_rounding_has_taken(seed: int) -> None:
    """Of √2 with six lost digits, as an integral may have: what is left is found, in few steps."""
    random, asked = Random(seed), list[Any]()
    with mp.workdps(30):

        def parabola(t: Any) -> Any:
            asked.append(t)
            return t * t - 2 + mp.mpf(10) ** -24 * random.uniform(-1, 1)

        found = secant_root(parabola, mp.mpf("1.414213562373"), mp.mpf(10) ** -12)
        assert found is not None
        assert abs(found - mp.sqrt(2)) < mp.mpf(10) ** -23
    assert len(asked) <= 3


@pytest.mark.parametrize(
    ("function", "root"),
    [
        (lambda t: t**3 + t**5, 0),
        (lambda t: t - mp.mpf("1e-40"), mp.mpf("1e-40")),
        (lambda t: t**3 + mp.mpf("1e-60"), -mp.mpf("1e-20")),
        (lambda t: mp.expm1(t), 0),
        # A pole is found in place of a zero: the search ends there.
        (lambda t: 1 / t if t else mp.nan, 0),
    ],
)
def test_a_bracket_around_0_ends(function: Callable[[Any], Any], root: Any) -> None:
    for ends in ((-1, 2), (2, -1), (-3, 1)):
        found = bracketed_root(function, *map(mp.mpf, ends))
        assert abs(found - root) <= abs(root) * mp.mpf(10) ** -14 + mp.mpf(10) ** -50


@pytest.mark.parametrize(
    ("ends", "root"), [((-3, -0.5), -2), ((-0.5, -2.25), -2), ((3, 1), 2), ((-1, 1.5), 0)]
)
def test_a_bracket_is_never_left(ends: tuple[float, float], root: int) -> None:
    """t³ − 4t is 0 at −2, 0 and 2: each bracket has one of them, and no other place is asked."""
    asked: list[Any] = []

    def cubic(t: Any) -> Any:
        asked.append(t)
        return t**3 - 4 * t

    assert abs(bracketed_root(cubic, *map(mp.mpf, ends)) - root) < 1e-14
    assert min(ends) <= min(asked) <= max(asked) <= max(ends)


def test_no_root_is_no_answer() -> None:
    """t² + 1 has no zero: the steps never shrink."""
    assert secant_root(lambda t: t * t + 1, mp.mpf(1), mp.mpf("0.01")) is None


def test_a_value_is_a_real_number_or_none() -> None:
    assert real_value(lambda t: t + 1, mp.mpf(2)) == 3
    assert real_value(lambda t: mp.mpc(t, 0), mp.mpf(2)) == 2
    for nowhere in (
        lambda t: mp.sqrt(t),
        lambda t: 1 / (t + 1),
        lambda t: mp.inf * t,
        lambda t: mp.nan,
        lambda t: math.exp(-1000 * t),
    ):
        assert mp.isnan(real_value(nowhere, mp.mpf(-1)))


def test_powers_of_e_beyond_all_numbers_come_at_once() -> None:
    function = real_function(2 + exp(x))
    assert function(mp.mpf(10) ** 40) == mp.inf
    assert function(-(mp.mpf(10) ** 40)) == 2
    assert function(mp.mpf(-3)) == 2 + mp.exp(-3)
    assert real_function(exp(x))(mp.mpf(10) ** 9) == mp.exp(mp.mpf(10) ** 9)


def test_an_end_that_is_a_zero_is_the_zero() -> None:
    for low, high, root in ((1, 3, 1), (3, 1, 1), (0, 1, 1), (-2, 1, 1), (1, 5, 1)):
        assert bracketed_root(lambda t: t - 1, mp.mpf(low), mp.mpf(high)) == root
    assert bracketed_root(lambda t: t + 2, mp.mpf(-2), mp.mpf(7)) == -2
    assert bracketed_root(lambda t: t + 2, mp.mpf(7), mp.mpf(-2)) == -2
    assert bracketed_root(lambda t: t, mp.mpf(-1), mp.mpf(0)) == 0


@pytest.mark.parametrize("function", [lambda t: t * t + 1, lambda t: mp.nan], ids=["+", "nan"])
def test_a_bracket_without_a_change_of_sign_is_refused(function: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match=r"no change of sign between 1\.0 and 2\.0"):
        bracketed_root(function, mp.mpf(1), mp.mpf(2))


@pytest.mark.parametrize("seed", range(6))
def test_a_steep_or_flat_zero_is_found_to_all_digits(seed: int) -> None:
    """Powers and exponentials that false position alone would creep along."""
    random = Random(seed)
    at = mp.mpf(random.uniform(-3, 3))
    asked = 0

    def steep(t: Any) -> Any:
        nonlocal asked
        asked += 1
        return mp.expm1(40 * (t - at)) if seed % 2 else (t - at) ** 9 + (t - at) / 10**6

    with mp.workdps(30):
        ends = at - random.uniform(0.5, 2), at + random.uniform(0.5, 2)
        found = bracketed_root(steep, *random.sample(ends, 2))
        assert abs(found - at) <= 4 * mp.eps * abs(at)
    # Three steps halve a bracket; most steps do much more.
    assert asked < 100


def test_beside_a_number_a_zero_is_found_or_not_told() -> None:
    assert secant_root(lambda t: mp.zero, mp.mpf(3), mp.mpf("0.5")) == mp.mpf("4.5")
    assert secant_root(lambda t: mp.one, mp.mpf(3), mp.mpf("0.5")) is None
    assert secant_root(lambda t: 2 * t - 8, mp.mpf(3), mp.mpf("0.5")) == 4
    # At a double zero each step halves the distance: there is no end.
    assert secant_root(lambda t: (t - 1) ** 2, mp.mpf(2), mp.mpf("0.01")) is None
