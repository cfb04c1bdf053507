"""Quotients of exponentials, divided above and below by what dominates."""

from __future__ import annotations

import random

import numpy as np
import pytest
from mpmath import mp
from sympy import Add, Expr, Rational, S, cosh, exp, lambdify, log, sinh, sqrt, tanh

from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.exponential import Expit, Expm1, LogisticPower, StableTanh
from actmath.lower._rules.exponentials import _monomial, stable_exponentials
from actmath.notation import alpha, x

from ...reference.plain_functions import PLAIN
from .values import agree

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


def _sum(generator: random.Random, lowest: int, least: int) -> Expr:
    """A sum of powers of eˣ, from a lowest one on, with coefficients from a least one on."""
    numbers = [generator.randint(least, 4) for _ in range(generator.randint(1, 3))]
    return Add(*(c * exp((lowest + k) * x) for k, c in enumerate([*numbers, 1])))


@pytest.mark.parametrize("seed", range(4))
def test_random_quotients_are_the_same_functions_and_keep_their_digits(seed: int) -> None:
    """Of sums of exponentials over sums of positive ones; in floats nothing overflows at ±800."""
    generator = random.Random(seed)
    for _ in range(3):
        above = _sum(generator, generator.randint(-2, 1), -3)
        below = _sum(generator, generator.randint(-2, 1), 1) ** generator.randint(1, 2)
        if generator.random() < 0.3:
            below = sqrt(below)
        formula = above / below
        found = stable_exponentials(formula)
        if found is None:
            # A single exponential, which may stay.
            assert isinstance(formula.simplify(), exp) or not formula.has(x)
            continue
        assert agree(formula, found)
        value = compile_one(found, 1.0)(np.array([-800.0, 800.0]))
        assert not np.isnan(value).any()


@pytest.mark.parametrize(
    ("power", "crossings"),
    [(e, r) for e in (-3, -2, Rational(-1, 2), 0, 1) for r in (1, 2, 3)],
)
def test_differences_of_two_powers(power: Expr, crossings: int) -> None:
    """5·e^{px}·(eˣ − 1)ʳ, where no factor grows on a side on which another dies."""
    formula = (5 * exp(power * x) * (exp(x) - 1) ** crossings).expand()
    found = stable_exponentials(formula)
    assert found is not None
    assert agree(formula, found)
    # All digits at 0.
    near = compile_one(found, 1.0)(np.array([1e-9, -1e-9]))
    want = [5 * side**crossings * (1e-9) ** crossings for side in (1, -1)]
    np.testing.assert_allclose(near, want, rtol=1e-8)


@pytest.mark.parametrize(
    ("w", "s", "m", "want"),
    [
        (x, 2, -2, exp(2 * x)),
        (x, 0, 0, 1),
        (x, 2, 3, Expit(x) ** 2 * Expit(-x) ** 3),
        (x, 1, 0, Expit(x)),
        (x, 0, -3, (1 + exp(x)) ** 3),
        (x, -3, 0, (1 + exp(-x)) ** 3),
        (x, -1, -1, LogisticPower(x, -1, -1)),
        (x, 1, -2, LogisticPower(x, 1, -2)),
        (x, HALF, 0, LogisticPower(x, HALF, 0)),
        (x, 0, -HALF, LogisticPower(x, 0, -HALF)),
    ],
    ids=str,
)
def test_monomials(w: Expr, s: Expr, m: Expr, want: Expr) -> None:
    found = _monomial(w, S(s), S(m))
    assert found == want
    plain = (1 + exp(-w)) ** -s * (1 + exp(w)) ** -m
    assert agree(plain, S(found) + 0 * x)
