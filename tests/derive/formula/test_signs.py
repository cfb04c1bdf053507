"""Signs of expressions in parameters: one sign wherever they lie, or None."""

from __future__ import annotations

import pytest
from sympy import Expr, Interval, S, Symbol, exp, sqrt

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
