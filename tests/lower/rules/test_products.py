"""Products in which one factor overflows while another has died out."""

from __future__ import annotations

import pytest
from sympy import Expr, Pow, Rational, exp, sin, sqrt

from actmath.lower._functions.algebraic import WholePower
from actmath.lower._functions.exponential import Expit, Expm1, LogisticPower, UpperErfc
from actmath.lower._rules.products import (
    distributed_decay,
    joined_powers,
    merged_exponents,
    shared_decay,
)
from actmath.notation import x

from .values import agree


def _half(w: Expr, p: int, q: int) -> Expr:
    return LogisticPower(w, Rational(p, 2), Rational(q, 2))


def test_an_exponent_that_grows_joins_one_that_falls_faster() -> None:
    product = x * exp(x) * Expit(-2 * exp(x))
    assert merged_exponents(product) == x * exp(x - 2 * exp(x)) * Expit(2 * exp(x))
    # The argument has no sign of its own.
    assert merged_exponents(exp(x) * Expit(-2 * x)) is None
    assert merged_exponents(exp(x)) is None


def test_broken_powers_take_what_divides_them() -> None:
    third = Rational(1, 3)
    assert joined_powers((-x) ** third / (3 * x)) == -((-x) ** (-2 * third)) / 3
    assert joined_powers((-x) ** (5 * third) / x**2) == (-x) ** -third
    assert joined_powers(x**third * exp(x)) is None
    # Below −1 the root has no value: nothing says that x + 1 has its sign.
    assert joined_powers((x + 1) ** third / x) is None
    assert joined_powers(x**third) is None


@pytest.mark.parametrize(
    ("product", "want"),
    [
        (3 * x**2 * exp(-(x**2)), 3 * WholePower(x * exp(-(x**2) / 2), 2)),
        (x**2 * Expit(x), WholePower(x * LogisticPower(x, Rational(1, 2), 0), 2)),
        ((x + 1) ** 4 * exp(x), WholePower((x + 1) * exp(x / 4), 4)),
        (x**2 * UpperErfc(x), WholePower(x * UpperErfc(x) ** Rational(1, 2), 2)),
        (x * exp(-(x**2)), None),
        (x**2 / (1 + x), None),
        (x**2, None),
    ],
    ids=str,
)
def test_powers_share_the_decay(product: Expr, want: Expr | None) -> None:
    assert shared_decay(product) == want


@pytest.mark.parametrize(
    ("product", "want"),
    [
        ((x**2 + 3) * exp(-x), x**2 * exp(-x) + 3 * exp(-x)),
        ((x + 3) * exp(-x), None),
        ((x**2 + 3) * x, None),
    ],
    ids=str,
)
def test_polynomials_are_distributed(product: Expr, want: Expr | None) -> None:
    assert distributed_decay(product) == want


def test_a_sum_with_what_grows_as_fast_as_the_factor_falls_is_taken_apart() -> None:
    u = exp(x)
    found = distributed_decay((x * u + Expm1(u)) * exp(-u))
    assert found == x * u * exp(-u) + Expm1(u) * exp(-u)
    found = distributed_decay((x + sin(x) * (u + 1)) * Expit(-x))
    assert found == x * Expit(-x) + sin(x) * (u + 1) * Expit(-x)
    assert distributed_decay((x * u + Expm1(u)) * exp(2 * x)) is None
    assert distributed_decay((x + Expm1(x)) * Expit(x)) is None


@pytest.mark.parametrize(
    ("product", "want"),
    [
        # Two exponentials alone, which SymPy joins where it sees them both, need a factor between.
        (exp(x) * Expit(-exp(2 * x)), exp(x - exp(2 * x)) * Expit(exp(2 * x))),
        (exp(x) * Expit(-exp(x)) ** 3, exp(x - 3 * exp(x)) * Expit(exp(x)) ** 3),
        (
            sin(x) * exp(-x) * Expit(-(x**2) - 1),
            sin(x) * exp(-x - x**2 - 1) * Expit(x**2 + 1),
        ),
        (2 * exp(x), None),
        (sin(x) * exp(x) / Expit(-exp(x)), None),
        (exp(2) * Expit(-exp(x)), None),
        (Expit(-exp(x)) * Expit(-exp(2 * x)), None),
        (exp(x), None),
    ],
    ids=str,
)
def test_merged_exponents(product: Expr, want: Expr | None) -> None:
    assert merged_exponents(product) == want
    if want is not None:
        assert agree(product, want)


@pytest.mark.parametrize(
    ("product", "want"),
    [
        (x**2 * exp(-x) * Expit(x), WholePower(x * exp(-x / 2) * _half(x, 1, 0), 2)),
        (x**3 * Expit(x) ** 2, WholePower(x * LogisticPower(x, Rational(2, 3), 0), 3)),
        (x**2 * LogisticPower(x, 1, 3), WholePower(x * _half(x, 1, 3), 2)),
        (x**4 * LogisticPower(x, 1, 3) ** 2, WholePower(x * _half(x, 1, 3), 4)),
        ((x**2 + 1) ** 2 * exp(-x), WholePower((x**2 + 1) * exp(-x / 2), 2)),
        (sin(x) * x**2 * exp(-x), sin(x) * WholePower(x * exp(-x / 2), 2)),
        (x**2 * UpperErfc(x) ** 3, WholePower(x * UpperErfc(x) ** Rational(3, 2), 2)),
        (x**2 / Expit(x), None),
        (x**-2 * exp(-x), None),
        (sin(x) ** 2 * exp(-x), None),
        (x ** Rational(5, 2) * exp(-x), None),
        (x**2 * exp(3) * sin(x), None),
        (x**2 + exp(-x), None),
    ],
    ids=str,
)
def test_more_powers_share_the_decay(product: Expr, want: Expr | None) -> None:
    assert shared_decay(product) == want
    if want is not None:
        assert agree(product, want)


def test_what_is_distributed_and_what_is_not() -> None:
    u = exp(x)
    for product, terms in (
        ((x**2 + x + 1) * exp(-x), 3),
        (3 * (x**3 + 1) * Expit(-x) ** 2, 2),
        ((x**2 + 2) * UpperErfc(x), 2),
        ((x * u + 1) * Expit(-x) ** 2, 2),
        ((x * u + 1) * exp(-x / 2), 2),
    ):
        found = distributed_decay(product)
        assert found is not None
        assert len(found.args) == terms
        assert found.is_Add
        assert agree(product, found)
    for product in (
        *((x**2 + 2) / Expit(x), (x + 2) * exp(-x), (x**2 + 2) * sin(x), (x**2 + 2) + exp(-x)),
        *((x * u + 1) * exp(x), (x * exp(2) + 1) * exp(-x), (sin(x) + 1) * exp(-x)),
    ):
        assert distributed_decay(product) is None


@pytest.mark.parametrize(
    ("product", "want"),
    [
        (sin(x) * (-x) ** Rational(1, 3) / x, -sin(x) * (-x) ** Rational(-2, 3)),
        (x ** Rational(-1, 3) / (x + 1), None),
        (sqrt(x) * (x + 1) ** 2, None),
        (sqrt(x) / (x + 1) * sin(x), None),
        (sqrt(3) / x, None),
        (sqrt(x) + 1 / x, None),
    ],
    ids=str,
)
def test_more_broken_powers(product: Expr, want: Expr | None) -> None:
    found = joined_powers(product)
    if want is None:
        assert found is None
    else:
        assert agree(product, found if found is not None else product * 0)
        assert len(found.atoms(Pow)) <= len(want.atoms(Pow))
