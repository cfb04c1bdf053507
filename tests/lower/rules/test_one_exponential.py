"""Formulas that are made of one exponential, taken apart."""

from __future__ import annotations

import math

import pytest
from sympy import Expr, Poly, S, cosh, coth, csch, exp, log, sech, sinh, tanh

from actmath.lower._functions.exponential import LogisticPower
from actmath.lower._rules.one_exponential import _E, _translated, core_of, exponential_product
from actmath.notation import x


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


@pytest.mark.parametrize("function", [exp, tanh, coth, sinh, cosh, sech, csch], ids=str)
def test_the_product_has_the_value_of_the_function(function: type[Expr]) -> None:
    found = exponential_product(function(x))
    assert found is not None
    at = 0.75
    e = math.exp(found.argument.subs(x, at))
    value = float(found.constant) * e ** float(found.power)
    for coefficients, exponent in found.factors:
        value *= float(Poly(coefficients, x).eval(e)) ** int(exponent)
    assert value == pytest.approx(float(function(at)), rel=1e-14)


@pytest.mark.parametrize(("p", "q"), [(0, 1), (1, 0), (1, 1), (2, 3)])
def test_powers_of_a_gate_and_of_what_it_shuts(p: int, q: int) -> None:
    found = _translated(LogisticPower(x, p, q), x, S.One)
    assert (found - _E**p / (1 + _E) ** (p + q)).simplify() == 0


def test_one_exponential_or_none() -> None:
    assert core_of(exp(2 * x) + exp(-3 * x) + 1) == x
    assert core_of(exp(x) + exp(x**2)) is None
    # Not x² − 60x, which cancels: it is expanded only where others need it.
    assert core_of(exp(-3 * (x - 30) ** 2)) == (x - 30) ** 2
    assert core_of(exp(-3 * (x - 30) ** 2) + exp(x**2 - 60 * x)) == x**2 - 60 * x
    assert exponential_product(x + exp(x)) is None
    assert exponential_product(exp(x) + 1 + log(2)) is not None
