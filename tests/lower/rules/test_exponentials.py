"""Quotients of exponentials, divided above and below by what dominates."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Rational, cosh, exp, lambdify, log, sinh, sqrt, tanh

from actmath.lower._functions.exponential import Expit, Expm1, LogisticPower, StableTanh
from actmath.lower._rules.exponentials import stable_exponentials
from actmath.notation import alpha, x

from ...reference.plain_functions import PLAIN

HALF = Rational(1, 2)


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (exp(x) / (1 + exp(x)), Expit(x)),
        (1 - 1 / (1 + exp(x)), Expit(x)),
        (1 / (2 + exp(-x)), Expit(x + log(2)) / 2),
        (exp(x) / (1 + exp(x)) ** 2, Expit(x) * Expit(-x)),
        ((1 - exp(-x)) / (1 + exp(-x)), StableTanh(x / 2)),
        ((exp(x) - exp(-x)) / (exp(x) + exp(-x)), StableTanh(x)),
        ((exp(2 * x) - 1) / (exp(2 * x) + 1), StableTanh(x)),
        (2 / (1 + exp(-2 * x)) - 1, StableTanh(x)),
        (1 - tanh(x) ** 2, 4 * Expit(2 * x) * Expit(-2 * x)),
        (1 + tanh(x / 2), 2 * Expit(x)),
        (1 / cosh(x), 2 * LogisticPower(2 * x, HALF, HALF)),
        (alpha * (exp(x / alpha) - 1), alpha * Expm1(x / alpha)),
        (exp(x) - exp(-x), 2 * sinh(x)),
        (exp(2 * x) - exp(x), exp(x) * Expm1(x)),
        (exp(-x) - exp(-2 * x), -exp(-x) * Expm1(-x)),
        (exp(2 * x) - 2 * exp(x) + 1, Expm1(x) ** 2),
        (sqrt(1 + exp(x)), LogisticPower(x, 0, -HALF)),
        (1 / (1 + exp(-((x - 1) ** 2))), Expit((x - 1) ** 2)),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, want: Expr) -> None:
    assert stable_exponentials(formula) == want


@pytest.mark.parametrize(
    "formula", [exp(x), exp(x) + 1, 1 / (exp(x) - 2), x * exp(x), cosh(x), exp(x) + exp(x**2), x]
)
def test_what_may_stay(formula: Expr) -> None:
    assert stable_exponentials(formula) is None


@pytest.mark.parametrize(
    "formula",
    [
        ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1),
        exp(3 * x) / (2 + exp(x) + 5 * exp(4 * x)),
        exp(2 * x) - exp(-x),
        (exp(3 * x) - 1) / (exp(x) + 2) ** 2,
        exp(-x) / sqrt(3 + exp(x)),
        1 / (1 + exp(x + 1)),
        (1 - exp(x)) / (alpha + exp(2 * x)),
    ],
    ids=str,
)
def test_it_is_the_same_function(formula: Expr) -> None:
    found = stable_exponentials(formula.subs(alpha, Rational(7, 3)))
    assert found is not None
    plain = lambdify(x, formula.subs(alpha, Rational(7, 3)), "mpmath")
    same = lambdify(x, found, [PLAIN, "mpmath"])
    with mp.workdps(40):
        for at in ("-3.5", "-0.1", "2.25"):
            want = plain(mp.mpf(at))
            assert abs(same(mp.mpf(at)) - want) <= abs(want) * mp.mpf(10) ** -36
