"""Stability and rate at 0 for functions of one piece and of two, known by hand."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Float, Rational, S, diff, exp, lambdify, sin, tanh

from actmath.derive import Stability
from actmath.derive._iteration.attraction import attraction
from actmath.notation import x

ATTRACTING, REPELLING = Stability.ATTRACTING, Stability.REPELLING
SEMISTABLE, NEUTRAL = Stability.SEMISTABLE, Stability.NEUTRAL


def one(formula: Expr) -> tuple[Expr, Expr]:
    return formula, formula


def two(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    return left, right


@pytest.mark.parametrize(
    ("sides", "stability", "rate"),
    [
        (one(x / 2), ATTRACTING, "linear: factor 0.5"),
        (one(2 * x), REPELLING, "not approached"),
        (one(x**2 / 2 + x), SEMISTABLE, "not approached"),
        (one(x - x**3), ATTRACTING, "algebraic: distance ~ (2·n)^(-1/2)"),
        (one(x + x**3), REPELLING, "not approached"),
        (one(-x), NEUTRAL, "period two"),
        (one(-sin(x)), ATTRACTING, "algebraic: distance ~ (1/3·n)^(-1/2)"),
        (one(-x / 2), ATTRACTING, "linear: factor 0.5"),
        (one(-x - x**3), REPELLING, "not approached"),
        (two(-2 * x, 7 * x / 10), ATTRACTING, "linear: factor 0.7"),
        (two(-x / 2, 3 * x / 2), REPELLING, "not approached"),
        (two(-2 * x, -x / 4), ATTRACTING, "linear: factor 0.7071"),
        (two(-2 * x, -x), REPELLING, "not approached"),
        (two(-3 * x, -x / 3), NEUTRAL, "period two"),
        (two(x / 2, 2 * x), SEMISTABLE, "not approached"),
        (two(x / 2, x - x**2), ATTRACTING, "algebraic: distance ~ (1·n)^(-1/1)"),
        (two(S.Zero, x / 3), ATTRACTING, "linear: factor 0.3333"),
        (two(x**2 - x**2, x**2), ATTRACTING, "faster than linear"),
    ],
    ids=str,
)
def test_stability_and_rate_at_zero(
    sides: tuple[Expr, Expr], stability: Stability, rate: str
) -> None:
    found = attraction(*sides, S.Zero)
    assert found.stability is stability
    assert found.rate.startswith(rate)
    assert (found.multiplier_left, found.multiplier_right) == tuple(
        diff(side, x).subs(x, 0) for side in sides
    )


@pytest.mark.parametrize("order", range(2, 8))
def test_multiplicity_is_the_order_of_the_gap(order: int) -> None:
    assert attraction(x + x**order, x + x**order, S.Zero).multiplicity == order


def test_the_rate_says_how_many_steps_it_takes() -> None:
    """x ← x − x³/2 from 0.1: distance ~ (1·n)^(-1/2)."""
    found = attraction(*one(x - x**3 / 2), S.Zero)
    at, steps = 0.1, 20_000
    for _ in range(steps):
        at -= at**3 / 2
    assert found.rate == "algebraic: distance ~ (1·n)^(-1/2)"
    assert at * steps**0.5 == pytest.approx(1, rel=0.01)


def test_a_gap_that_nearly_vanishes_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="order 8"):
        attraction(x + x**8, x + x**8, S.Zero)


def test_a_side_that_jumps_away_does_not_count() -> None:
    assert attraction(x / 2, x + 1, S.Zero).stability is SEMISTABLE
    assert attraction(x / 2 + exp(Rational(1)), 2 * x, S.Zero).stability is REPELLING


SLOPES = [Rational(k, 6) for k in (-18, -9, -6, -4, -3, 0, 3, 4, 9)]


def fate(left: float, right: float, at: float) -> tuple[bool, float]:
    """Does iteration of two slopes come to 0, and what does a step multiply by far on?"""
    sizes = []
    for _ in range(240):
        at *= left if at < 0 else right
        sizes.append(abs(at))
    shrinks = sizes[-1] < sizes[39] < 1
    rate = (sizes[-1] / sizes[39]) ** (1 / 200) if sizes[39] else 0.0
    return bool(shrinks or not sizes[-1]), rate


@pytest.mark.parametrize("left", SLOPES, ids=str)
def test_two_slopes_do_what_iteration_does(left: Rational) -> None:
    for right in SLOPES:
        found = attraction(left * x, right * x, S.Zero)
        (in_left, one), (in_right, other) = (
            fate(float(left), float(right), at) for at in (-1.0, 1.0)
        )
        pair = (in_left, in_right)
        if left < 0 and right < 0 and left * right == 1:
            assert found.stability is NEUTRAL
            continue
        assert found.stability is {
            (True, True): ATTRACTING,
            (False, False): REPELLING,
        }.get(pair, SEMISTABLE)
        assert (found.multiplier_left, found.multiplier_right) == (left, right)
        if found.stability is ATTRACTING:
            slowest = max(one, other)
            if slowest:
                assert found.rate.endswith(" per step")
                assert float(found.rate.split()[2]) == pytest.approx(slowest, rel=1e-9)
            else:
                assert found.rate == "faster than linear"
        else:
            assert found.rate.startswith(("not approached from every side", "period two"))


@pytest.mark.parametrize(
    ("formula", "order", "speed"),
    [(x - 3 * x**3, 3, "6"), (x - x**5 / 2, 5, "2"), (x - x**7, 7, "6"), (-x + x**3, 3, "2")],
    ids=str,
)
def test_slow_rates_are_those_of_an_orbit(formula: Expr, order: int, speed: str) -> None:
    found = attraction(formula, formula, S.Zero)
    assert found.rate == f"algebraic: distance ~ ({speed}·n)^(-1/{order - 1})"
    assert found.multiplicity == (order if formula.coeff(x) > 0 else 1)
    f = lambdify(x, formula, "math")
    at, steps = 0.3, 60_000
    for _ in range(steps):
        at = f(at)
    # Of 60,000 steps the start counts for some thousandths.
    assert abs(at) == pytest.approx((float(speed) * steps) ** (-1 / (order - 1)), rel=0.02)


def test_a_point_known_by_its_digits_has_the_digits_of_its_slope() -> None:
    """Of 1 − tanh² near 1 all digits cancel; at an exact point a slope of 0 is 0."""
    formula = tanh(50 * x)
    at = Float(1, 30)
    found = attraction(formula, formula, at)
    with mp.workdps(60):
        want = 50 * mp.sech(50) ** 2
        assert abs(mp.mpf(str(found.multiplier_left)) / want - 1) < mp.mpf(10) ** -25
    assert found.multiplier_left == found.multiplier_right
    assert found.rate.startswith("linear: factor ")
    exact = attraction(x**2, x**2, S.Zero)
    assert (exact.multiplier_left, exact.rate) == (0, "faster than linear")


def test_slopes_are_those_of_each_side() -> None:
    found = attraction(exp(x) - 1, sin(x) / 2, S.Zero)
    assert (found.multiplier_left, found.multiplier_right) == (1, S.Half)
    # eˣ − 1 lies above the line: from the left iteration creeps in by x²/2.
    assert (found.multiplicity, found.stability) == (2, ATTRACTING)
    assert found.rate == "algebraic: distance ~ (1/2·n)^(-1/1)"
