"""Logarithms of sums, by hand."""

from __future__ import annotations

import random

import pytest
from mpmath import mp
from sympy import Add, Expr, Rational, S, Symbol, asinh, cosh, exp, lambdify, log, sqrt, tanh

from actmath.lower._functions.algebraic import HyperbolicRamp, Hypotenuse, Log1pSquare
from actmath.lower._functions.exponential import (
    Expit,
    Log1p,
    Log1pExp,
    LogCosh,
    LogMeanExp,
)
from actmath.lower._rules.logarithms import (
    _log_of_monomial,
    _log_of_polynomial,
    log_of_exponentials,
    stable_logarithm,
)
from actmath.lower._rules.one_exponential import ExponentialProduct
from actmath.notation import x

from ...reference.plain_functions import PLAIN
from .values import agree


@pytest.mark.parametrize(
    ("argument", "want"),
    [
        (1 + exp(x), Log1pExp(x)),
        (1 / (1 + exp(-x)), -Log1pExp(-x)),
        (exp(x) / (1 + exp(x)), -Log1pExp(-x)),
        (2 + exp(x), log(2) + Log1pExp(x - log(2))),
        (exp(x) + exp(2 * x), x + Log1pExp(x)),
        (cosh(x), LogCosh(x)),
        ((exp(x) + exp(-x)) / 2, LogCosh(x)),
        ((1 + exp(x)) / 2, LogMeanExp(x)),
        (1 + tanh(x), -LogMeanExp(-2 * x)),
        (1 + 1 / (1 + exp(-x)), Log1p(Expit(x))),
        (1 + exp(x) + exp(2 * x), Log1p(-Expit(x) * Expit(-x)) + 2 * Log1pExp(x)),
        (1 + exp(2 * x) + exp(3 * x), Log1pExp(2 * x + Log1pExp(x))),
    ],
    ids=str,
)
def test_of_exponentials(argument: Expr, want: Expr) -> None:
    assert log_of_exponentials(argument) == want


def test_of_a_constant_and_two_polynomials() -> None:
    argument = 3 * (1 + exp(x) + exp(2 * x)) * (2 + exp(2 * x))
    found = log_of_exponentials(argument)
    assert found is not None
    plain, stable = (lambdify(x, e, [PLAIN, "mpmath"]) for e in (log(argument), found))
    for at in (-2, 0.5, 3):
        assert abs(stable(mp.mpf(at)) - plain(mp.mpf(at))) < 1e-13


@pytest.mark.parametrize(
    "argument", [exp(x) - 1, 1 / (exp(x) - 1), x + exp(x), -exp(x), exp(x) + exp(x**2)]
)
def test_of_other_sums(argument: Expr) -> None:
    assert log_of_exponentials(argument) is None


@pytest.mark.parametrize(
    ("argument", "want"),
    [
        (1 + x, Log1p(x)),
        (1 + 4 * x**2, Log1pSquare(2 * x)),
        (3 + x**2, log(3) + Log1pSquare(x / sqrt(3))),
        (2 * HyperbolicRamp(x, 1), asinh(x)),
        (Expit(x) ** Rational(1, 2), log(Expit(x)) / 2),
    ],
    ids=str,
)
def test_others(argument: Expr, want: Expr) -> None:
    assert stable_logarithm(log(argument)) == want


@pytest.mark.parametrize("formula", [log(2 + x), log(x), x, exp(x)])
def test_what_may_stay(formula: Expr) -> None:
    assert stable_logarithm(formula) is None


@pytest.mark.parametrize("seed", range(4))
def test_random_products_of_sums_have_their_logarithm(seed: int) -> None:
    """k·e^{px}·Π(sum of positive powers of eˣ)ⁿ, with gaps between the powers and without."""
    generator = random.Random(seed)
    for _ in range(4):
        numbers = [generator.choice([0, 1, 2, 3]) for _ in range(generator.randint(0, 2))]
        polynomial = Add(*(c * exp((k + 1) * x) for k, c in enumerate([*numbers, 1])))
        polynomial += generator.choice([1, 2])
        n = generator.choice([-2, -1, 1, Rational(1, 2)])
        k = Rational(generator.randint(1, 9), generator.randint(1, 9))
        formula = (
            k
            * exp(generator.randint(-1, 1) * x)
            * polynomial**n
            * (1 + exp(x)) ** (generator.randint(-2, 2))
        )
        found = log_of_exponentials(formula)
        assert found is not None
        assert agree(log(formula), found)


