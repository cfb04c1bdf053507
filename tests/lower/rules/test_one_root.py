"""Formulas with one square root, in terms of it."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, exp, sqrt

from actmath.lower._functions.algebraic import Hypotenuse
from actmath.lower._rules.one_root import by_one_root
from actmath.notation import x

ROOT = Hypotenuse(x, 1)


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        ((x / sqrt(1 + x**2)).diff(x), ROOT**-3),
        ((x / (1 + sqrt(1 + x**2))).diff(x), 1 / (ROOT * (ROOT + 1))),
        (x**3 * (1 + x**2) ** Rational(-3, 2), x * (ROOT - 1) * (ROOT + 1) / ROOT**3),
        (sqrt(1 + 4 * x**2) ** 3 / (1 + 4 * x**2), Hypotenuse(2 * x, 1)),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, want: Expr) -> None:
    assert by_one_root(formula) == want


@pytest.mark.parametrize(
    "formula", [x, exp(x), sqrt(x), sqrt(1 + x**2) + sqrt(2 + x**2), exp(x) * sqrt(1 + x**2)]
)
def test_others(formula: Expr) -> None:
    found = by_one_root(formula)
    assert found is None or found == exp(x) * ROOT
