"""Quotients of polynomials, whose numerators and denominators overflow apart."""

from __future__ import annotations

import random

import pytest
from mpmath import mp
from sympy import Add, Expr, Poly, Rational, cancel, exp, fraction, lambdify, pi, sqrt, together

from actmath.lower._functions.algebraic import Direction, Hypotenuse
from actmath.lower._rules.rationals import stable_divisor, stable_power, stable_quotient
from actmath.notation import x

from ...reference.plain_functions import PLAIN
from .values import agree


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (x / (1 + x**2), Direction(x, 1) / Hypotenuse(x, 1)),
        (x**3 / (1 + x**2), Direction(x, 1) ** 3 * Hypotenuse(x, 1)),
        (1 / (1 + x**2), None),
        (x / (1 + x), None),
        (x**2 + 1, None),
        (x / (1 + exp(x)), None),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, want: Expr | None) -> None:
    assert stable_quotient(formula) == want


@pytest.mark.parametrize(
    "formula",
    [
        (x**3 - 2) / (5 + x**2 + 3 * x**4),
        x**5 / (7 + x**2) ** 2,
        (1 - x) / (2 + x) ** 2,
        (x - 2) ** 3 / ((x - 2) ** 4 + 1),
    ],
)
def test_it_is_the_same_function(formula: Expr) -> None:
    found = stable_quotient(formula)
    assert found is not None
    plain, same = (lambdify(x, e, [PLAIN, "mpmath"]) for e in (formula, found))
    with mp.workdps(40):
        for at in ("-0.75", "0.001", "12.5"):
            assert abs(same(mp.mpf(at)) / plain(mp.mpf(at)) - 1) < 1e-35


def test_a_line_inside_stays_as_it_is() -> None:
    """Multiplied out it would cancel: (x − 2)⁴ + 1 = x⁴ − 8x³ + 24x² − 32x + 17."""
    v = x - 2
    want = (Direction(v, 1) ** 4 + Hypotenuse(v, 1) ** -4) ** Rational(1, 3)
    assert stable_power((v**4 + 1) ** Rational(1, 3)) == want * Hypotenuse(v, 1) ** Rational(4, 3)


@pytest.mark.parametrize("formula", [sqrt(1 + x**4), (5 - x + 2 * x**6) ** Rational(-2, 3)])
def test_powers_of_polynomials(formula: Expr) -> None:
    found = stable_power(formula)
    assert found is not None
    plain, same = (lambdify(x, e, [PLAIN, "mpmath"]) for e in (formula, found))
    with mp.workdps(40):
        for at in ("-0.75", "0.001", "12.5"):
            assert abs(same(mp.mpf(at)) / plain(mp.mpf(at)) - 1) < 1e-35


@pytest.mark.parametrize(
    "formula", [sqrt(1 + x**2), (1 + x**4) ** 2, sqrt(x), exp(x), sqrt(exp(x))]
)
def test_other_powers(formula: Expr) -> None:
    assert stable_power(formula) is None


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (1 / (2 + 2 * x), 1 / (1 + x) / 2),
        ((1 - 3 * x) ** -2, (x - Rational(1, 3)) ** -2 / 9),
        (1 / (1 + x), None),
        (1 / (2 + 3 * x**2), None),
        (2 + 3 * x, None),
    ],
    ids=str,
)
def test_lines_are_divided_by_without_their_factor(formula: Expr, want: Expr | None) -> None:
    assert stable_divisor(formula) == want


def _polynomial(generator: random.Random, degree: int) -> Expr:
    lead = Rational(generator.randint(1, 4)) * x**degree
    numbers = [Rational(generator.randint(-5, 5), generator.randint(1, 3)) for _ in range(degree)]
    return lead + Add(*(c * x**k for k, c in enumerate(numbers)))


@pytest.mark.parametrize("seed", range(4))
def test_random_quotients_and_powers_are_the_same_functions(seed: int) -> None:
    """Those whose numerator varies and whose denominator has degree 2 or more are rewritten."""
    generator = random.Random(seed)
    for _ in range(3):
        n, d = generator.randint(0, 4), generator.randint(1, 4)
        above, below = _polynomial(generator, n), _polynomial(generator, d)
        whole = cancel(above / below)
        found = stable_quotient(whole)
        top, bottom = (Poly(part, x).degree() for part in fraction(together(whole)))
        assert (found is not None) is (top >= 1 and bottom >= 2)
        if found is not None:
            assert agree(whole, found)
            # Far out no part leaves the range: √(x² + 1) alone is as large as x.
            value = lambdify(x, found, [PLAIN, "mpmath"])(mp.mpf(10) ** 60)
            assert abs(value / lambdify(x, whole, "mpmath")(mp.mpf(10) ** 60) - 1) < 1e-10
        power = Rational(generator.choice([-3, -1, 1, 2, 5]), generator.choice([2, 3]))
        base = _polynomial(generator, 2) ** 2 + generator.randint(1, 3)
        found = stable_power(base.expand() ** power)
        assert (found is not None) is not power.is_Integer
        if found is not None:
            assert agree(base**power, found)


@pytest.mark.parametrize(("degree", "rewritten"), [(2, True), (12, True), (13, False)], ids=str)
def test_the_highest_degree(degree: int, rewritten: bool) -> None:
    for quotient in (x / (x**degree + 3), x**degree / (x**2 + 3 * x + 5)):
        assert (stable_quotient(quotient) is not None) is rewritten
    power = stable_power((x**degree + 3) ** Rational(1, 3))
    # Quadratics are those of another rule.
    assert (power is not None) is (rewritten and degree > 2)


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (1 / (3 * x + 2), 1 / (x + Rational(2, 3)) / 3),
        ((2 - Rational(3, 2) * x) ** -3, -8 * (x - Rational(4, 3)) ** -3 / 27),
        (1 / (1 - x), None),
        (1 / (x / 2 + 1), None),
        (1 / (pi * x + 1), None),
        (1 / (3 * x), None),
        ((3 * x + 2) ** Rational(-1, 2), None),
        ((3 * x + 2) ** 2, None),
        (1 / (3 * x + exp(x)), None),
    ],
    ids=str,
)
def test_divisors(formula: Expr, want: Expr | None) -> None:
    assert stable_divisor(formula) == want
