"""Zeros from a bracket and from beside them: to the last digit, and an end where there is none."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from actmath.derive._formula._roots.bracketing import bracketed_root, secant_root
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
