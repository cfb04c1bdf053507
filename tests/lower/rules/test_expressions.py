"""Whatever is written of usual parts: the rules change its digits, not its value."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from sympy import (
    Expr,
    I,
    Rational,
    S,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    lambdify,
    log,
    nan,
    oo,
    sinh,
    sqrt,
    tanh,
    zoo,
)

from actmath.lower._rules.equivalents import equivalents
from actmath.notation import x

from ...reference.plain_functions import PLAIN

LEAVES = (x, -x, 2 * x, x / 2, x + 1, x**2, S.One, S(2), -S.One, Rational(1, 3))
OF_ONE = (
    *(exp, tanh, erf, erfc, atan, cosh, sinh, cos),
    lambda u: log(1 + u**2),
    lambda u: log(1 + exp(u)),
    lambda u: log(cosh(u)),
    lambda u: 1 / (1 + exp(-u)),
    lambda u: 1 / (2 + exp(u)),
    lambda u: sqrt(u**2 + 3),
    lambda u: sqrt(1 + exp(u)),
    lambda u: (1 + u**4) ** Rational(1, 4),
    lambda u: exp(-(u**2)),
    lambda u: u / (1 + u**2),
    lambda u: 2**u,
)
OF_TWO = (
    lambda u, v: u + v,
    lambda u, v: u - v,
    lambda u, v: u * v,
    lambda u, v: u / (1 + v**2),
    lambda u, v: u / (1 + exp(v)),
)


def _larger(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    one = st.builds(lambda f, u: f(u), st.sampled_from(OF_ONE), parts)
    two = st.builds(lambda f, u, v: f(u, v), st.sampled_from(OF_TWO), parts, parts)
    return one | two


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), _larger, max_leaves=4)


def value(formula: Expr, at: float) -> Any:
    with mp.workdps(60):
        return lambdify(x, formula, [PLAIN, "mpmath"])(mp.mpf(at))


@given(formula=EXPRESSIONS, at=st.sampled_from([-1.3125, 0.4375, 2.0625]))
def test_every_spelling_has_the_value_of_the_formula(formula: Expr, at: float) -> None:
    if formula.has(zoo, nan, oo, I) or formula.count_ops() > 40:
        return
    want = value(formula, at)
    for spelling in equivalents(formula, {}):
        assert abs(value(spelling, at) - want) <= mp.mpf(10) ** -30 * (1 + abs(want)), spelling
