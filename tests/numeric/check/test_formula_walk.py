"""Formulas node by node, beside SymPy's own evaluation; and what has no value."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import (
    Abs,
    Eq,
    Expr,
    Float,
    Function,
    Ge,
    GoldenRatio,
    Gt,
    LambertW,
    Le,
    Lt,
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
    sinh,
    sqrt,
    tanh,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

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


@pytest.mark.parametrize("relation", [Lt, Le, Gt, Ge, Eq, Ne])
@pytest.mark.parametrize("at", [-1, 0, 1])
def test_a_condition_holds_where_it_says(relation: type[Relational], at: int) -> None:
    walk = Walk(Piecewise((1, relation(x, 0)), (2, True)))
    holds = {Lt: at < 0, Le: at <= 0, Gt: at > 0, Ge: at >= 0, Eq: at == 0, Ne: at != 0}
    assert walk(walk.context.mpf(at)) == (1 if holds[relation] else 2)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ((x > 1) & (x < 3), {2}),
        ((x > 1) | (x < -1), {-2, 2, 4}),
        (~((x > 1) & (x < 3)), {-2, 0, 4}),
        ((x > 1) & ((x < 3) | (x > 3)), {2, 4}),
    ],
    ids=["and", "or", "not", "nested"],
)
def test_conditions_that_go_together(condition: Boolean, holds: set[int]) -> None:
    walk = Walk(Piecewise((1, condition), (0, True)))
    assert {at for at in (-2, 0, 2, 4) if walk(walk.context.mpf(at))} == holds


def test_where_no_condition_holds_there_is_no_value() -> None:
    walk = Walk(Piecewise((x, x > 1)))
    assert walk(walk.context.mpf(2)) == 2
    with pytest.raises(UnknownValueError, match="has no value at 1"):
        walk(walk.context.one)


@pytest.mark.parametrize("size", [10**5, 10**6, 10**400])
def test_what_has_saturated_is_its_limit(size: int) -> None:
    for formula, left, right in ((tanh(x), -1, 1), (erf(x), -1, 1), (erfc(x), 2, 0)):
        walk = Walk(formula)
        found = [walk(walk.context.mpf(at)) for at in (-size, size)]
        assert found[0] == left
        assert abs(found[1] - right) < walk.context.mpf(10) ** -40_000


@pytest.mark.parametrize("formula", [sinh(x), cosh(x), exp(x), 1 / exp(x)])
@pytest.mark.parametrize("at", [-3, 0, 5, 99_999, 100_001])
def test_exponentials_of_every_size_are_those_of_mpmath(formula: Expr, at: int) -> None:
    walk = Walk(formula)
    walk.context.dps = 40
    with mp.workdps(60):
        grown, fallen = mp.exp(at), mp.exp(-at)
        parts = {sinh(x): (grown - fallen) / 2, cosh(x): (grown + fallen) / 2, exp(x): grown}
        want = parts.get(formula, fallen)
        assert abs(mp.mpf(walk(walk.context.mpf(at))._mpf_) - want) <= abs(want) * mp.mpf(10) ** -38


def test_exponents_without_end_stand_for_0_and_infinity() -> None:
    for formula in (exp(-exp(exp(x))), 1 / cosh(exp(exp(x))), 1 / sinh(exp(exp(x)))):
        walk = Walk(formula)
        assert 0 <= walk(walk.context.mpf(2000)) < walk.context.mpf(10) ** -(10**6)


def test_waves_are_computed_as_long_as_their_argument_has_digits_before_its_point() -> None:
    walk = Walk(sin(x))
    walk.context.prec = 20_100
    found = walk(walk.context.ldexp(1, 19_999))
    with mp.workprec(40_300):
        assert abs(mp.mpf(found._mpf_) - mp.sin(mp.ldexp(1, 19_999))) < mp.mpf(10) ** -20
    with pytest.raises(UnknownValueError, match="of a number of 20000 bits"):
        walk(walk.context.ldexp(1, 20_000))


def test_constants_have_the_digits_of_each_precision() -> None:
    """π, a golden ratio, a root, and 0.1 as a float of SymPy's, which is no tenth."""
    walk = Walk(x * (sqrt(2) * pi + GoldenRatio) + Float(0.1))
    for digits in (15, 60, 30):
        walk.context.dps = digits
        with mp.workdps(digits + 10):
            want = mp.sqrt(2) * mp.pi + (1 + mp.sqrt(5)) / 2 + mp.mpf(0.1)
            found = mp.mpf(walk(walk.context.one)._mpf_)
            assert mp.mpf(10) ** -(digits + 3) < abs(found - want) < mp.mpf(10) ** (1 - digits)


@pytest.mark.parametrize(
    ("formula", "value"), [(x**0, 1), (sqrt(x), 0), (Abs(x) ** Rational(1, 3), 0), (sign(x), 0)]
)
def test_powers_of_0(formula: Expr, value: int) -> None:
    walk = Walk(formula)
    assert walk(walk.context.zero) == value
    with pytest.raises(UnknownValueError, match="a negative power of 0"):
        Walk(Abs(x) ** Rational(-1, 3))(walk.context.zero)
