"""Formulas that are made of one exponential, taken apart."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from mpmath import mp
from sympy import (
    Expr,
    Float,
    Poly,
    Rational,
    S,
    cosh,
    coth,
    csch,
    exp,
    lambdify,
    log,
    sech,
    sinh,
    sqrt,
    tanh,
)

from actmath.lower._functions.exponential import Expit, Expm1, LogisticPower, StableTanh
from actmath.lower._rules.one_exponential import (
    _E,
    ExponentialProduct,
    _translated,
    core_of,
    exponential_product,
)
from actmath.notation import alpha, x

from ...reference.plain_functions import PLAIN


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


@pytest.mark.parametrize("seed", range(5))
def test_random_formulas_of_one_exponential(seed: int) -> None:
    """constant·E^power·ΠP(E)ⁿ is the formula, and a^power·b^falling·ΠP(a, b)ⁿ·constant too."""
    generator = random.Random(seed)
    functions = (exp, tanh, coth, sinh, cosh, sech, csch, Expit, StableTanh, Expm1)
    for _ in range(3):
        core = generator.choice([x, x**2 + 1, 3 * x - 1])
        parts = []
        for _ in range(generator.randint(1, 2)):
            rate = Rational(generator.choice([-2, -1, 1, 2, 3]), generator.choice([1, 2]))
            shift = generator.choice([0, 0, 1])
            part = generator.choice(functions)(rate * core + shift)
            parts.append(generator.randint(1, 3) * part + generator.choice([0, 1, 2]))
        formula = parts[0] / parts[1] ** 2 if len(parts) > 1 else parts[0]
        found = exponential_product(formula)
        if found is None:
            continue
        plain = lambdify(x, formula, [PLAIN, "mpmath"])
        w, number = (lambdify(x, each, "mpmath") for each in (found.argument, found.constant))
        for at in ("-1.3", "0.4", "1.7"):
            with mp.workdps(40):
                point = mp.mpf(at)
                e = mp.exp(w(point))
                a, b = e / (1 + e), 1 / (1 + e)
                value = by_gates = number(point) + 0 * e
                value *= e ** mp.mpf(_fraction(found.power))
                by_gates *= a ** _fraction(found.power) * b ** _fraction(found.falling)
                for coefficients, exponent in found.factors:
                    numbers = [mp.mpf(str(c.evalf(45))) for c in coefficients]
                    value *= mp.polyval(numbers, e) ** _fraction(exponent)
                    n = len(numbers) - 1
                    terms = (c * a ** (n - i) * b**i for i, c in enumerate(numbers))
                    by_gates *= sum(terms) ** _fraction(exponent)
                want = plain(point)
                assert abs(value - want) <= mp.mpf(10) ** -30 * abs(want), formula
                assert abs(by_gates - want) <= mp.mpf(10) ** -30 * abs(want), formula


def _fraction(number: Expr) -> Any:
    return mp.mpf(int(number.p)) / int(number.q)


@pytest.mark.parametrize("exponent", [S.One, S.NegativeOne, Rational(3), -S.Half, Rational(2, 3)])
def test_a_shift_makes_the_only_line_one_through_minus_1(exponent: Expr) -> None:
    """c·E^p·(E + k)ⁿ = c·k^{p+n}·F^p·(F + 1)ⁿ with F = E/k."""
    k, p = Rational(5), Rational(2)
    product = ExponentialProduct(x, Rational(3), p, (((S.One, k), exponent),))
    shifted = product.shifted()
    assert shifted.argument == x - log(5)
    assert shifted.factors == (((S.One, S.One), exponent),)
    F = exp(x) / k
    assert (
        (shifted.constant * F**p * (F + 1) ** exponent)
        .subs(x, log(3))
        .equals(3 * 3**p * (3 + k) ** exponent)
    )


@pytest.mark.parametrize(
    "factors",
    [
        (),
        (((S.One, S.One), S.One),),
        (((S.One, Rational(-5)), S.One),),
        (((S.One, S.One, S.One), S.One),),
        (((S.One, Rational(5)), S.One), ((S.One, Rational(2)), S.One)),
    ],
    ids=str,
)
def test_others_are_not_shifted(factors: Any) -> None:
    product = ExponentialProduct(x, Rational(3), S.One, factors)
    assert product.shifted() is product


def test_a_constant_goes_into_the_only_other_factor() -> None:
    line, through, two = (S.One, S.One), (S.One, S.NegativeOne), (S.One, Rational(2))
    for exponent, want in ((S.One, (3, 6)), (S.NegativeOne, (Rational(1, 3), Rational(2, 3)))):
        factors = ((line, Rational(4)), (two, exponent), (through, S.One))
        product = ExponentialProduct(x, Rational(3), S.One, factors)
        found = product.with_constant_inside()
        assert found.constant == 1
        assert dict(found.factors) == {line: 4, through: 1, want: exponent}
        assert product.others == ((two, exponent),)
        assert product.crossings == 1
    for factors in (
        ((line, S.One),),
        ((two, Rational(2)),),
        ((two, S.One), ((S.One, Rational(3)), S.One)),
    ):
        product = ExponentialProduct(x, Rational(3), S.One, factors)
        assert product.with_constant_inside() is product


@pytest.mark.parametrize(
    ("formula", "degree"), [(1 + exp(12 * x) + exp(x), 12), (1 + exp(13 * x) + exp(x), None)]
)
def test_the_highest_degree(formula: Expr, degree: int | None) -> None:
    found = exponential_product(formula)
    assert (found is not None) is (degree is not None)
    if found is not None:
        assert [len(p) - 1 for p, _ in found.factors] == [degree]


def test_powers_in_steps_are_those_of_a_larger_exponential() -> None:
    found = exponential_product(exp(13 * x) / (3 + exp(26 * x)))
    assert found is None or found.argument != x
    found = exponential_product(exp(4 * x) * (3 + exp(6 * x)) / (2 + exp(12 * x)))
    assert found is not None
    assert found.argument == 6 * x
    assert found.power == Rational(2, 3)
    assert dict(found.factors) == {(1, 3): 1, (1, 0, 2): -1}


@pytest.mark.parametrize(
    "formula",
    [
        sqrt(exp(x) - 2),
        sqrt(exp(2 * x) - 3 * exp(x) + 2),
        sqrt(-exp(x) - 1),
        exp(x) + exp(alpha * x),
        exp(x) + exp(sqrt(2) * x),
        2 + log(3),
        exp(x) * log(x),
        sqrt(1 + sqrt(1 + exp(x))),
    ],
    ids=str,
)
def test_what_is_no_product_of_powers(formula: Expr) -> None:
    assert exponential_product(formula) is None


def test_a_broken_power_of_what_is_positive() -> None:
    found = exponential_product(sqrt(3 * exp(x) + 3) / exp(x / 2))
    assert found is not None
    assert (found.argument, found.constant) == (x, sqrt(3))
    assert (found.power, found.factors) == (-S.Half, (((1, 1), S.Half),))


def test_a_crossing_is_found_beside_coefficients_that_are_no_fractions() -> None:
    found = exponential_product((exp(x) - 1) ** 2 * (exp(x) + sqrt(2)))
    assert found is not None
    assert found.crossings == 2
    found = exponential_product(exp(2 * x) + (sqrt(2) - 1) * exp(x) - sqrt(2))
    assert found is not None
    assert found.crossings == 1
    assert dict(found.factors) == {(1, -1): 1, (1, sqrt(2)): 1}


@pytest.mark.parametrize(
    ("formula", "core"),
    [
        (exp(2 * x / 3) + exp(x / 2), x),
        (exp(-2 * x), x),
        (exp(-x * sqrt(2)) + exp(3 * sqrt(2) * x), sqrt(2) * x),
        (tanh(2 * x + 1) + 3, x),
        (exp(x) + x, None),
        (log(2), None),
        (exp(exp(x)), exp(x)),
        (exp(x) ** 2 * LogisticPower(x, 1, 2), x),
    ],
    ids=str,
)
def test_cores(formula: Expr, core: Expr | None) -> None:
    assert core_of(formula) == core


def test_a_float_in_an_exponent_is_part_of_the_core() -> None:
    half = Float(0.5)
    assert core_of(exp(half * x) + 1) == half * x
    assert core_of(exp(3 * half * x) + exp(half * x)) in (None, half * x)
    found = exponential_product(1 / (1 + exp(-half * x)))
    assert found is not None
    assert (found.argument, found.power) == (half * x, 1)
