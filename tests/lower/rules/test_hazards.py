"""Sums that may cancel, as far as signs tell."""

from __future__ import annotations

import pytest
from sympy import Expr, exp

from actmath.lower._functions.exponential import Expit
from actmath.lower._rules.hazards import hazards, steadiest
from actmath.notation import x


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        (x**2 + exp(x), 0),
        (1 + Expit(x), 0),
        (x + 1, 1),
        (1 - exp(x), 2),
        (exp(x - 1) * (x**2 - 3), 3),
        (x, 0),
    ],
    ids=str,
)
def test_count(formula: Expr, count: int) -> None:
    assert hazards(formula) == count


def test_the_first_of_the_steadiest() -> None:
    assert steadiest(1 - exp(x), x**2 - 3 + exp(x), exp(x)) == exp(x)
    assert steadiest(x**2, exp(x)) == x**2


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        (-(x**2) - 1, 0),
        (x**2 - 1, 2),
        (x - 1, 1),
        (-x - 1, 1),
        (1 + x + x**2, 1),
        (exp(1) - 3 + x**2, 2),
        ((exp(1) - 3) * x, 0),
        ((1 - x) * (1 + x), 2),
        (exp(x**2 - 1) + exp(x), 2),
    ],
    ids=str,
)
def test_sums_by_side(formula: Expr, count: int) -> None:
    assert hazards(formula) == count


def test_ties_go_to_the_first() -> None:
    one, other = x**2 - 1, exp(x) - 2
    assert hazards(one) == hazards(other) == 2
    assert steadiest(one, other) == one
    assert steadiest(other, one) == other
    # x + 1 cancels on the left alone.
    assert steadiest(one, x + 1, x - 1) == x + 1
    assert steadiest(one) == one
