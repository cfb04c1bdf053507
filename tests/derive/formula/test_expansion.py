"""The count is never below what SymPy finds, and no formula is multiplied out to count it."""

from __future__ import annotations

import pytest
from sympy import Add, Expr, exp, expand, symbols, tanh

from actmath.derive._formula.expansion import expanded_terms, is_short, is_zero_expanded
from actmath.notation import x


@pytest.mark.parametrize(
    "formula",
    [
        *(x, (1 + x) ** 7, (1 + x + exp(x)) ** 5, x * (1 + x) ** 3 * (exp(x) - 2) ** 2),
        *(tanh((1 + x) ** 4), (1 + 1 / (1 + x) ** 2) ** 3, ((1 + x) ** 3 + x) ** 4),
    ],
    ids=str,
)
def test_at_least_as_many_as_there_are(formula: Expr) -> None:
    longest = max(len(Add.make_args(part)) for part in expand(formula).atoms(Add) | {x})
    assert longest <= expanded_terms(formula) <= 10 * longest


@pytest.mark.parametrize(
    "formula",
    [(1 + x) ** 1000000, (1 + tanh(x)) ** 5000, ((1 + x) ** 99 + x) ** 99, (1 + x) ** -20000],
    ids=str,
)
def test_what_is_long_is_seen_at_once(formula: Expr) -> None:
    assert not is_short(formula)
    assert not is_zero_expanded(formula - x)


def test_zero() -> None:
    assert is_zero_expanded((1 + x) ** 2 - 1 - 2 * x - x**2)
    assert not is_zero_expanded((1 + x) ** 2 - 1 - 2 * x)


def test_what_cannot_be_gathered_is_counted_exactly() -> None:
    a, b, c, d = symbols("a b c d")
    for formula in (
        (a + b + c) ** 4,
        (a + b) * (c + d) * (a + d),
        (a + b + c + d) ** 2 + 1,
        a * b * c,
        (a + b) ** 9,
    ):
        assert expanded_terms(formula) == len(Add.make_args(expand(formula))), formula
    # Of an inner argument the longest counts, of a power with a minus what stands below.
    assert expanded_terms(exp((a + b) ** 5) * tanh(a + b + c)) == 18
    assert expanded_terms(exp((a + b) ** 5 + 1)) == 7
    assert expanded_terms((a + b) ** -3) == 4
    assert expanded_terms((a + b) ** c) == 2


def test_a_hundred_terms_are_short() -> None:
    assert is_short((1 + x) ** 99)
    assert not is_short((1 + x) ** 100)
    assert is_zero_expanded((1 + x) ** 49 * (1 + x) - (1 + x) ** 50)
    assert is_zero_expanded(x - x)
