"""Stretches where a formula breaks the promise, found without a look at every point."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from sympy import Expr, Rational, S, atan, cos, cosh, exp, log, pi, sinh, sqrt

from actmath.lower import FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.exponential import Expm1, UpperAtan
from actmath.lower._guard.inspector import Inspector
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.many_digits import ManyDigits
from actmath.notation import x


def _inspector(formula: Expr) -> Inspector:
    return Inspector(Judge(ManyDigits(formula), FLOAT64), compile_one, 1.0)


@pytest.mark.parametrize(
    ("formula", "bad", "good"),
    [
        (exp(x) - 1, [1e-9, -1e-3], [3.0, -5.0, 300.0]),
        (x + sqrt(x**2 + 4), [-1e5, -1e150], [1.0, 1e100, 30.0]),
        (x / sqrt(1 + x**2), [1e200, -1e170], [1.0, -1e10]),
        (log(1 + exp(x)), [800.0, 1e5, -50.0], [3.0, 20.0]),
        (1 + cos(x), [np.pi + 1e-4, -np.pi, 9.42477796], [1.0, 5.0]),
    ],
    ids=str,
)
def test_stretches(formula: Expr, bad: list[float], good: list[float]) -> None:
    found = _inspector(formula).stretches(formula, -inf, inf)
    for at in bad:
        assert any(low < at < high for low, high in found), at
    for at in good:
        assert not any(low < at < high for low, high in found), at


def test_a_formula_that_keeps_its_digits_has_none() -> None:
    assert _inspector(exp(x) - 1).stretches(Expm1(x), -inf, inf) == []


def test_only_the_half_line_is_looked_at() -> None:
    inspector = _inspector(exp(x) - 1)
    assert inspector.stretches(exp(x) - 1, 2.0, inf) == []
    assert inspector.keeps(exp(x) - 1, 2.0, 50.0)
    assert not inspector.keeps(exp(x) - 1, 1e-5, 50.0)
    worst, excess = inspector.excess(exp(x) - 1, 1e-9, 1e-3)
    assert 1e-9 < worst <= 1e-3
    assert excess > 1


def test_what_equal_terms_leave_of_nothing_is_found_though_it_is_mostly_0() -> None:
    # (atan(1/t) − t/(1 + t²))/π for t = −x, some 2/(3πt³), below every normal number from 1e103 on.
    slope = UpperAtan(-x) / pi + x / sqrt(1 + x**2) ** 2 / pi
    exact = (atan(x) + pi / 2 + x / (1 + x**2)) / pi
    inspector = Inspector(Judge(ManyDigits(exact), FLOAT64), compile_one, 1.0)
    found = inspector.stretches(slope, -inf, -1.0)
    assert any(low < -1e150 and high > -1e120 for low, high in found)


@pytest.mark.parametrize("middle", [7.0, 19.0, 33.0, 41.0])
def test_a_short_stretch_between_the_points_that_are_always_compared(middle: float) -> None:
    """cosh² − sinh² = 1, whose terms reach 10⁵ there and are 1 and 0 elsewhere."""
    hill = 6 * exp(-16 * (x - Rational(middle)) ** 2)
    found = _inspector(S.One + x * 0).stretches(cosh(hill) ** 2 - sinh(hill) ** 2, -inf, inf)
    assert any(middle - 2 < low < middle < high < middle + 2 for low, high in found)


def test_a_level_that_is_wrong_in_its_middle_is_found() -> None:
    found = _inspector(1 + exp(-((x - 30) ** 2))).stretches(S.One, -inf, inf)
    assert len(found) == 1
    assert 0 < found[0][0] < 28 < 32 < found[0][1] < 100


@pytest.mark.parametrize("end", [1.0, -1.0])
def test_a_level_that_is_wrong_at_the_end_of_what_is_looked_at_is_found(end: float) -> None:
    """1 in place of 1 + exp(−30(x ∓ 1)²) on the half-line from 1, or to −1: off within ±1.1."""
    lower, upper = (end, inf) if end > 0 else (-inf, end)
    inspector = _inspector(1 + exp(-30 * (x - Rational(end)) ** 2))
    ((low, high),) = inspector.stretches(S.One, lower, upper)
    assert end in (low, high)
    assert 1.8 < abs(low + high - end) < 10


def test_points_that_broke_the_promise_are_among_those_of_the_next_look() -> None:
    formula = exp(x) - 1
    inspector = _inspector(formula)
    inspector.stretches(formula, -inf, inf)
    again = np.intersect1d(inspector._fresh(1e-12, 1e-3, 40), inspector._bad_ones)
    assert len(again) > 10
    assert (inspector.judge.excess(again, inspector.values(formula, again)) > 1).all()


@pytest.mark.parametrize(("excess", "broken"), [(0.9, False), (1.1, True), (3.0, True)])
def test_a_promise_is_broken_beyond_its_bound(
    monkeypatch: pytest.MonkeyPatch, excess: float, broken: bool
) -> None:
    inspector = _inspector(exp(x))
    monkeypatch.setattr(Judge, "excess", lambda _, points, got: np.full(len(points), excess))
    assert inspector._is_confirmed(exp(x), 1.0, 2.0) is broken
