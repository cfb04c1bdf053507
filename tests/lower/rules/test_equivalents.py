"""Several spellings of one function."""

from __future__ import annotations

import pytest
from sympy import Add, Expr, S, exp, fraction, powsimp, sin, sqrt, tanh

from actmath.lower._rules.equivalents import _divided, equivalents
from actmath.lower._rules.rewriting import rewritten
from actmath.notation import a, stand_in, x

from ...pace import no_longer_than
from .values import agree


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


@pytest.mark.parametrize(
    "formula",
    [
        x / (1 + exp(-2 * x)) - x * exp(3 * x) / (1 + exp(3 * x)),
        (x + 1) ** 3 - x**3,
        sin(3 * x) * exp(-x),
        (exp(x) + x) / (exp(2 * x) + exp(-x)),
        x / sqrt(1 + x**2) - x,
        1 / (1 + exp(x)) ** 2 + exp(-x / 2),
    ],
    ids=str,
)
def test_all_have_the_value_of_the_formula_and_the_stable_one_is_first(formula: Expr) -> None:
    found = equivalents(formula, {})
    assert found[0] == rewritten(formula)
    assert len(found) >= 2
    assert all(agree(formula, other) for other in found)


def test_a_quotient_is_divided_by_the_exponential_that_is_largest_on_a_side() -> None:
    formula = (exp(x) + x) / (exp(2 * x) + exp(-3 * x) + exp(x**2))
    right, left = _divided(1)(formula), _divided(-1)(formula)
    assert agree(formula, right)
    assert agree(formula, left)
    # Below e^{2x} is divided by on the right, e^{−3x} on the left: 1 is left of it.
    below = [set(map(powsimp, Add.make_args(fraction(each)[1]))) for each in (right, left)]
    assert below[0] == {S.One, exp(-5 * x), exp(x**2 - 2 * x)}
    assert below[1] == {S.One, exp(5 * x), exp(x**2 + 3 * x)}
    # Without an exponential below nothing is divided.
    assert _divided(1)((x + 1) / (x + 2)) == (x + 1) / (x + 2)


def test_a_letter_that_is_known_to_be_positive() -> None:
    stable, *_ = equivalents(1 / (a + exp(-x)), {a: stand_in(a)})
    assert stable == rewritten(1 / (a + exp(-x)), {a: stand_in(a)})
    assert stable != rewritten(1 / (a + exp(-x)))
    # Of a long formula fewer: nothing is multiplied out, nor factored.
    long = sum((x + k) ** 2 * sin(x / k) for k in range(1, 26))
    assert long.count_ops() > 120
    assert len(equivalents(long, {})) <= 3
