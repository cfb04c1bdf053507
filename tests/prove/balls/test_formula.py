"""Coordinates are products of the domain's variables; a formula says itself as plain arithmetic."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sympy import Rational, Symbol, diff, exp, pi, sqrt

from actmath import catalog
from actmath.prove import Box, Coordinates, Formula, Layer
from actmath.prove._balls.formula import in_order, without_assumptions, written
from actmath.prove._balls.layer import NATIVE, PRODUCT_OF_MEANS, TILES
from actmath.prove._balls.unit import jet_formula, jets_of

P, Q, R = (Symbol(name, real=True) for name in "pqr")


def test_coordinates_are_symbols_and_ranges_of_products() -> None:
    coordinates = Coordinates.of(y="mu*omega", tau="tau")
    assert coordinates.symbols == (Symbol("y", real=True), Symbol("tau", real=True))
    box = coordinates.box(Box.of(mu=("-1", "2"), omega=("-3", "1"), tau=("0.5", "1")))
    assert box == Box.of(y=("-6", "3"), tau=("0.5", "1"))


def test_steps_come_after_those_that_they_use() -> None:
    ordered = in_order([(R, P + Q), (Q, P**2), (P, pi)])
    assert [symbol.name for symbol, _ in ordered] == ["p", "q", "r"]
    assert all(symbol == Symbol(symbol.name) for symbol, _ in ordered)


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (P**3, "((p)*(p)*(p))"),
        (P**-2, "(1/((p)*(p)))"),
        ((P + Q) ** 2, "((p + q)*(p + q))"),
        (1 / P, "1/p"),
        (sqrt(P) * exp(-Q), "sqrt(p)*exp(-q)"),
    ],
)
def test_powers_are_written_as_products(expr: Any, text: str) -> None:
    assert written([(R, expr)]) == [["r", text]]


def test_symbols_lose_their_assumptions_and_keep_their_names() -> None:
    assert without_assumptions(P + 2 * Q) == Symbol("p") + 2 * Symbol("q")


def test_a_formula_states_everything_that_it_rests_on() -> None:
    text = Layer(catalog.selu, NATIVE).variance.as_text()
    assert text["coordinates"] == [[n, n] for n in ("mu", "omega", "nu", "tau")]
    assert [name for name, _ in text["constants"]] == ["alpha", "lam"]
    assert text["inputs"] == [["y", "mu*omega"], ["x", "nu*tau"]]
    assert {"M", "Q"} <= {name for name, _ in text["moments"]}
    assert text["value"][-1][0] == "value"
    arithmetic = re.compile(r"[\w+\-*/() ]+")
    steps = [step for part in ("constants", "inputs", "moments", "value") for step in text[part]]
    assert all(arithmetic.fullmatch(expr) and "**" not in expr for _, expr in steps)


def test_inputs_that_are_coordinates_are_not_stated_again() -> None:
    assert Layer(catalog.selu, TILES).variance.inputs == ()
    assert Formula("square", P**2, Coordinates.of(p="p")).inputs == ()


@pytest.mark.slow
def test_a_gradient_is_the_closed_forms_gradient() -> None:
    """At one place, to 30 digits: jets differentiated, then resolved; and the other way round."""
    formula = Layer(catalog.selu, NATIVE).variance
    at = {"mu": "0.07", "omega": "0.09", "nu": "0.95", "tau": "1.03"}
    symbols = formula.coordinates.symbols
    place = {symbol: Rational(at[symbol.name]) for symbol in symbols}
    resolved = _resolved(formula.value, formula)
    for symbol, slope in zip(symbols, formula.gradient, strict=True):
        gap = diff(resolved, symbol) - _resolved(slope, formula)
        assert abs(gap.subs(place).subs(catalog.selu.defaults).evalf(30)) < 1e-25


def _resolved(expr: Any, formula: Formula) -> Any:
    forms = {jet: jet_formula(formula.activation, jet) for jet in jets_of(expr)}
    s, y = Symbol("s", positive=True), Symbol("y", real=True)
    return expr.subs(forms).subs({s: sqrt(formula.x), y: formula.y})


def test_of_two_inputs_the_one_that_is_no_coordinate_is_stated() -> None:
    formula = Layer(catalog.relu, PRODUCT_OF_MEANS).mean
    assert [(str(symbol), str(expr)) for symbol, expr in formula.inputs] == [("x", "nu*tau")]
    weighed = Formula("f", P, Coordinates.of(p="p"), catalog.relu)
    assert weighed.inputs == ()


def test_constants_are_the_activations_parameters() -> None:
    formula = Layer(catalog.selu).mean
    assert dict(formula.constants) == catalog.selu.defaults
    assert Formula("f", P, Coordinates.of(p="p")).constants == ()
    assert Layer(catalog.relu).mean.constants == ()


def test_a_formula_says_what_it_is_of() -> None:
    assert repr(Layer(catalog.relu).variance) == "<formula variance of relu in y, x>"
    assert repr(Formula("square", P**2, Coordinates.of(p="p"))) == "<formula square in p>"


@pytest.mark.parametrize("power", [-7, -3, -2, 2, 3, 4, 9])
def test_integer_powers_are_so_many_factors(power: int) -> None:
    ((_, text),) = written([(R, (P - 2 * Q) ** power)])
    assert "**" not in text
    assert text.count("(p - 2*q)") == abs(power)
    assert eval(text, {"p": 5, "q": 1}) == pytest.approx(3.0**power, rel=1e-15)


def test_moments_are_stated_in_terms_of_what_stands_before_them() -> None:
    layer = Layer(catalog.relu, NATIVE)
    product = layer.backward.value + layer.mean.value * layer.second.value
    text = layer.formula("f", product).as_text()
    assert {"M", "Q", "B"} <= {name for name, _ in text["moments"]}
    known = {"y", "s", "pi", "E", "exp", "erfc", "sqrt"}
    for name, expr in text["moments"]:
        assert set(re.findall(r"[A-Za-z]\w*", expr)) <= known
        known.add(name)
    (value,) = [expr for name, expr in text["value"] if name == "value"]
    assert set(re.findall(r"[MQB]\d", value)) == {"M0", "Q0", "B0"}
