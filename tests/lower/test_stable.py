"""The rewriting rules: the same function, in terms that keep their digits."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Rational, S, diff, erfc, exp, lambdify, log, sqrt, tanh

from actmath import Activation, catalog
from actmath.catalog import CATALOG
from actmath.lower._stable import Expit, Expm1, Softplus, Tanh, UpperErfc, stable, stable_form
from actmath.notation import alpha, x

PLAIN = {
    "Expm1": lambda u: mp.exp(u) - 1,
    "Expit": lambda u: 1 / (1 + mp.exp(-u)),
    "Softplus": lambda u: mp.log(1 + mp.exp(u)),
    "UpperErfc": mp.erfc,
    "Tanh": mp.tanh,
}


@pytest.mark.parametrize(
    ("formula", "rewritten"),
    [
        (exp(x) - 1, Expm1(x)),
        (alpha * (exp(x) - 1), alpha * Expm1(x)),
        (alpha * (exp(x / alpha) - 1), alpha * Expm1(x / alpha)),
        (1 / (1 + exp(-x)), Expit(x)),
        (1 / (1 + exp(x)) ** 2, Expit(-x) ** 2),
        (log(1 + exp(2 * x)), Softplus(2 * x)),
        (tanh(log(1 + exp(x))), Tanh(Softplus(x))),
        (x * erfc(-x / sqrt(2)) / 2, x * UpperErfc(-x / sqrt(2)) / 2),
        (1 - exp(x), -Expm1(x)),
        (x**2 + 3, x**2 + 3),
        (S(7), S(7)),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, rewritten: Expr) -> None:
    assert (stable(formula) - rewritten).expand() == 0


@pytest.mark.parametrize(
    "formula",
    [
        2 * exp(x) - 1,
        exp(x) + 1,
        1 / (2 + exp(-x)),
        log(2 + exp(x)),
        3 - erfc(x),
        exp(2 * x) - 2 * exp(x) + 1,
        (1 + exp(-x)) ** 2,
        exp(x) - x - 1,
    ],
    ids=str,
)
@pytest.mark.parametrize("at", [Rational(-7, 3), Rational(1, 9), S(4)])
def test_near_misses_keep_their_value(formula: Expr, at: Expr) -> None:
    same = lambdify(x, stable(formula), [PLAIN, "mpmath"])
    with mp.workdps(40):
        assert abs(same(mp.mpf(at.p) / at.q) - mp.mpf(formula.subs(x, at).evalf(40))) < 1e-35


@pytest.mark.parametrize("function", [Expm1, Expit, Softplus, UpperErfc, Tanh])
def test_they_know_their_derivatives(function: type[Expr]) -> None:
    value = lambdify(x, function(x), [PLAIN, "mpmath"])
    slope = lambdify(x, diff(function(x), x), [PLAIN, "mpmath"])
    with mp.workdps(40):
        for at in (-3, mp.mpf("-0.3"), 0, 2):
            assert abs(mp.diff(value, at) - slope(at)) < 1e-25


@pytest.mark.parametrize("activation", CATALOG.values(), ids=CATALOG)
def test_nothing_fragile_is_left(activation: Activation) -> None:
    """No exp(·) − 1, log(1 + exp(·)) or reciprocal of 1 + exp(·) survives in the values."""
    for piece in stable_form(activation).pieces:
        assert not piece.expr.has(log)
        assert not any(node.exp.is_negative and node.has(exp) for node in _powers(piece.expr))


def _powers(expr: Expr) -> list[Expr]:
    return [node for node in expr.atoms(type(x**-1)) if node.base.has(exp)]


@pytest.mark.parametrize("order", [-1, 2, 0.5, None])
def test_other_orders_are_refused(order: object) -> None:
    with pytest.raises(ValueError, match="order"):
        stable_form(catalog.relu, order)  # type: ignore[arg-type]
