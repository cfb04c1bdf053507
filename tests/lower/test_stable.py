"""The rewriting rules: the same function, in terms that keep their digits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import (
    Expr,
    Float,
    Max,
    Piecewise,
    Rational,
    S,
    diff,
    erfc,
    exp,
    lambdify,
    log,
    oo,
    sqrt,
    tanh,
)

from actmath import Activation, catalog
from actmath.catalog import CATALOG
from actmath.lower import to_arb, to_javascript, to_mpmath, to_numpy, to_torch
from actmath.lower._functions.exponential import Expit, Expm1, Log1pExp, StableTanh, UpperErfc
from actmath.lower._stable import numbered, stable, stable_form
from actmath.notation import alpha, x

PLAIN = {
    "Expm1": lambda u: mp.exp(u) - 1,
    "Expit": lambda u: 1 / (1 + mp.exp(-u)),
    "Log1pExp": lambda u: mp.log(1 + mp.exp(u)),
    "UpperErfc": mp.erfc,
    "StableTanh": mp.tanh,
}


@pytest.mark.parametrize(
    ("formula", "rewritten"),
    [
        (exp(x) - 1, Expm1(x)),
        (alpha * (exp(x) - 1), alpha * Expm1(x)),
        (alpha * (exp(x / alpha) - 1), alpha * Expm1(x / alpha)),
        (1 / (1 + exp(-x)), Expit(x)),
        (1 / (1 + exp(x)) ** 2, Expit(-x) ** 2),
        (log(1 + exp(2 * x)), Log1pExp(2 * x)),
        (tanh(log(1 + exp(x))), StableTanh(Log1pExp(x))),
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


@pytest.mark.parametrize("function", [Expm1, Expit, Log1pExp, UpperErfc, StableTanh])
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
    with pytest.raises(ValueError if isinstance(order, int) else TypeError, match="order"):
        stable_form(catalog.relu, order)  # type: ignore[arg-type]


def test_a_derived_form_is_the_derivative_of_every_piece() -> None:
    form = stable_form(catalog.elu)
    by_x, by_alpha = form.derived(x), form.derived(alpha)
    assert [piece.expr for piece in by_x.pieces] == [alpha * exp(x), 1]
    assert [piece.expr for piece in by_alpha.pieces] == [Expm1(x), 0]
    assert by_x.symbols == [alpha]
    assert by_x.at_points == ()


def test_neighbours_that_have_become_equal_are_one_piece() -> None:
    (slope,) = stable_form(catalog.relu).derived(x).derived(x).pieces
    assert slope.expr == 0
    assert (slope.lower, slope.upper) == (-oo, oo)


def test_a_form_keeps_the_pieces_as_they_were() -> None:
    form = stable_form(catalog.elu)
    assert [piece.expr for piece in form.plain] == [alpha * (exp(x) - 1), x]
    assert form.reach == 1
    assert stable_form(catalog.elu, 1).reach == 2.0**-10


def test_the_value_at_a_jump_is_that_of_the_formula() -> None:
    step = Activation("step", Piecewise((1, x >= 0), (0, True)))
    assert stable_form(step).at_points == ((0, 1),)
    assert stable_form(catalog.get("abs")).at_points == ()


def test_a_break_is_the_float_next_to_it() -> None:
    """x = 1/(1 + x⁴) by radicals: in floats their sum is the next one, in PyTorch not NumPy's."""
    unit = Activation("unit", x * Max(x, 1 / (x**4 + 1)))
    (first, _) = stable_form(unit, 1).pieces
    assert numbered(first.upper) == Float(first.upper.evalf(40), 20)
    place = float(first.upper.evalf(40))
    beside = np.nextafter(place, [0, 1])
    for got in (to_numpy(unit, 1)(beside), to_torch(unit, 1)(torch.tensor(beside)).numpy()):
        np.testing.assert_allclose(got, [0.0147281652521, 2 * place], rtol=1e-11)


def test_a_truth_value_is_no_order() -> None:
    """The cache took True for the 1 that had been asked for before, and without it too."""
    for ask in (stable_form, to_numpy, to_torch, to_mpmath, to_arb, to_javascript):
        ask(catalog.relu, 1)
        for bad in (True, 1.0, None, "1"):
            with pytest.raises(TypeError, match="order must be an integer"):
                ask(catalog.relu, bad)
