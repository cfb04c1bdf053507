"""The rule against integrals known in closed form, singular ends and narrow bends among them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from actmath.derive._iteration.settled import NotSettledError
from actmath.number import mp
from actmath.numeric._digits.double_exponential import (
    End,
    Section,
    fixed_rule,
    integrate,
    known_bits,
)


def whole(
    function: Callable[[Any], Any], low: Any, high: Any, width: Any = 1, steepness: float = 1.0
) -> tuple[Any, Any]:
    """∫ f and ∫ |f|, where the bend lies at the lower end."""
    with mp.workdps(42):
        left = End(mp.mpf(low), mp.mpf(low), mp.mpf(width), steepness)
        right = End(mp.mpf(high), mp.mpf(high), mp.mpf(high) - low)
        section = Section(left, right, 0)
        terms = lambda end, offset, _: (function(end.z + offset),)  # noqa: E731
        (value,), (size,) = integrate([section], terms, 30)
        return value, size


@pytest.mark.parametrize(
    ("function", "ends", "value"),
    [
        (lambda t: mp.exp(t), (0, 2), lambda: mp.expm1(2)),
        (lambda t: mp.sqrt(t), (0, 3), lambda: 2 * mp.sqrt(3)),
        (lambda t: mp.log(t), (0, 1), lambda: -mp.one),
        (lambda t: mp.sin(9 * t), (0, 5), lambda: (1 - mp.cos(45)) / 9),
        # A peak that no one told of: the section is cut until it is seen.
        (
            lambda t: 1 / (1 + (1000 * (t - 2)) ** 2),
            (0, 3),
            lambda: (mp.atan(1000) + mp.atan(2000)) / 1000,
        ),
    ],
)
def test_integrals_by_hand(
    function: Callable[[Any], Any], ends: tuple[int, int], value: Callable[[], Any]
) -> None:
    found, size = whole(function, *ends)
    with mp.workdps(42):
        assert abs(found - value()) < mp.mpf(10) ** -29 * size


def test_a_power_just_above_minus_one() -> None:
    """∫ t^(−9/10) from 0 to 1 is 10: the substitution must fall ten times as deep."""
    found, _ = whole(lambda t: t ** (-mp.mpf(9) / 10), 0, 1, steepness=10.0)
    assert abs(found - 10) < 1e-28


def test_a_bend_far_narrower_than_the_section() -> None:
    """∫ dt/(1 + t)² from 0 to 10^100 is 1 − 1/(1 + 10^100)."""
    with mp.workdps(42):
        found, _ = whole(lambda t: (1 + t) ** -2, 0, mp.mpf(10) ** 100)
        assert abs(found - 1) < 1e-29


def test_no_more_is_evaluated_than_the_digits_take() -> None:
    """Another level of 1/(1 + t²), whose 131 nodes have all 30 digits, would be 128 more."""
    seen = []
    whole(lambda t: seen.append(t) or 1 / (1 + t**2), 0, 2)
    assert len(seen) < 200


def test_what_does_not_settle_is_refused() -> None:
    with pytest.raises(NotSettledError, match="does not settle to 30 digits"):
        whole(lambda t: mp.sin(1 / t) / t, 0, 1)


@pytest.mark.parametrize(
    ("gaps", "bits"),
    [
        # Twice the bits at each step, and less than 1.5 times; a byte less.
        ((20, 40), 2 * 40 - 8),
        ((20, 50), 2 * 50 - 8),
        ((20, 32), 1.6 * 32 - 8),
        ((20, 28), 28 - 8),
        # Of 8 bits no rate is believed.
        ((8, 24), 24 - 8),
        ((9, 18), 2 * 18 - 8),
    ],
)
def test_known_bits(gaps: tuple[int, int], bits: float) -> None:
    """Of 1, whose magnitude is that of the gaps' 2^{−n}, less n."""
    with mp.workdps(60):
        coarse, fine = (mp.ldexp(1, -gap) for gap in gaps)
        assert known_bits([1 + fine + coarse, 1 + fine, mp.one], mp.one) == pytest.approx(bits)
        assert known_bits([mp.one] * 3, mp.one) == math.inf
        assert known_bits([1 + fine + coarse, 1 + fine, mp.one], mp.zero) == -math.inf


def test_a_fixed_rule_has_the_moments_of_a_line() -> None:
    with mp.workdps(20):
        nodes = list(fixed_rule([(mp.zero, mp.one), (mp.one, mp.one), (mp.mpf(3), mp.one)], 15))
        assert abs(sum(w for _, w in nodes) - 3) < 1e-14
        assert abs(sum(w * t**2 for t, w in nodes) - 9) < 1e-13
