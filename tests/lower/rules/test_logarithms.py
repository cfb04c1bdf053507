"""Logarithms of sums, by hand."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Rational, asinh, cosh, exp, lambdify, log, sqrt, tanh

from actmath.lower._functions.algebraic import HyperbolicRamp, Log1pSquare
from actmath.lower._functions.exponential import (
    Expit,
    Log1p,
    Log1pExp,
    LogCosh,
    LogMeanExp,
)
from actmath.lower._rules.logarithms import log_of_exponentials, stable_logarithm
from actmath.notation import x

from ...reference.plain_functions import PLAIN


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


@pytest.mark.parametrize("argument", [exp(x) - 1, x + exp(x), -exp(x), exp(x) + exp(x**2)])
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
