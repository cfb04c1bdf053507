"""The functions of stable formulas for balls: every result encloses all values."""

from __future__ import annotations

from typing import Any

import pytest
from flint import arb, ctx
from mpmath import mp

from actmath.lower._functions.in_arb import BALL_FUNCTIONS

from ...reference.plain_functions import PLAIN, cases
from .more_cases import REST, more_cases


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


@pytest.mark.parametrize("name", PLAIN)
def test_more_points_are_enclosed_and_keep_their_digits(name: str) -> None:
    """Of both signs, beside where formulas change, with other numbers beside."""
    for (u, *rest), value, change in more_cases(name):
        got = BALL_FUNCTIONS[name](arb(u), *arguments(tuple(rest)))
        assert got.overlaps(ball(value)), (u, rest)
        assert got.rad() <= ball(abs(value) + change) * 2**5 * arb(2) ** -ctx.prec, (u, rest)


@pytest.mark.parametrize("name", PLAIN)
def test_narrow_balls_hold_their_ends_and_little_else(name: str) -> None:
    """A radius of 2⁻²⁰: the result reaches both ends' values, and hardly beyond them."""
    for rest in REST.get(name, ((),)):
        for middle in (-3.0, -0.75, 0.3, 0.97, 1.0, 1.04, 6.0):
            if name == "Log1p" and middle < -0.9:
                continue
            radius = 2.0**-20 if abs(middle) < 0.9 or abs(middle) > 1.1 else 2.0**-4
            got = BALL_FUNCTIONS[name](arb(middle, radius), *arguments(tuple(rest)))
            with mp.workdps(60):
                steps = [middle + radius * share / 8 for share in range(-8, 9)]
                values = [PLAIN[name](mp.mpf(at), *rest) for at in steps]
                assert all(got.overlaps(ball(value)) for value in values)
                low, high = min(values), max(values)
            # LogisticPower, of two terms that move against each other, is no tighter than both.
            if name != "LogisticPower":
                assert got.rad() <= ball(high - low) * 0.51 + ball(abs(high)) * 2.0**-40


@pytest.mark.parametrize("power", [0.5, 1.5, 2.0, -0.5])
def test_powers_of_balls(power: float) -> None:
    """From 0 on they rise, where the exponent is positive, and have no bound where it is not."""
    for low, high in ((0.25, 4.0), (0.0, 4.0), (2.0, 2.0)):
        wide = arb(low).union(arb(high))
        got = BALL_FUNCTIONS["Power"](wide, power)
        if low == 0 and power < 0:
            assert not got.is_finite()
            continue
        for share in (0, 0.3, 1):
            assert got.overlaps(arb(low + share * (high - low)) ** arb(power))
        if low == 0:
            assert float(got.rad()) <= high**power / 2 * (1 + 1e-6)
    # What a ball has below 0 is rounding.
    got = BALL_FUNCTIONS["Power"](arb(0, 2.0**-60), power)
    assert got.is_finite() is (power > 0)


@pytest.mark.parametrize(
    ("name", "balls", "low", "high"),
    [
        ("Square", [(1.0, 3.0)], 0, 16),
        ("Root", [(8.0, 1.0)], 7**0.5, 3),
        ("Max", [(0.0, 1.0), (0.5, 1.0), (-9.0, 1.0)], -0.5, 1.5),
        ("Min", [(0.0, 1.0), (0.5, 1.0), (9.0, 1.0)], -1, 1),
        ("sign", [(0.0, 1.0)], -1, 1),
        ("sign", [(-2.0, 1.0)], -1, -1),
        ("asinh", [(0.5, 0.5)], 0, 0.881374),
        ("atanh", [(0.25, 0.25)], 0, 0.549307),
        ("sinh", [(0.0, 1.0)], -1.175202, 1.175202),
        ("erf", [(0.0, 1.0)], -0.842701, 0.842701),
        ("erfc", [(0.0, 1.0)], 0.157299, 1.842701),
        ("tanh", [(1.0, 1.0)], 0, 0.964028),
        ("atan", [(0.0, 1.0)], -0.785399, 0.785399),
    ],
)
def test_balls_of_other_functions_are_tight(
    name: str, balls: list[tuple[float, float]], low: float, high: float
) -> None:
    got = BALL_FUNCTIONS[name](*(arb(*pair) for pair in balls))
    assert float(got.lower()) == pytest.approx(low, abs=3e-6)
    assert float(got.upper()) == pytest.approx(high, abs=3e-6)


def test_lambert_w_of_balls_by_its_equation_on_both_branches() -> None:
    for branch, at in ((0, -0.3), (0, 2.0), (-1, -0.3)):
        w = BALL_FUNCTIONS["LambertW"](arb(at), arb(branch))
        assert (w * w.exp()).overlaps(arb(at))
        assert bool(w > -1) is (branch == 0)
