"""Formulas node by node, beside SymPy's own evaluation; and what has no value."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Eq,
    Function,
    LambertW,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    asinh,
    atan,
    cosh,
    erf,
    erfc,
    exp,
    log,
    pi,
    sign,
    sin,
    sinc,
    sqrt,
    tanh,
)

from actmath.notation import x
from actmath.numeric._check.formula_walk import UnknownValueError, Walk

FORMULAS = [
    x**3 - x / 3 + Rational(1, 7),
    exp(-(x**2)) + log(1 + Abs(x)),
    sqrt(2 / pi) * tanh(x) * atan(x) + asinh(x),
    Piecewise((erf(x), x > 1), (erfc(x), (x > 0) & (x <= 1)), (sign(x), True)),
    Piecewise((0, ~(x < 0) | Eq(x, -1)), (Max(x, -2) + Min(x, -1), Ne(x, 5))),
    Abs(x) ** Rational(3, 2) + sinc(x),
    sin(x) ** 2 / (1 + exp(-x)),
    LambertW(exp(x)),
]


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
@pytest.mark.parametrize("at", [-3, -1, Rational(-1, 3), 0, Rational(2, 3), 1, 4])
def test_it_is_what_sympy_evaluates(formula: object, at: object) -> None:
    walk = Walk(formula)
    walk.context.dps = 40
    exact = Rational(at)
    got = walk(walk.context.mpf(int(exact.p)) / int(exact.q))
    want = formula.subs(x, exact).evalf(40)  # type: ignore[attr-defined]
    assert abs(got - walk.context.mpf(str(want))) < 1e-37


def test_the_context_is_its_own() -> None:
    one, other = Walk(1 / x), Walk(1 / x)
    one.context.dps = 80
    assert other.context.dps == 15
    assert len(str(one(one.context.mpf(3)))) > 75


@pytest.mark.parametrize(
    ("formula", "at"),
    [(1 / x, 0), (log(x), -1), (sqrt(x), -2), (atan(1 / x), 0), (sin(x), "1e9999")],
)
def test_no_real_value_is_said(formula: object, at: object) -> None:
    walk = Walk(formula)
    with pytest.raises(UnknownValueError):
        walk(walk.context.mpf(at))


@pytest.mark.parametrize("formula", [x * tanh(exp(x)), 1 / cosh(exp(x)), erfc(exp(x))])
def test_exponentials_of_exponentials_return(formula: object) -> None:
    walk = Walk(formula)
    value = walk(walk.context.mpf("1e9"))
    assert value == 10**9 or value < walk.context.mpf(10) ** -400


def test_a_function_that_mpmath_lacks_is_named() -> None:
    walk = Walk(Function("wobble")(x))
    with pytest.raises(NotImplementedError, match="wobble"):
        walk(walk.context.one)


@pytest.mark.parametrize("at", [200_000, -(2**40)])
def test_exponentials_of_large_whole_numbers(at: int) -> None:
    walk = Walk(exp(x))
    walk.context.dps = 50
    want = walk.context.exp(1) ** walk.context.mpf(at)
    assert abs(walk(walk.context.mpf(at)) / want - 1) < 1e-35
