"""Several spellings of one function."""

from __future__ import annotations

import pytest
from sympy import Expr, exp, sqrt

from actmath.lower._rules.equivalents import equivalents
from actmath.notation import x


@pytest.mark.parametrize("formula", [exp(x) - 1, x * (1 + sqrt(x**2 + 1)), x**2], ids=str)
def test_the_plain_formula_is_among_them_and_none_twice(formula: Expr) -> None:
    found = equivalents(formula, {})
    assert formula in found
    assert len(set(found)) == len(found)
