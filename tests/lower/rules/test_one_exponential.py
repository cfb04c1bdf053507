"""Formulas that are made of one exponential, taken apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Expr, Float, S, exp, log, tanh

from actmath.lower._functions.in_mpmath import MPMATH_FUNCTIONS
from actmath.lower._rules.one_exponential import _BY_EXPONENTIALS, core_of, exponential_product
from actmath.notation import x
from actmath.number import mp


@pytest.mark.parametrize(
    ("formula", "argument", "constant", "power", "falling", "crossings"),
    [
        (3 * exp(x) / (1 + exp(x)), x, 3, 1, 0, 0),
        (1 / (1 + exp(-x)), x, 1, 1, 0, 0),
        (tanh(x), 2 * x, 1, 0, 0, 1),
        (exp(2 * x) - 1, 2 * x, 1, 0, -1, 1),
        (exp(-x) - exp(x), 2 * x, -1, -S.Half, -S.Half, 1),
    ],
    ids=str,
)
def test_by_hand(
    formula: Expr, argument: Expr, constant: Expr, power: Expr, falling: Expr, crossings: Expr
) -> None:
    found = exponential_product(formula)
    assert found is not None
    assert (found.argument, found.constant, found.power) == (argument, constant, power)
    assert (found.falling, found.crossings) == (falling, crossings)


def test_one_exponential_or_none() -> None:
    assert core_of(exp(2 * x) + exp(-3 * x) + 1) == x
    assert core_of(exp(x) + exp(x**2)) is None
    assert exponential_product(x + exp(x)) is None
    assert exponential_product(exp(x) + 1 + log(2)) is not None


@pytest.mark.parametrize("function", _BY_EXPONENTIALS, ids=lambda kind: kind.__name__)
def test_each_function_is_its_quotient_of_exponentials(function: Callable[..., Expr]) -> None:
    plain = MPMATH_FUNCTIONS.get(function.__name__) or getattr(mp, function.__name__)
    for at in (-1.4, 0.3):
        quotient = _BY_EXPONENTIALS[function](x).subs(x, Float(exp(Float(at, 40)), 40))
        assert abs(quotient - Float(plain(mp.mpf(at)), 40)) < 1e-14
