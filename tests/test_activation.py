"""One declaration: what it computes by itself, and how it refuses nonsense."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from sympy import Abs, Interval, Max, Piecewise, Rational, S, Symbol, exp, log, oo, sin, sinc, sqrt

from actmath import Activation, Parameter, catalog
from actmath.activation import NONNEGATIVE, POSITIVE
from actmath.names import suggest
from actmath.notation import a, alpha, x


def test_values_are_exact() -> None:
    assert catalog.elu.value(-1) == exp(-1) - 1
    assert catalog.elu.value("-1", alpha="1/3") == (exp(-1) - 1) / 3
    assert catalog.leaky_relu.value(-0.5) == Rational(-1, 200)
    assert catalog.relu.value(-3) == 0


def test_formula_has_no_symbol_left_but_x() -> None:
    for activation in catalog.CATALOG.values():
        assert activation.formula().free_symbols <= {x}


def test_other_defaults_make_another_value() -> None:
    steeper = catalog.elu.with_parameters(alpha=2)
    assert steeper.defaults == {alpha: 2}
    assert catalog.elu.defaults == {alpha: 1}
    assert steeper != catalog.elu
    assert steeper.with_parameters(alpha=1) == catalog.elu
    assert steeper.source is catalog.elu.source


def test_substitution_mixes_given_and_default() -> None:
    values = catalog.rrelu.substitution({"upper": 0.5})
    assert sorted(map(str, values.values())) == ["1/2", "1/8"]


@pytest.mark.parametrize(
    ("name", "hint"), [("alhpa", "did you mean alpha"), ("zzz", "known are alpha, lam")]
)
def test_unknown_parameters(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        catalog.selu.value(0, **{name: 1})


@pytest.mark.parametrize("value", [0, -1, "-1e-300"])
def test_domains_hold_in_every_method(value: int | str) -> None:
    for method in (catalog.elu.with_parameters, catalog.elu.formula):
        with pytest.raises(ValueError, match=r"alpha must lie in Interval\.open\(0, oo\)"):
            method(alpha=value)


@pytest.mark.parametrize("at", ["nan", "one", None, oo])
def test_the_argument_must_be_a_number(at: object) -> None:
    with pytest.raises((ValueError, TypeError), match="x must be"):
        catalog.relu.value(at)  # type: ignore[arg-type]


def test_domains_of_parameters() -> None:
    assert Parameter(a, S.Zero, NONNEGATIVE).check(S.Zero) == 0
    assert Parameter(a, S.One, Interval(0, 1)).name == "a"
    for domain, default in ((POSITIVE, 0), (NONNEGATIVE, -1), (Interval(0, 1), 2)):
        with pytest.raises(ValueError, match="a must lie in"):
            Parameter(a, S(default), domain)


def test_parameters_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        catalog.elu.parameters[0].default = S(2)  # type: ignore[misc]


def test_plain_python_values_are_accepted() -> None:
    ramp = Activation("ramp", Max(0, x), at_kinks=((0, 0),))
    assert ramp.title == "ramp"
    assert ramp.at_kinks == ((S.Zero, S.Zero),)
    assert Activation("three", 3).value(7) == 3  # type: ignore[arg-type]


def test_lists_of_parameters_become_tuples() -> None:
    symbol = Symbol("k", real=True)
    line = Activation("line", symbol * x, [Parameter(symbol, S.One)])  # type: ignore[arg-type]
    assert isinstance(line.parameters, tuple)
    assert isinstance(hash(line), int)


def test_it_reads_well_in_a_notebook() -> None:
    shown = catalog.leaky_relu._repr_latex_()
    assert shown[0] == shown[-1] == "$"
    assert r"leaky\_relu" in shown
    assert r"\alpha" in catalog.elu.latex


@pytest.mark.parametrize(
    ("unknown", "known", "answer"),
    [
        ("rel", ["relu", "elu"], "did you mean relu or elu?"),
        ("qqq", ["relu", "elu"], "known are elu, relu"),
    ],
)
def test_suggestions(unknown: str, known: list[str], answer: str) -> None:
    assert suggest(unknown, known) == answer


@pytest.mark.parametrize("formula", [sqrt(x), log(x), x ** Rational(1, 3), sqrt(1 - x**2)])
def test_a_formula_that_is_complex_somewhere_is_refused(formula: object) -> None:
    with pytest.raises(ValueError, match=r"must be real for every real x, but at x = "):
        Activation("root", formula)


@pytest.mark.parametrize("formula", [Piecewise((sqrt(x), x > 0), (0, True)), log(1 + Abs(x))])
def test_a_formula_that_is_real_everywhere_is_taken(formula: object) -> None:
    assert Activation("root", formula).value(4) in (2, log(5))


def test_a_text_is_parsed_and_never_run() -> None:
    read = Activation(
        "mine", "Piecewise((x, x > 0), (alpha*expm1(x), True))", (Parameter(alpha, 1),)
    )
    assert read.value(-1) == exp(-1) - 1
    with pytest.raises(ValueError, match="no formula"):
        Activation("mine", "__import__('os').getcwd()")
    with pytest.raises(ValueError, match="is not known"):
        Activation("mine", "beta*x")


@pytest.mark.parametrize("given", [None, [1], object(), b"x", {"x": 1}, x > 0])
def test_what_is_no_formula_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match="a formula is"):
        Activation("mine", given)  # type: ignore[arg-type]


def test_a_parameter_may_be_named() -> None:
    assert Parameter("alpha", 1, POSITIVE).symbol is alpha
    assert Parameter("lam", 1, POSITIVE).symbol.is_positive
    # In the table lam is positive; what may be negative cannot be that letter.
    assert Parameter("lam", -1).symbol.is_positive is None
    mine = Activation("mine", "(x + sqrt(x**2 + b))/2", (Parameter("b", 4, POSITIVE),))
    assert mine.value(0) == 1
    assert mine.value(0, b=9) == Rational(3, 2)
    for name in ("", "2b", "b c", "lambda", "__import__('os')"):
        with pytest.raises(ValueError, match="must be an identifier"):
            Parameter(name, 1)


@pytest.mark.parametrize("name", ["x", "mu", "nu", "omega", "tau"])
def test_letters_in_which_answers_are_stated_are_no_parameters(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} cannot be a parameter"):
        Activation("mine", f"{name}*x" if name != "x" else x, (Parameter(name, 1),))


@pytest.mark.parametrize("power", [20000, 10**6, -20000, "1e5"])
def test_a_power_beyond_all_numbers_is_refused(power: int | str) -> None:
    with pytest.raises(ValueError, match="a power of x may be up to 5000"):
        Activation("steep", f"(1 + x**2)**({power})")
    assert Activation("steep", "x**5000 + 2**x").expr.has(x)


def test_the_cardinal_sine_is_what_it_stands_for() -> None:
    unit = Activation("unit", x + sinc(2 * x))
    assert not unit.expr.has(sinc)
    assert (unit.value(0), unit.value("1/2")) == (1, S.Half + sin(1))
