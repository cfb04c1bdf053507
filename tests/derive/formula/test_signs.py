"""Signs of expressions in parameters: one sign wherever they lie, or None."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from sympy import Expr, Interval, Rational, S, Symbol, exp, oo, sqrt

from actmath.derive._formula.signs import Signs

A = Symbol("a", real=True)
P, Q = Symbol("p", positive=True), Symbol("q", positive=True)
N = Symbol("n", nonnegative=True)
UNIT = Interval.open(0, 1)


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        (P * (exp(-1 / P) - 1), -1),
        (exp(-P / Q) - 1, -1),
        ((sqrt(P) + 1) ** 2 - P, 1),
        ((1 - P) / Q + P / Q, 1),
        (S.Zero, 0),
        (1 - P, None),
        (P - Q, None),
        # Random values do not find that it vanishes at 1 and is negative up to 1.001.
        ((P - 1) * (P - 1 - S.One / 1000), None),
        # Nobody solves it.
        (exp(-1 / P) - 1 + 1 / P, None),
        (1 - A, None),
        (N - S.Half, None),
        ((N + 1) / (N + 2) - S.One / 3, 1),
    ],
)
def test_one_sign_or_none(value: Expr, sign: int | None) -> None:
    assert Signs().of(value) == sign


@pytest.mark.parametrize(
    ("domain", "strict", "weak"),
    [
        (UNIT, 1, 1),
        (Interval(0, 1), None, 1),
        (Interval(1, 5), None, -1),
        (Interval.open(1, S.Infinity), -1, -1),
        (Interval(0, 2), None, None),
        (Interval.open(-S.Infinity, 1), 1, 1),
        (S.Integers, None, None),
    ],
)
def test_a_domain_decides(domain: Interval, strict: int | None, weak: int | None) -> None:
    signs = Signs(((A, domain),))
    assert signs.of(1 - A) == strict
    assert signs.of(1 - A, weak=True) == weak


def test_an_end_may_be_another_parameter() -> None:
    assert Signs().of(P - Q) is None
    assert Signs().of(P + Q * (1 - exp(-1 / P))) == 1


def test_conditions() -> None:
    signs = Signs(((A, UNIT),))
    assert signs.holds((A < 1) & (A > -1)) is True
    assert signs.holds((A > 1) | (A < -1)) is False
    assert signs.holds(S.Half < A) is None
    assert signs.holds(True) is True


@pytest.mark.parametrize("seed", range(15))
def test_of_a_quadratic_the_sign_is_that_at_all_places_that_matter(seed: int) -> None:
    """At its zeros, the ends of the interval and between all of these, which are halves."""
    draw = Random(seed)
    one, other = (Rational(draw.randint(-6, 6), 2) for _ in range(2))
    low, high = sorted(Rational(k, 2) for k in draw.sample(range(-6, 7), 2))
    low, high = draw.choice([(low, high), (low, high), (-oo, high), (low, oo)])
    open_low, open_high = draw.random() < 0.5, draw.random() < 0.5
    domain = Interval(low, high, open_low, open_high)
    value = draw.choice([1, -1]) * (A - one) * (A - other)
    inner = sorted({one, other, *(end for end in (low, high) if end.is_finite)})
    steps = [inner[0] - 1, *inner, inner[-1] + 1]
    places = [*steps, *((p + q) / 2 for p, q in pairwise(steps))]
    inside = {
        S(value.subs(A, p)).is_positive - S(value.subs(A, p)).is_negative
        for p in places
        if p in domain.interior
    }
    ends = {
        S(value.subs(A, p)).is_positive - S(value.subs(A, p)).is_negative
        for p in places
        if p in domain
    }
    signs = Signs(((A, domain),))
    assert signs.of(value, weak=True) == (inside.pop() if inside in ({1}, {-1}) else None)
    assert signs.of(value) == (ends.pop() if ends in ({1}, {-1}) else None)


@pytest.mark.parametrize(
    ("value", "domain", "sign"),
    [
        (A, Interval.Lopen(0, 1), 1),
        (A, Interval.Ropen(0, 1), None),
        (1 - A, Interval.Ropen(0, 1), 1),
        (1 - A, Interval.Lopen(0, 1), None),
        (A + 3, Interval(-2, oo), 1),
        (A + 3, Interval.open(-oo, -4), -1),
        (A**2 - 2, Interval(Rational(3, 2), 9), 1),
        (A**2 - 2, Interval(Rational(4, 3), 9), None),
        (A**2 + 1, S.Reals, 1),
        (A**2 - 1, S.Reals, None),
    ],
    ids=str,
)
def test_ends_that_belong_count(value: Expr, domain: Interval, sign: int | None) -> None:
    assert Signs(((A, domain),)).of(value) == sign


def test_one_parameter_in_which_it_never_vanishes_is_enough() -> None:
    B = Symbol("b", real=True)
    signs = Signs(((A, Interval(1, 2)), (B, Interval(-3, -2))))
    assert signs.of(A - B) == 1
    assert signs.of(A * B) == -1
    assert signs.of(A + B) is None
    assert signs.of(A - A**2 * B) == 1


def test_conditions_whose_sides_are_equal() -> None:
    signs = Signs(((A, UNIT),))
    assert signs.holds(A >= A) is True
    assert signs.holds((A > 0) & (S.Half > A)) is None
    assert signs.holds((A > 2) & (S.Half > A)) is False
    assert signs.holds((A < 2) | (S.Half > A)) is True
    assert signs.holds(S.false) is False
