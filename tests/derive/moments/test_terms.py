"""Formulas as sums of powers times exponentials, waves among them."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import (
    Expr,
    I,
    PolynomialError,
    Rational,
    S,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    sin,
    sqrt,
    tan,
    tanh,
)

from actmath.derive._moments.terms import Term, exponential_terms, is_wave
from actmath.notation import alpha, x

HALF = Rational(1, 2)


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        (x * (exp(2 * x) - 3), {(1, 0, 0, -3), (1, 0, 2, 1)}),
        ((exp(x) - 1) ** 2, {(0, 0, 2, 1), (0, 0, 1, -2), (0, 0, 0, 1)}),
        (x**3 * exp(x) * exp(-x), {(3, 0, 0, 1)}),
        (exp(x + 1), {(0, 0, 1, exp(1))}),
        (x * exp(x - x**2), {(1, -1, 1, 1)}),
        (2 * cosh(x), {(0, 0, 1, 1), (0, 0, -1, 1)}),
        (sin(2 * x), {(0, 0, 2 * I, -I / 2), (0, 0, -2 * I, I / 2)}),
        (2 * cos(x**2), {(0, I, 0, 1), (0, -I, 0, 1)}),
        (sin(1) * x, {(1, 0, 0, sin(1))}),
        (S.Zero, set()),
    ],
)
def test_terms(formula: Expr, terms: set[Any]) -> None:
    found = exponential_terms(formula)
    assert {tuple(term)[:4] for term in found} == terms
    assert all(term.tails == 0 for term in found)


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        (x * erfc(-x / sqrt(2)) / 2, {(1, 1, 0), (1, -HALF, 1)}),
        (erf(2 * x + 1) ** 2, {(0, 1, 0), (0, -2, 1), (0, 1, 2)}),
        (erf(x) - erf(-x), {(0, 2, 0), (0, -2, 1)}),
        (erf(alpha) * x, {(1, erf(alpha), 0)}),
    ],
)
def test_terms_with_tails(formula: Expr, terms: set[Any]) -> None:
    found = exponential_terms(formula)
    assert {(term.degree, term.coefficient, term.tails) for term in found} == terms


@pytest.mark.parametrize(
    "formula",
    [
        *(erf(x) ** 3, erf(x) * erf(2 * x), erf(x**2), 1 / erfc(x), erf(x) * erf(x + 1)),
        # With the tail as a factor too, and inside something else alone.
        *(x / (erf(x) ** 2 + 1), x * erf(x) / (erf(x) + 2), erfc(x) * tanh(erfc(x)), cos(erf(x))),
    ],
)
def test_other_tails_are_refused(formula: Expr) -> None:
    with pytest.raises(PolynomialError):
        exponential_terms(formula)


@pytest.mark.parametrize(
    "formula",
    [
        *(1 / x, exp(x**2), exp(alpha * x**2), exp(exp(x)), 2**x, sqrt(x**2 + 1), exp(-(x**3))),
        *(tan(x), sin(x**3), sin(x) / x, x**65, (1 + sin(x)) ** 100),
        *(exp(x) / (exp(x) + 1), x * exp(-(x**2)) * tanh(exp(-(x**2))), sin(x) / (sin(x) + 2)),
    ],
)
def test_other_terms_are_refused(formula: Expr) -> None:
    with pytest.raises(PolynomialError):
        exponential_terms(formula)


def test_a_wave_has_a_complex_rate() -> None:
    assert is_wave(Term(0, S.Zero, 1 + I, HALF))
    assert not is_wave(Term(0, S.Zero, S.One, HALF))


def test_of_waves_that_meet_a_number_is_left() -> None:
    # sin(x + 1)·cos(x) is sin(1)/2 and a wave.
    (steady,) = (t for t in exponential_terms(sin(x + 1) * cos(x)) if not is_wave(t))
    assert steady.coefficient.equals(sin(1) / 2)
    assert not steady.coefficient.has(I)
