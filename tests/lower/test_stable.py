"""The rewriting rules: the same function, in terms that keep their digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import (
    CRootOf,
    Eq,
    Expr,
    Float,
    Interval,
    LambertW,
    Max,
    Piecewise,
    Rational,
    S,
    diff,
    erfc,
    erfinv,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sin,
    sqrt,
    tanh,
)

from actmath import Activation, Parameter, catalog
from actmath.activation import NONNEGATIVE, POSITIVE
from actmath.catalog import CATALOG
from actmath.lower import to_arb, to_javascript, to_mpmath, to_numpy, to_torch
from actmath.lower._functions.exponential import Expit, Expm1, Log1pExp, StableTanh, UpperErfc
from actmath.lower._stable import (
    default_floats,
    numbered,
    positive_parameters,
    stable,
    stable_form,
    with_numbers,
)
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


@pytest.mark.slow
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


def test_a_derived_form_at_a_break_and_beyond_what_is_shared() -> None:
    """Neighbours with one derivative are one piece: of |x|⁺ twice, 0 on both sides."""
    unit = Activation("three", Piecewise((x, x < -1), (2 * x + 1, x < 2), (2 * x + 5, True)))
    form = stable_form(unit).derived(x)
    assert [(p.lower, p.upper, p.expr) for p in form.pieces] == [(-oo, -1, 1), (-1, oo, 2)]
    assert form.order is None
    assert not form.patched
    assert form.activation is unit


@pytest.mark.parametrize(
    ("text", "order", "lost"),
    [
        ("sin(x)", 0, (True, True)),
        ("where(x < 0, sin(x), x)", 0, (True, False)),
        ("where(x < 0, x, cos(x))", 0, (False, True)),
        ("where(x < 0, x**2, cos(x))", 1, (False, True)),
        ("x*exp(-x)", 0, (False, False)),
    ],
)
def test_the_ends_at_which_a_wave_has_no_limit(
    text: str, order: int, lost: tuple[bool, bool]
) -> None:
    form = stable_form(Activation("wave", text), order)
    assert form.without_limit == lost
    # They are no values that the formula states.
    assert all(point.is_finite for point, _ in form.stated)
    assert len(form.at_points) == len(form.stated) + sum(lost)
    for end, without in zip((-np.inf, np.inf), lost, strict=True):
        assert np.isnan(to_numpy(form.activation, order)(end)) == without


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("where(x < 0, 1, 3)", ((0, 3),)),
        ("where(x <= 0, 1, 3)", ()),
        ("where(x < -2, 1, where(x <= 5, 3, x))", ((-2, 3),)),
        ("sign(x)", ((0, 0),)),
        ("where(x < 0, x, 2*x)", ()),
    ],
)
def test_values_at_jumps(text: str, points: tuple[tuple[int, int], ...]) -> None:
    form = stable_form(Activation("jump", text))
    # Of what jumps at 0 the sign is neither of both.
    assert tuple((int(at), int(value)) for at, value in form.at_points) == points


def test_the_slope_at_a_kink_is_the_declared_one() -> None:
    """Where that is the left one nothing is set apart."""
    for value, points in ((0, ()), (Rational(1, 2), ((0, Rational(1, 2)),)), (1, ((0, 1),))):
        unit = Activation("ramp", Max(x, 0), at_kinks=((0, value),))
        assert stable_form(unit, 1).at_points == points
        assert float(to_numpy(unit, 1)(0.0)) == float(value)


def test_a_slope_is_the_limit_where_its_formula_reads_0_over_0() -> None:
    unit = Activation("gap", Piecewise((1, Eq(x, 0)), (sin(x) / x, True)))
    form = stable_form(unit, 1)
    assert form.stated == ((0, 0),)
    shifted = Activation("gap", Piecewise((1, Eq(x, 3)), (sin(x - 3) / (x - 3), True)))
    assert stable_form(shifted, 1).stated == ((3, 0),)


def test_waves_stand_in_for_no_other_argument() -> None:
    """A derivative's stand-in is 2⁻¹⁰ of the largest number, but of a sine that number itself."""
    assert stable_form(Activation("wave", "x + sin(x)"), 1).reach == 1
    assert stable_form(Activation("plain", "x*exp(-x)"), 1).reach == 2.0**-10


def test_which_parameters_are_positive() -> None:
    domains = {"p": POSITIVE, "q": NONNEGATIVE, "r": Interval.open(1, 5), "s": S.Reals}
    parameters = tuple(Parameter(name, 2, domain) for name, domain in domains.items())
    unit = Activation("several", "p*q*r*s*x", parameters)
    found = positive_parameters(unit)
    assert {symbol.name for symbol in found} == {"p", "r"}
    assert all(stand.is_positive for stand in found.values())
    assert default_floats(unit) == {parameter.symbol: 2.0 for parameter in parameters}


def test_a_form_at_other_numbers_has_them_for_defaults() -> None:
    form = stable_form(catalog.selu)
    same = with_numbers(form, form.activation.defaults.values())
    assert same is form
    other = with_numbers(form, (Rational(1, 3), S(2)))
    assert list(other.activation.defaults.values()) == [Rational(1, 3), 2]
    assert other.pieces == form.pieces
    with pytest.raises(ValueError, match="zip"):
        with_numbers(form, (S(2),))


@pytest.mark.parametrize(
    ("expr", "want"),
    [
        (sqrt(2) + pi, lambda: mp.sqrt(2) + mp.pi),
        (LambertW(2), lambda: mp.lambertw(2)),
        (erfinv(Rational(1, 3)), lambda: mp.erfinv(mp.mpf(1) / 3)),
        (CRootOf(x**5 - x - 1, 0), lambda: mp.findroot(lambda t: t**5 - t - 1, 1.17)),
    ],
    ids=["sum", "LambertW", "erfinv", "CRootOf"],
)
def test_constants_as_numbers_of_20_digits(expr: Expr, want: Callable[[], Any]) -> None:
    found = numbered(expr)
    assert isinstance(found, Float)
    # Beside a letter what no printer has a name for becomes a number, and the rest stays.
    beside = numbered(alpha * expr)
    with mp.workdps(40):
        for number in (found, beside.subs(alpha, 1).evalf(30)):
            assert abs(mp.mpf(number._mpf_) / want() - 1) < 1e-19
    assert beside.has(Float) is not expr.has(sqrt(2))


def test_fractions_and_infinities_stay() -> None:
    for expr in (Rational(1, 3), S(7), oo, -oo, alpha, alpha * sqrt(2)):
        assert numbered(expr) == expr
