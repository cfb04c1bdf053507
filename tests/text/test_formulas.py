"""Formulas from text: what is understood, and that nothing is ever run."""

from __future__ import annotations

import builtins
import contextlib
import math
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Abs,
    Eq,
    Expr,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    exp,
    log,
    simplify,
    sin,
    sqrt,
    sympify,
    tanh,
)

from actmath._text.formulas import FUNCTIONS, FormulaError, parse_formula
from actmath.catalog import CATALOG
from actmath.notation import alpha, auxiliary, x

from ..pace import no_longer_than

UNDERSTOOD: dict[str, Expr] = {
    "x*sigmoid(1.702*x)": x / (1 + exp(Rational(-851, 500) * x)),
    "max(0, x)^2": Max(0, x) ** 2,
    "-x**2": -(x**2),
    "2**-x": 2 ** (-x),
    "x/(1 + abs(x))": x / (1 + Abs(x)),
    "log(1 + exp(x))": log(1 + exp(x)),
    "log(x, 2)": log(x) / log(2),
    "0.1*x": x / 10,
    "0.12345678901234567890*x": Rational("0.12345678901234567890") * x,
    "1_000*x": 1000 * x,
    "where(x > 0, x, tanh(x))": Piecewise((x, x > 0), (tanh(x), True)),
    "Piecewise((x, x > 0), (alpha*(exp(x) - 1), True))": Piecewise(
        (x, x > 0), (alpha * (exp(x) - 1), True)
    ),
    "Piecewise((x, 0 < x < 1), (1, x >= 1), (0, True))": Piecewise(
        (x, (x > 0) & (x < 1)), (1, x >= 1), (0, True)
    ),
    "Piecewise((1, Eq(x, 0)), (sin(x)/x, True))": Piecewise((1, Eq(x, 0)), (sin(x) / x, True)),
    "where(x == 0, 1, sin(x)/x)": Piecewise((1, Eq(x, 0)), (sin(x) / x, True)),
    "where(x != 0, sin(x)/x, 1)": Piecewise((sin(x) / x, Ne(x, 0)), (1, True)),
    "where(Ne(x, 0), sin(x)/x, 1)": Piecewise((sin(x) / x, Ne(x, 0)), (1, True)),
    "minimum(6, relu(x))": Min(6, Max(0, x)),
    "(x + sqrt(x**2 + 4))/2": (x + sqrt(x**2 + 4)) / 2,
}
REFUSED = [
    "__import__('os').system('true')",
    "x.__class__",
    "().__class__.__bases__",
    "exp.__globals__",
    "lambda: 1",
    "[c for c in x]",
    "(x := 3)",
    "print(x)",
    "eval('x')",
    "sympify(x)",
    "f'{x}'",
    "'x'",
    "x if x > 0 else 0",
    "x > 0",
    "Eq(x, 0)",
    "x == 0",
    "where(Eq(x), 1, x)",
    "where(Eq(x, 0, 1), 1, x)",
    "True*x",
    "exp(x)(x)",
    "exp(u=x)",
    "exp(*x)",
    "x[0]",
    "x // 2",
    "x @ x",
    "x % 2",
    "~x",
    "1j*x",
    "0x10",
    "2x",
    "exp(x",
    "",
    "x; x",
    "x = 1",
    "y + 1",
    "sin",
    "foo(x)",
    "max()",
    "sin(x, x)",
    "Piecewise(x)",
    "Piecewise((x, 1))",
    "1/0",
    "x/0",
    "x/(1/0)",
    "x + 1/(1/0)",
    "log(x, 0)",
    "log(x, 1)",
    "exp(0/0)",
    "max(x, 0/0)",
    "max(x, asin(2))",
    "where(x > 0/0, x, 1)",
    "where(x > sqrt(-1), x, 1)",
    "Heaviside(x)",
    "loggamma(x)",
    "0**-1",
    "log(0)",
    "1e99999",
    "1e999999999",
    "\x00",
    "x" * 3000,
    "(" * 500 + "x" + ")" * 500,
    "-" * 1500 + "x",
    "+".join(["x"] * 700),
]
BOMBS = [
    "9**9**9",
    "(2**4000)**4000",
    "10**5000",
    "tanh(" * 60 + "1" + ")" * 60,
    "exp(1)**exp(1)**exp(1)**exp(1)**exp(1)",
    "exp(exp(exp(exp(9))))",
    "sin(exp(exp(exp(5))))",
    "exp(9)**exp(9)**exp(9)**exp(9)",
    "Max(exp(exp(exp(9))), 1)",
    "sign(sin(exp(exp(99))))",
]


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_understood(text: str) -> None:
    assert parse_formula(text, [alpha]) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:30]))