@pytest.mark.parametrize(
    ("constant", "s", "m", "want"),
    [
        (1, 1, 0, -Log1pExp(-x)),
        (1, 0, 1, -Log1pExp(x)),
        (1, 1, 2, -Log1pExp(-x) - 2 * Log1pExp(x)),
        (1, Rational(1, 2), Rational(1, 4), -Log1pExp(-x) / 2 - Log1pExp(x) / 4),
        (3, 1, 2, -Log1pExp(-x) - 2 * Log1pExp(x) + log(3)),
        # 0 at 0.
        (2, 1, 0, -LogMeanExp(-x)),
        (8, 1, 2, -LogMeanExp(-x) - 2 * LogMeanExp(x)),
        (Rational(1, 2), 1, -2, LogMeanExp(x) + x),
        # Of equal powers the hyperbolic cosine of half.
        (16, 2, 2, -4 * LogCosh(x / 2)),
        (5, 1, 1, -2 * LogCosh(x / 2) + log(Rational(5, 4))),
        (1, -1, -1, 2 * LogCosh(x / 2) + log(4)),
        # One rises and the other falls: what is left has one sign, and a line stands beside it.
        (1, 3, -1, -2 * Log1pExp(-x) + x),
        (1, -3, 1, 2 * Log1pExp(-x) - x),
        (1, 1, -3, 2 * Log1pExp(x) + x),
        (1, -1, 3, -2 * Log1pExp(x) - x),
    ],
    ids=str,
)
def test_monomials(constant: Expr, s: Expr, m: Expr, want: Expr) -> None:
    product = ExponentialProduct(x, S(constant), S(s), (((S.One, S.One), S(-s - m)),))
    assert (product.power, product.falling) == (s, m)
    found = _log_of_monomial(product)
    assert (found - want).expand() == 0
    assert agree(log(constant) - s * log(1 + exp(-x)) - m * log(1 + exp(x)), found)


@pytest.mark.parametrize(
    ("coefficients", "rest"),
    [
        ((1, 1, 1), [(0, 0), (-1, 1), (0, 2)]),
        ((2, 5, 3, 1), [(1, 0), (2, 1), (0, 2), (0, 3)]),
        ((1, 2, 3), [(0, 0), (0, 1), (2, 2)]),
        ((1, 4, 1), [(0, 0), (2, 1), (0, 2)]),
        # Neither is 1 at −∞ nor adds: the logarithm stays.
        ((1, 1, 2), None),
        ((3, 1, 3), None),
    ],
    ids=str,
)
def test_polynomials_less_the_power_of_one(
    coefficients: tuple[int, ...], rest: list[tuple[int, int]] | None
) -> None:
    """P(a, b) − (a + b)ⁿ has the coefficients less the binomial ones."""
    n = len(coefficients) - 1
    a, b = Expit(x), Expit(-x)
    polynomial = Add(*(c * a ** (n - i) * b**i for i, c in enumerate(coefficients)))
    found = _log_of_polynomial(tuple(map(S, coefficients)), polynomial, x)
    if rest is None:
        assert found == log(polynomial)
    else:
        assert found == Log1p(Add(*(c * a ** (n - i) * b**i for c, i in rest)))
    assert agree(log(polynomial), found)


@pytest.mark.parametrize(
    ("argument", "want"),
    [
        (
            3 * Hypotenuse(2 * x, 5) ** 3,
            log(3 * sqrt(5) ** 3) + 3 * Log1pSquare(2 * x / sqrt(5)) / 2,
        ),
        (5 * HyperbolicRamp(x, 9) ** 2, log(5 * Rational(9, 4)) + 2 * asinh(x / 3)),
        (1 / HyperbolicRamp(x, 1), log(2) - asinh(x)),
        (3 / Expit(x) ** 2, log(3) - 2 * log(Expit(x))),
        (1 + x + exp(x), Log1p(x + exp(x))),
        (2 + x + exp(x), None),
        (-3 * Expit(x) ** 2, None),
        (3 * Expit(x), None),
        (Expit(x) ** x, None),
        (x**2, None),
        (x * Expit(x), None),
        (Hypotenuse(x, 1) * Expit(x), None),
    ],
    ids=str,
)
def test_logarithms_of_products(argument: Expr, want: Expr | None) -> None:
    found = stable_logarithm(log(argument))
    assert found == want or (found - want).simplify() == 0
    if want is not None:
        assert agree(log(argument), want, ("0.25", "1.75"))


def test_the_logarithm_of_an_exponential_whose_argument_may_be_complex() -> None:
    letter = Symbol("r")
    assert stable_logarithm(log(exp(letter * x))) == letter * x
