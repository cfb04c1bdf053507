"""The functions of stable formulas for balls: every result encloses all values."""

from __future__ import annotations

from typing import Any

import pytest
from flint import arb, ctx
from mpmath import mp

from actmath.lower._functions.in_arb import BALL_FUNCTIONS

from ...reference.plain_functions import PLAIN, cases


def ball(value: Any) -> Any:
    """A number of many digits with its rounding."""
    with ctx.workprec(400):
        return arb(mp.nstr(value, 100))


def arguments(rest: tuple[Any, ...]) -> list[Any]:
    return [other if isinstance(other, int) else arb(other) for other in rest]


@pytest.mark.parametrize("name", PLAIN)
def test_points(name: str) -> None:
    for (u, *rest), value, _ in cases(name):
        got = BALL_FUNCTIONS[name](arb(u), *arguments(tuple(rest)))
        assert not got.is_finite() or got.overlaps(ball(value)), (u, got)


@pytest.mark.parametrize("name", PLAIN)
def test_points_keep_their_digits(name: str) -> None:
    """To 32 roundings of the value and of the argument."""
    for (u, *rest), value, change in cases(name):
        got = BALL_FUNCTIONS[name](arb(u), *arguments(tuple(rest)))
        assert got.rad() <= ball(abs(value) + change) * 2**5 * arb(2) ** -ctx.prec, (u, got)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(("middle", "radius"), [(0.0, 1.0), (-3.0, 0.5), (2.0, 4.0)])
def test_wide_balls_enclose_all_values_between(name: str, middle: float, radius: float) -> None:
    if name == "Log1p" and middle - radius <= -1:
        return
    rest = next(iter(cases(name)))[0][1:]
    got = BALL_FUNCTIONS[name](arb(middle, radius), *arguments(rest))
    for step in range(-8, 9):
        with mp.workdps(60):
            value = PLAIN[name](mp.mpf(middle + radius * step / 8), *rest)
        assert got.contains(ball(value)) or got.overlaps(ball(value))


@pytest.mark.parametrize(
    ("name", "end", "inward"),
    [("acos", -1, 1), ("acos", 1, -1), ("acosh", 1, 1), ("asin", -1, 1), ("asin", 1, -1)],
)
def test_what_a_ball_has_beyond_the_end_of_a_domain_is_rounding(
    name: str, end: int, inward: int
) -> None:
    """Its values are those inside; of a ball that lies beyond there are none."""
    size = 2.0**-40
    got = BALL_FUNCTIONS[name](arb(end, size))
    for share in (0, 0.5, 1):
        assert got.contains(ball(getattr(mp, name)(end + share * inward * size)))
    # A root's slope is infinite at its end.
    assert got.rad() < 2 * size**0.5
    assert not BALL_FUNCTIONS[name](arb(end - 0.25 * inward, size)).is_finite()


@pytest.mark.parametrize("name", ["Expm1", "LogCosh", "Log1pSquare", "StableTanh", "UpperAtan"])
def test_wide_balls_are_not_wider_than_the_values(name: str) -> None:
    wide = BALL_FUNCTIONS[name](arb(1, 2))
    ends = [PLAIN[name](mp.mpf(u)) for u in (-1, 0, 3)]
    assert float(wide.rad()) <= float(max(ends) - min(ends)) / 2 * (1 + 1e-6)
