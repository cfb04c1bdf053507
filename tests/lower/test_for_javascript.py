"""What the JavaScript versions promise beyond the contract: text, misuse, several formulas."""

from __future__ import annotations

import math
import threading
from dataclasses import FrozenInstanceError

import pytest
from mpmath import mp
from sympy import CRootOf, Expr, besselj, erfc, exp, gamma, lambdify, pi, sqrt

from actmath import Activation, catalog
from actmath.activation import POSITIVE, Parameter
from actmath.derive import gaussian_moments
from actmath.lower import compile_javascript, javascript_library, to_javascript, to_mpmath
from actmath.lower._for_javascript import _block
from actmath.lower._for_numpy import guarded
from actmath.lower._stable import stable_form
from actmath.notation import auxiliary, mu, nu, x

INF = math.inf


def test_the_text_is_a_function_of_x_and_the_parameters() -> None:
    found = to_javascript("selu").at()
    assert found.parameters == ("alpha", "lam")
    assert found.source.startswith("extended((x, p0, p1) => {")
    assert "Expm1" in found.source
    assert "const Expm1 = Math.expm1;" in javascript_library([found.source])


def test_what_all_callers_share_is_a_frozen_hashable_value() -> None:
    unit = to_javascript("selu")
    assert hash(unit) == hash(to_javascript("selu"))
    with pytest.raises(FrozenInstanceError):
        unit.order = 1  # type: ignore[misc]


def test_no_parameter_hides_a_name_of_the_text() -> None:
    names = ("Math", "exp", "c0", "Expm1")
    for name in names:
        unit = Activation("hidden", f"{name}*(exp(x) - 1)", (Parameter(name, 2, POSITIVE),))
        assert to_javascript(unit)(-1.0) == pytest.approx(2 * math.expm1(-1), rel=1e-15)


def test_what_is_served_at_some_parameters_holds_there_alone() -> None:
    unit = Activation("rest", "(x - sin(x))*a", (Parameter("a", 1),))
    for factor in (1, 3):
        with mp.workdps(40):
            want = factor * (mp.mpf(1e-4) - mp.sin(mp.mpf(1e-4)))
        got = to_javascript(unit)(1e-4, a=factor)
        assert abs(got - want) <= 4e-16 * want


@pytest.mark.parametrize("name", catalog.CATALOG)
@pytest.mark.parametrize("order", [0, 1])
def test_the_text_of_a_unit_of_the_catalog_holds_for_all_parameters(name: str, order: int) -> None:
    unit = catalog.get(name)
    written, exact = to_javascript(unit, order).at(), to_mpmath(unit, order)
    by_itself = not unit.parameters or guarded(stable_form(unit, order)) is stable_form(unit, order)
    for factor in (0.5, 3):
        given = {p.name: factor * float(p.default) for p in unit.parameters}
        for at in (-7.5, -1.0, -0.25, 0.0, 0.625, 2.0, 5.5):
            want = exact(at, **given)
            got = written(at, *given.values())
            # Where the guard would serve, terms of the size of 1 cancel.
            size = abs(want) if by_itself else 1 + abs(want)
            assert abs(got - want) <= 16 * 2.0**-52 * (1 + abs(at)) * size, at


@pytest.mark.parametrize("name", ["xielu", "e_swish", "star_relu", "sloped_hard_sigmoid", "plu"])
def test_where_the_guard_would_serve_one_text_holds_for_all_parameters(name: str) -> None:
    unit = catalog.get(name)
    written, exact = to_javascript(unit).for_all(), to_mpmath(unit)
    assert written.parameters == tuple(p.name for p in unit.parameters)
    for factor in (0.5, 1, 2):
        given = {p.name: factor * float(p.default) for p in unit.parameters}
        for at in (-4.0, -1e-3, 0.0, 1e-3, 0.625, 5.5):
            want = exact(at, **given)
            # Terms of this size cancel beside a zero.
            size = 1 + abs(at) + abs(want)
            assert abs(written(at, *given.values()) - want) <= 4 * 2.0**-52 * size, (given, at)


def test_a_number_too_many_or_too_few_is_refused() -> None:
    written = to_javascript("elu")
    with pytest.raises(TypeError, match="expected 2 numbers, got 1"):
        written.at()(-1.0)
    with pytest.raises(TypeError, match="expected 2 numbers, got 3"):
        written.at(alpha=2)(-1.0, 2.0, 3.0)


def test_a_parameter_multiplies_no_stand_in_to_infinity() -> None:
    written = to_javascript("e_swish").for_all()
    assert written(-INF, 50.0) == 0
    assert written(INF, 50.0) == INF


def test_limits_and_nan() -> None:
    assert to_javascript("gelu")(-INF) == 0
    assert to_javascript("gelu")(INF) == INF
    assert to_javascript("relu", 1)(-INF) == 0
    assert math.isnan(to_javascript("relu")(math.nan))


def test_a_function_that_javascript_lacks_is_named() -> None:
    with pytest.raises(NotImplementedError, match="no function for gamma"):
        compile_javascript([x], [gamma(x)])
    with pytest.raises(NotImplementedError, match="besselj"):
        compile_javascript([x], [besselj(0, x)])


def test_another_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        to_javascript("relu", 2)


