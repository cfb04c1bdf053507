"""Square roots that neither overflow nor cancel, recognized in formulas as people write them."""

from __future__ import annotations

import random

import pytest
from mpmath import mp
from sympy import Expr, Rational, S, Symbol, cbrt, diff, lambdify, sqrt

from actmath import Activation, Parameter
from actmath.activation import NONNEGATIVE, POSITIVE
from actmath.lower import ARITHMETICS
from actmath.lower._functions.algebraic import (
    Direction,
    HyperbolicBowl,
    HyperbolicRamp,
    Hypotenuse,
)
from actmath.lower._rules.rewriting import rewritten
from actmath.lower._rules.roots import (
    positive_quadratic,
    stable_conjugate,
    stable_difference,
    stable_direction,
    stable_root,
)
from actmath.lower._stable import positive_parameters
from actmath.notation import x

from ...reference.agreement import check_arithmetic
from .values import agree

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


@pytest.mark.parametrize("seed", range(4))
def test_quadratics_are_completed(seed: int) -> None:
    """k·(x + s)² + c for random k and c of both signs, multiplied out or not."""
    generator = random.Random(seed)
    for _ in range(12):
        k, s, c = (Rational(generator.randint(-9, 9), generator.randint(1, 4)) for _ in range(3))
        square = k * (x + s) ** 2 + c
        for formula in (square, square.expand()):
            found = positive_quadratic(formula)
            # Without the square the sum is a number, and without the constant no sum.
            positive = bool(k > 0 and c > 0)
            assert (found is not None) is positive, formula
            if found is not None:
                v, rest = found
                assert (v**2 + rest - formula).expand() == 0
                assert (v / x).expand().has(x) is bool(s != 0)
                assert rest.is_positive


@pytest.mark.parametrize(
    "formula", [x, x**2, Rational(3), 1 + x, 1 + x**3, x**4 + x**2 + 1, 2 + REAL**2, 1 + 1 / x**2]
)
def test_what_is_no_positive_quadratic(formula: Expr) -> None:
    assert positive_quadratic(formula) is None


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (sqrt(x**2 + 1), Hypotenuse(x, 1)),
        ((x**2 + 2) ** Rational(-3, 2), Hypotenuse(x, 2) ** -3),
        ((x**2 + 2) ** Rational(2, 3), Hypotenuse(x, 2) ** Rational(4, 3)),
        ((x**2 + 2) ** -3, None),
        ((x**2 + 2) ** REAL, None),
        (sqrt(x**2 - 2), None),
        (x**2 + 2, None),
    ],
    ids=str,
)
def test_broken_powers_of_quadratics(formula: Expr, want: Expr | None) -> None:
    assert stable_root(formula) == want


@pytest.mark.parametrize(
    ("total", "want"),
    [
        (Hypotenuse(x, 3) + x, 2 * HyperbolicRamp(x, 3)),
        (3 * Hypotenuse(x, 3) - 3 * x + 7, 6 * HyperbolicRamp(-x, 3) + 7),
        (-Hypotenuse(x, 3) - x, -2 * HyperbolicRamp(x, 3)),
        (-Hypotenuse(2 * x, 3) / 5 + 2 * x / 5 + x**2, x**2 - 2 * HyperbolicRamp(-2 * x, 3) / 5),
        (Hypotenuse(x + 1, 3) + x + 1, 2 * HyperbolicRamp(x + 1, 3)),
        (Hypotenuse(x + 1, 3) - x - 1 + x**3, 2 * HyperbolicRamp(-x - 1, 3) + x**3),
        (Hypotenuse(x, 4) - 2, HyperbolicBowl(x, 4)),
        (6 - 3 * Hypotenuse(x, 4) + x**2, x**2 - 3 * HyperbolicBowl(x, 4)),
        (x * Hypotenuse(x, 1) + x**2, 2 * x * HyperbolicRamp(x, 1)),
        (Hypotenuse(x, 4) + 2, None),
        (Hypotenuse(x, 4) + 2 * x, None),
        (Hypotenuse(x, 4) ** 2 - 2, None),
        (Hypotenuse(x, 4) * Hypotenuse(x, 1) + x, None),
        (Hypotenuse(x, 4), None),
    ],
    ids=str,
)
def test_a_root_beside_what_it_grows_like(total: Expr, want: Expr | None) -> None:
    found = stable_conjugate(total)
    assert found == want or (found - want).expand() == 0
    if found is not None:
        assert agree(total, found)


@pytest.mark.parametrize(
    ("total", "want"),
    [
        (sqrt(x + 1) - 1, x / (sqrt(x + 1) + 1)),
        (3 * sqrt(x + 4) - 6, 3 * x / (sqrt(x + 4) + 2)),
        (2 - sqrt(x + 4) + x**2, -x / (sqrt(x + 4) + 2) + x**2),
        (sqrt(x + 4) - sqrt(x + 1), 3 / (sqrt(x + 4) + sqrt(x + 1))),
        (x * sqrt(x**4 + 9) - 3 * x, x**5 / (sqrt(x**4 + 9) + 3)),
        (sqrt(x + 4) + 2, None),
        (sqrt(x + 4) - 1, None),
        (sqrt(x - 4) - 2, None),
        (cbrt(x + 8) - 2, None),
        (sqrt(x + 4), None),
        (sqrt(3) - sqrt(2) + x, None),
    ],
    ids=str,
)
def test_differences_of_roots(total: Expr, want: Expr | None) -> None:
    found = stable_difference(total)
    assert found == want or (found - want).simplify() == 0
    if found is not None:
        assert agree(total, found, ("0.25", "1.75", "4"))


@pytest.mark.parametrize(
    ("product", "want"),
    [
        (x / Hypotenuse(x, 2), Direction(x, 2)),
        (x**2 / Hypotenuse(x, 2), x * Direction(x, 2)),
        (x / Hypotenuse(x, 2) ** 3, Direction(x, 2) / Hypotenuse(x, 2) ** 2),
        (x**3 / Hypotenuse(x, 2) ** 2, x * Direction(x, 2) ** 2),
        (5 * x / Hypotenuse(3 * x, 2), 5 * Direction(3 * x, 2) / 3),
        ((x + 1) ** 2 / Hypotenuse(x + 1, 2) ** 2 * x, x * Direction(x + 1, 2) ** 2),
        (x**2 / (x**2 + 3), Direction(x, 3) ** 2),
        (x / (x**2 + 3) ** 2, Direction(x, 3) / Hypotenuse(x, 3) ** 3),
        (x * Hypotenuse(x, 2), None),
        (1 / (x * Hypotenuse(x, 2)), None),
        (sqrt(x) / Hypotenuse(x, 2), None),
        (x / sqrt(Hypotenuse(x, 2)), None),
        (x / (x**2 - 3), None),
        (x / Hypotenuse(x + 1, 2), None),
        (Hypotenuse(x, 2), None),
    ],
    ids=str,
)
def test_what_is_divided_by_a_root_of_its_square(product: Expr, want: Expr | None) -> None:
    assert stable_direction(product) == want
    if want is not None:
        assert agree(product, want)
