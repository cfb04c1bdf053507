"""The active branch at a point, by what is known of the parameters."""

from __future__ import annotations

from random import Random

import pytest
from sympy import Abs, Eq, Expr, Interval, Max, Min, Piecewise, Rational, S, Symbol, exp, sign

from actmath.derive._formula.branches import active_branch
from actmath.derive._formula.signs import Signs
from actmath.notation import x

A, P = Symbol("a", real=True), Symbol("p", positive=True)
UNIT = Signs(((A, Interval(0, 1)),))


@pytest.mark.parametrize(
    ("expr", "at", "branch"),
    [
        (Max(0, x) + Abs(x - 1), -1, 1 - x),
        (sign(x - 2) * x, 3, x),
        (Piecewise((x, x > A), (Abs(x), True)), -1, -x),
        (Max(x, A * x), 2, x),
        (Max(x, A * x), -2, A * x),
        (Min(0, P * (exp(x / P) - 1)), -1, P * (exp(x / P) - 1)),
        (Piecewise((1, Eq(x, 0)), (x, (x < 0) | (x > 3)), (2, True)), 1, S(2)),
    ],
)
def test_by_hand(expr: Expr, at: int, branch: Expr) -> None:
    assert active_branch(expr, S(at), UNIT) == branch


@pytest.mark.parametrize("expr", [Max(x, P * x), Abs(x - A), Piecewise((1, S.Half > A), (x, True))])
def test_what_a_parameter_decides_is_refused(expr: Expr) -> None:
    with pytest.raises(ValueError, match="depends on a parameter"):
        active_branch(expr, S.Half, UNIT)


def test_a_sign_that_may_be_0_is_none() -> None:
    """At a = 1 sgn(1 − a) is 0, while |1 − a| may be read either way."""
    assert active_branch(Abs(x * (1 - A)), S.One, UNIT) == -x * (A - 1)
    with pytest.raises(ValueError, match="depends on a parameter"):
        active_branch(sign(x * (1 - A)), S.One, UNIT)


def test_a_piecewise_without_a_branch_is_refused() -> None:
    with pytest.raises(ValueError, match="is undefined at x = 1"):
        active_branch(Piecewise((x, x < 0)), S.One, Signs())


def nested(draw: Random, depth: int) -> Expr:
    """A formula of lines inside Max, Min, Abs, sign and Piecewise, none of them known by heart."""
    line = draw.choice([-3, -1, 1, 2]) * x + Rational(draw.randint(-40, 40), 7)
    if not depth:
        return line
    parts = [nested(draw, depth - 1) for _ in range(3)]
    kinds = [
        Max(*parts),
        Min(*parts),
        Abs(parts[0]) - parts[1],
        sign(parts[0]) * parts[1] + parts[2],
        Piecewise((parts[0], line > 0), (parts[1], line < -5), (parts[2], True)),
    ]
    return draw.choice(kinds)


@pytest.mark.parametrize("seed", range(12))
def test_the_branch_has_the_values_of_the_formula_around_a_point(seed: int) -> None:
    draw = Random(seed)
    formula = nested(draw, 2)
    for _ in range(4):
        # No break is at a fraction with this divisor.
        at = Rational(draw.randint(-9000, 9000), 1009)
        branch = active_branch(formula, at, Signs())
        assert not branch.has(Max, Min, Abs, sign, Piecewise)
        for beside in (at, at + Rational(1, 10**9), at - Rational(1, 10**9)):
            assert branch.subs(x, beside) == formula.subs(x, beside)


def test_the_sentence_says_which_branch_depends_on_what() -> None:
    with pytest.raises(ValueError, match=r"which branch of Abs\(a - x\) is .* parameter: "):
        active_branch(2 + Abs(A - x), S.Half, UNIT)
    with pytest.raises(ValueError, match=r"which branch of Max\(x, p\*x\) is"):
        active_branch(Max(x, P * x), S.Half, UNIT)
