"""Real zeros on an interval: exact where possible, each once, none beyond the ends."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, S, atanh, cos, exp, oo, pi, sin, sqrt, tanh

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
