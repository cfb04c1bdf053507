"""Square roots that neither overflow nor cancel, recognized in formulas as people write them."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Rational, S, Symbol, diff, lambdify, sqrt

from actmath import Activation, Parameter
from actmath.activation import NONNEGATIVE, POSITIVE
from actmath.lower import ARITHMETICS
from actmath.lower._functions.algebraic import Direction, HyperbolicRamp, Hypotenuse
from actmath.lower._rules.rewriting import rewritten
from actmath.lower._stable import positive_parameters
from actmath.notation import x

from ...reference.agreement import check_arithmetic

B, REAL = Symbol("b", positive=True), Symbol("r", real=True)
PLAIN = {
    "Direction": lambda u, c: u / mp.sqrt(u**2 + c),
    "Hypotenuse": lambda u, c: mp.sqrt(u**2 + c),
    "HyperbolicRamp": lambda u, c: (u + mp.sqrt(u**2 + c)) / 2,
}
SQUAREPLUS = Activation("squareplus", (x + sqrt(x**2 + B)) / 2, (Parameter(B, S(4), POSITIVE),))
FALLING = Activation("falling", 1 + 6 * x - sqrt(36 * x**2 + 2))
ROOT = Activation("inverse_root", x / sqrt(1 + x**2 / 3))


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (sqrt(x**2 + B), Hypotenuse(x, B)),
        (x / sqrt(1 + x**2), Direction(x, 1)),
        ((4 * x**2 + 1) ** Rational(3, 2), Hypotenuse(2 * x, 1) ** 3),
        ((x + sqrt(x**2 + B)) / 2, HyperbolicRamp(x, B)),
        (x - sqrt(x**2 + 5), -2 * HyperbolicRamp(-x, 5)),
        (3 + sqrt((x - 1) ** 2 + 5), 3 + Hypotenuse(x - 1, 5)),
        (x**2 + 1, x**2 + 1),
        ((x**2 + 1) ** 3, (x**2 + 1) ** 3),
        (sqrt(B), sqrt(B)),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, want: Expr) -> None:
    assert (rewritten(formula) - want).expand() == 0


@pytest.mark.parametrize(
    "formula",
    [sqrt(x**4 + 1), sqrt(x**2 + x + 1), sqrt(x**2 + REAL), 2 * x + sqrt(x**2 + 1), sqrt(3 - x)],
    ids=str,
)
def test_near_misses_keep_their_value(formula: Expr) -> None:
    same = lambdify((x, REAL), rewritten(formula), [PLAIN, "mpmath"])
    with mp.workdps(40):
        for at in (Rational(-7, 3), Rational(1, 9)):
            want = formula.subs({x: at, REAL: Rational(2, 3)}).evalf(40)
            assert abs(same(mp.mpf(at.p) / at.q, mp.mpf(2) / 3) - mp.mpf(want)) < 1e-35


def test_a_parameter_is_positive_by_its_domain() -> None:
    for domain, known in ((POSITIVE, True), (NONNEGATIVE, False)):
        unit = Activation("unit", sqrt(x**2 + REAL), (Parameter(REAL, S.One, domain),))
        found = rewritten(unit.expr, positive_parameters(unit))
        assert (found == Hypotenuse(x, REAL)) is known


@pytest.mark.parametrize("function", [Hypotenuse, HyperbolicRamp])
@pytest.mark.parametrize("by", [x, B])
def test_they_know_their_derivatives(function: type[Expr], by: Symbol) -> None:
    value = lambdify((x, B), function(x, B), [PLAIN, "mpmath"])
    slope = lambdify((x, B), diff(function(x, B), by), [PLAIN, "mpmath"])
    with mp.workdps(40):
        for at in (-3, mp.mpf("-0.3"), 0, 2):
            order = (1, 0) if by is x else (0, 1)
            assert abs(mp.diff(value, (at, 2), order) - slope(at, 2)) < 1e-25


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", ARITHMETICS)
@pytest.mark.parametrize("unit", [SQUAREPLUS, FALLING, ROOT], ids=lambda unit: unit.name)
def test_no_arithmetic_overflows_or_cancels(unit: Activation, name: str, order: int) -> None:
    arithmetic = ARITHMETICS[name]
    far = [1e3, 1e12, 1e30]
    for precision in arithmetic.precisions:
        for at in (0.0, 0.5, 1.0, 3.0, *far):
            for signed in (at, -at):
                check_arithmetic(arithmetic, precision, unit, order, signed)