def test_what_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert 10 < len(str(caught.value)) < 400


@pytest.mark.parametrize("text", BOMBS)
def test_no_number_grows_without_bound(text: str) -> None:
    with no_longer_than(5), pytest.raises(FormulaError, match="too large"):
        parse_formula(text)


@pytest.mark.parametrize("given", [None, ["x"], b"x", 3])
def test_only_text_is_read(given: object) -> None:
    with pytest.raises(TypeError, match="a formula is read from a str"):
        parse_formula(given)  # type: ignore[arg-type]


def test_names_are_those_of_python() -> None:
    letter = auxiliary("𝛼", real=True)
    assert parse_formula("𝛼*x", [letter]) == letter * x
    assert parse_formula("α*x", [letter]) == letter * x


def test_a_warning_of_pythons_parser_is_no_concern(recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(FormulaError):
        parse_formula("1if 1else 2")
    assert not recwarn.list


@pytest.mark.parametrize("nested", ["Abs(", "sin(", "exp(-", "tanh(1+"])
def test_deep_nesting_takes_no_long_time(nested: str) -> None:
    with no_longer_than(10), contextlib.suppress(FormulaError):
        parse_formula(nested * 60 + "x" + ")" * 60)


def test_a_decimal_is_exact_at_any_length() -> None:
    assert parse_formula("0." + "1" * 60 + "*x") == Rational("0." + "1" * 60) * x


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_reached(name: str) -> None:
    fewest = FUNCTIONS[name][1]
    given = {"where": "x > 0, x, 1", "Piecewise": "(x, x > 0), (1, True)"}
    formula = parse_formula(f"{name}({given.get(name, ', '.join(['x'] * fewest))})")
    assert x in formula.free_symbols


@pytest.mark.parametrize("name", CATALOG)
def test_what_sympy_prints_is_read_back(name: str) -> None:
    declared = CATALOG[name]
    symbols = [parameter.symbol for parameter in declared.parameters]
    found = parse_formula(str(declared.expr), symbols)
    assert found == declared.expr or simplify(found - declared.expr) == 0


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_sentence(text: str) -> None:
    try:
        formula = parse_formula(text)
    except FormulaError:
        return
    assert formula.free_symbols <= {x}


@given(
    st.recursive(
        st.sampled_from(["x", "1", "2.5", "pi", "0.1"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
            inner.map(lambda u: f"tanh({u})"),
            inner.map(lambda u: f"exp(-({u})**2)"),
            inner.map(lambda u: f"abs({u})"),
        ),
        max_leaves=8,
    ),
    st.floats(-3, 3),
)
def test_values_are_those_of_python(text: str, at: float) -> None:
    """The tests may run text that they made themselves."""
    names = {"tanh": math.tanh, "exp": math.exp, "abs": abs, "pi": math.pi, "x": at}
    want = eval(text, {"__builtins__": {}}, names)
    got = float(parse_formula(text).subs(x, at))
    assert got == pytest.approx(want, rel=1e-9, abs=1e-9)


def test_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> object:
        raise AssertionError("text was evaluated")

    monkeypatch.setattr(os, "system", forbidden)
    monkeypatch.setattr(builtins, "eval", forbidden)
    for text in (*UNDERSTOOD, *REFUSED):
        try:
            parse_formula(text, [alpha])
        except FormulaError:
            continue
    with pytest.raises(AssertionError, match="evaluated"):
        sympify("x + 1")
