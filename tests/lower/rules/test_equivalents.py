"""Several spellings of one function."""

from __future__ import annotations

import pytest
from sympy import Expr, exp, sin, sqrt, tanh

from actmath.lower._rules.equivalents import equivalents
from actmath.notation import x

from ...pace import no_longer_than


@pytest.mark.parametrize("formula", [exp(x) - 1, x * (1 + sqrt(x**2 + 1)), x**2], ids=str)
def test_the_plain_formula_is_among_them_and_none_twice(formula: Expr) -> None:
    found = equivalents(formula, {})
    assert formula in found
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "formula",
    [
        tanh(x) + 100 / (1 + exp(184 - 8 * x)),
        1 - tanh(x) ** 2 + 8 * exp(48 - 8 * x) / (1 + exp(48 - 8 * x)) ** 2,
        (1 + tanh(x)) ** 5000,
        x / (1 + exp(-97 * x)) + sin(x),
    ],
    ids=str,
)
def test_no_formula_takes_long(formula: Expr) -> None:
    with no_longer_than(1.5):
        found = equivalents(formula, {})
    assert formula in found
