"""Stability and rate at 0 for functions of one piece and of two, known by hand."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, S, diff, exp, sin

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
