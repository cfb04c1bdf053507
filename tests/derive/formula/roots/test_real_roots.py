"""Real zeros on an interval: exact where possible, each once, none beyond the ends."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from sympy import Expr, Rational, S, atanh, cos, exp, log, oo, pi, sin, sqrt, tanh

from actmath.derive._formula._roots.real_roots import RootRoute, roots_between
from actmath.notation import x

EXACT, NUMERIC = RootRoute.EXACT, RootRoute.NUMERIC
NEAR = [(atanh(S(k) / 100), RootRoute.NUMERIC) for k in (1, 4)]


@pytest.mark.parametrize(
    ("formula", "lower", "upper", "roots"),
    [
        (x**2 - 2, -oo, oo, [(-sqrt(2), EXACT), (sqrt(2), EXACT)]),
        (x**2 - 2, S.Zero, oo, [(sqrt(2), EXACT)]),
        (x**2 - 2, -oo, sqrt(2), [(-sqrt(2), EXACT), (sqrt(2), EXACT)]),
        ((x - 1) ** 3, -oo, oo, [(S.One, EXACT)]),
        (x**2 + 1, -oo, oo, []),
        (exp(x) - 1, -oo, oo, [(S.Zero, EXACT)]),
        (exp(x) - 1, Rational(1, 10), oo, []),
        (exp(x + 1) - 1, -oo, oo, [(S(-1), EXACT)]),
        (sin(pi * x), -S(3) / 2, S(3) / 2, [(S(-1), EXACT), (S.Zero, EXACT), (S.One, EXACT)]),
        (exp(x**2) - exp(2), -oo, oo, [(-sqrt(2), EXACT), (sqrt(2), EXACT)]),
        (exp(-x) - Rational(1, 2), -oo, oo, [(S("log(2)"), NUMERIC)]),
        (tanh(x - 3), -oo, oo, [(S(3), NUMERIC)]),
        (cos(x) - 1, S(-1), S(1), [(S.Zero, EXACT)]),
        (cos(x), S.Zero, S(2), [(pi / 2, NUMERIC)]),
        ((exp(x) - 3) ** 2, -oo, oo, [(S("log(3)"), NUMERIC)]),
        # No nearer to each other than 0.02, below which they may be missed.
        ((tanh(x) - S(1) / 100) * (tanh(x) - S(1) / 25), -oo, oo, NEAR),
    ],
    ids=str,
)
def test_by_hand(
    formula: Expr, lower: Expr, upper: Expr, roots: list[tuple[Expr, RootRoute]]
) -> None:
    found = sorted(roots_between(formula, lower, upper), key=lambda item: item[0].evalf())
    assert len(found) == len(roots)
    for (got, got_route), (want, want_route) in zip(found, roots, strict=True):
        assert abs((got - want).evalf(40)) < 1e-28
        assert got_route is want_route


def test_lambert_w_on_both_branches() -> None:
    found = roots_between(exp(x) - x - 2, -oo, oo)
    assert len(found) == 2
    for root, route in found:
        assert route is EXACT
        assert abs((exp(root) - root - 2).evalf(40)) < 1e-35


def test_no_real_lambert_roots() -> None:
    assert roots_between(exp(x) - x, -oo, oo) == []


def test_a_dying_tail_is_no_zero() -> None:
    """tanh″ falls below every tolerance far out, and vanishes only at 0."""
    curvature = -2 * tanh(x) * (1 - tanh(x) ** 2)
    assert roots_between(curvature, -oo, oo) == [(S.Zero, EXACT)]


def test_a_pole_outside_the_interval_is_not_evaluated_as_a_root() -> None:
    assert roots_between(1 / (x + 1), S.Zero, oo) == []


def test_a_pole_is_no_root() -> None:
    assert roots_between(1 / (exp(x) - 3), S(-2), S(2)) == []


@pytest.mark.parametrize("seed", range(6))
def test_zeros_of_an_exponential_and_a_line_are_those_on_a_fine_grid(seed: int) -> None:
    draw = Random(seed)
    a, c = (draw.choice([-3, -1, 1, 2]) * Rational(1, draw.randint(1, 3)) for _ in range(2))
    b, d = draw.choice([-2, -1, 1, 2]), Rational(draw.randint(-40, 40), 7)
    grid = np.linspace(-60, 60, 1_200_007)
    values = float(a) * np.exp(float(b) * grid) + float(c) * grid + float(d)
    wanted = grid[1:][np.sign(values[1:]) != np.sign(values[:-1])]
    found = roots_between(a * exp(b * x) + c * x + d, -oo, oo)
    assert sorted(float(root) for root, _ in found) == pytest.approx(list(wanted), abs=2e-4)
    assert all(route is EXACT for _, route in found)
    for root, _ in found:
        assert abs((a * exp(b * root) + c * root + d).evalf(40)) < 1e-30


def test_a_line_that_touches_an_exponential_has_one_place() -> None:
    """e^{x − 2} = x − 1 at 2 alone, where Lambert's two branches meet."""
    ((root, route),) = roots_between(exp(x - 2) - x + 1, -oo, oo)
    assert route is EXACT
    assert root.evalf(20) == pytest.approx(2, abs=1e-9)


@pytest.mark.parametrize("factor", [S(10) ** -100, -pi])
def test_a_factor_has_no_zeros_and_hides_none(factor: Expr) -> None:
    ((root, route),) = roots_between(factor * (exp(x) - 3) * (1 + x**2), -oo, oo)
    assert route is NUMERIC
    assert abs(root - log(3)).evalf(40) < 1e-28


@pytest.mark.parametrize(
    ("formula", "root"),
    [(x**2 - 2, sqrt(2)), (exp(x) - 3, log(3)), (tanh(x) * (x**2 + 1), S.Zero)],
    ids=str,
)
def test_only_the_interval_is_looked_at(formula: Expr, root: Expr) -> None:
    """Its ends count where the zero is exact, and one just beyond is none."""
    beside = Rational(1, 10**6)
    for lower, upper, count in (
        (root - beside, root + beside, 1),
        (root + beside, root + 1, 0),
        (root - 1, root - beside, 0),
    ):
        assert len(roots_between(formula, lower, upper)) == count
    if root != log(3):
        for end in ((root, root + 1), (root - 1, root)):
            assert len(roots_between(formula, *end)) == 1


def test_coefficients_with_roots_are_solved_by_formula() -> None:
    found = roots_between(sqrt(2) * x**2 - 3 * x + sqrt(2), -oo, oo)
    assert {root.evalf(20) for root, _ in found} == {sqrt(2).evalf(20), (sqrt(2) / 2).evalf(20)}
    assert roots_between(sqrt(2) * x**2 + 1, -oo, oo) == []


def test_small_zeros_beside_each_other_are_two() -> None:
    """At 0 and at 1e-20, where e^x − 1 is 0 and 1e-20 high."""
    small = Rational(1, 10**20)
    found = roots_between((exp(x) - 1) * (exp(x) - exp(small)), -oo, oo)
    assert sorted(float(root) for root, _ in found) == pytest.approx([0, 1e-20], rel=1e-6)