def test_several_formulas_share_their_parts() -> None:
    moments = gaussian_moments("elu")
    alpha = catalog.elu.parameter("alpha").symbol
    found = compile_javascript([mu, nu, alpha], [moments.mean, moments.second])
    assert found.source.count("Math.sqrt(p1)") == 1
    mean, second = found(0.5, 2.0, 1.5)
    exact = {mu: 0.5, nu: 2, alpha: 1.5}
    assert mean == pytest.approx(float(moments.mean.subs(exact)), rel=1e-14)
    assert second == pytest.approx(float(moments.second.subs(exact)), rel=1e-14)


def test_moments_far_out_neither_overflow_nor_die_out() -> None:
    moments = gaussian_moments("elu")
    alpha = catalog.elu.parameter("alpha").symbol
    found = compile_javascript([mu, nu, alpha], [moments.mean, moments.second])
    for mean, variance in ((0.0, 3000.0), (30.0, 2000.0), (-30.0, 0.5), (10.0, 1e6)):
        got = found(mean, variance, 1.0)
        values = {mu: mean, nu: variance, alpha: 1}
        want = [float(m.subs(values).evalf(40)) for m in (moments.mean, moments.second)]
        assert got == pytest.approx(want, rel=1e-12)


def test_constants_and_what_is_not_finite() -> None:
    root = CRootOf(x**5 - x - 1, 0)
    (number,) = compile_javascript([x], [x * pi + root])(0.0)
    assert number == pytest.approx(1.1673039782614187, rel=1e-15)
    double = compile_javascript([x], [1 / x, sqrt(x)])(0.0)
    assert double == [INF, 0]
    (nothing,) = compile_javascript([x], [sqrt(x)])(-1.0)
    assert math.isnan(nothing)


def test_symbols_of_any_name() -> None:
    strange = auxiliary("Infinity")
    (value,) = compile_javascript([strange], [erfc(strange) * exp(strange)])(0.5)
    assert value == pytest.approx(math.erfc(0.5) * math.exp(0.5), rel=1e-15)


def test_each_thread_has_an_engine() -> None:
    found = []
    unit = to_javascript("tanh")
    threads = [threading.Thread(target=lambda: found.append(unit(0.5))) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert found == [unit(0.5)] * 3


@pytest.mark.parametrize(
    "formula",
    [
        3 * exp(x**2 / 2) * erfc(x),
        x * exp(x) * erfc(-x) * exp(x**2) + exp(x),
        exp(x) * erfc(x) * erfc(2 * x),
        (exp(x) + 2) * (erfc(x) + x),
        exp(-x) * x + erfc(x),
        exp(2 * x + x**2) * erfc(x + 1) - exp(x**2) * erfc(x),
    ],
    ids=str,
)
def test_products_of_exponentials_and_tails_by_many_digits(formula: Expr) -> None:
    found = compile_javascript([x], [formula, formula / 2])
    exact = lambdify(x, formula, "mpmath")
    for at in (-3.0, -0.75, 0.25, 2.5, 6.0):
        with mp.workdps(60):
            want = float(exact(mp.mpf(at)))
            worth = float(abs(mp.diff(exact, mp.mpf(at))) * abs(at))
        bound = 16 * 2.0**-52 * (abs(want) + worth + 1)
        value, half = found(at)
        assert abs(value - want) <= bound
        assert abs(2 * half - want) <= bound


def test_a_tail_that_is_0_beside_an_exponential_that_is_infinite() -> None:
    """e^{x²}·erfc(x) is 1/(x√π) far out, where both factors have left the range."""
    (got,) = compile_javascript([x], [x * exp(x**2) * erfc(x) * exp(3)])(50.0)
    with mp.workdps(60):
        z = mp.mpf(50)
        want = float(z * mp.exp(z**2 + 3) * mp.erfc(z))
    assert got == pytest.approx(want, rel=1e-14)


@pytest.mark.parametrize("text", ["where(x < -1, exp(-x) - 1, where(x <= 2, x**2 + exp(x), 7))"])
def test_pieces_with_several_statements_hold_on_their_sides(text: str) -> None:
    unit = Activation("pieced", text)
    written = to_javascript(unit).at()
    below = math.nextafter(-1.0, -2.0)
    assert written.parameters == ()
    for at, want in (
        (-3.0, math.exp(3) - 1),
        (below, math.exp(-below) - 1),
        (-1.0, 1 + math.exp(-1)),
        (2.0, 4 + math.exp(2)),
        (2.5, 7.0),
        (INF, 7.0),
    ):
        assert written(at) == pytest.approx(want, rel=1e-14)
    assert math.isnan(written(math.nan))


def test_blocks_of_one_statement_and_of_several() -> None:
    assert _block("if (x > 1)", ["return 2;"]) == "if (x > 1) return 2;"
    several = _block("if (x > 1)", ["const c = 2;", "return c;"])
    assert several == "if (x > 1) {\n  const c = 2;\n  return c;\n}"


@pytest.mark.parametrize(("name", "order"), [("sine", 0), ("gcu", 1)])
def test_a_wave_is_none_at_the_ends_where_it_has_no_limit(name: str, order: int) -> None:
    written, exact = to_javascript(name, order).at(), to_mpmath(name, order)
    numbers = [float(value) for value in catalog.get(name).defaults.values()]
    numbers = numbers[: written.arity - 1]
    for end in (-INF, INF):
        assert math.isnan(written(end, *numbers)) == mp.isnan(exact(end))
