"""Formulas with one square root, in terms of it."""

from __future__ import annotations

import random

import pytest
from sympy import Expr, Rational, Symbol, degree, exp, fraction, sqrt, together

from actmath.lower._functions.algebraic import Hypotenuse
from actmath.lower._rules.one_root import by_one_root
from actmath.notation import x

from .values import agree

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


@pytest.mark.parametrize("seed", range(3))
def test_random_formulas_of_one_root_are_the_same_functions(seed: int) -> None:
    """Quotients of polynomials in x and one root, of which x² is left in no part."""
    generator = random.Random(seed)
    for _ in range(3):
        k, c = generator.randint(1, 3), generator.randint(1, 5)
        root = sqrt(k**2 * x**2 + c)
        numbers = [generator.randint(-3, 3) for _ in range(6)]
        above = sum(n * x**i * root ** (i % 3) for i, n in enumerate(numbers[:4])) + x * root
        below = (1 + abs(numbers[4]) + root) ** 2 * root
        found = by_one_root(above / below)
        assert found is not None
        assert agree(above / below, found)
        (kept,) = found.atoms(Hypotenuse)
        for part in fraction(together(found.xreplace({kept: Symbol("r")}))):
            assert degree(part, x) <= 1


def test_a_long_formula_and_a_shifted_root_stay() -> None:
    root = sqrt(1 + x**2)
    long = sum((x + k) * root**k for k in range(3, 30))
    assert long.count_ops() > 80
    assert by_one_root(long) is None
    # x itself is no multiple of what stands in the root.
    assert by_one_root(x / sqrt((x + 1) ** 2 + 3)) is None
    assert by_one_root(x * (1 + x**2) ** Rational(1, 3)) is None
    assert by_one_root(x * sqrt(x**2 - 1)) is None
