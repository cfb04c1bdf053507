"""What SymPy would not return from is told before it is tried."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, cos, exp, sin, sinh, tanh

from actmath import Activation
from actmath.derive._formula.derivative import derivative
from actmath.derive._formula.multiples import may_be_factored, may_be_simplified, named_powers
from actmath.lower import to_numpy
from actmath.notation import x


@pytest.mark.parametrize(
    ("formula", "factored", "simplified"),
    [
        (x / (1 + exp(-x)), True, True),
        (x / (1 + exp(-(10**6) * x)), False, True),
        (exp(Rational("1.6732632423543772") * x), False, True),
        (sin(10**17 * x), True, False),
        (cos(3 * x) + exp(2 * x), True, True),
        (tanh(10**9 * x), True, False),
    ],
)
def test_multiples_are_seen(formula, factored, simplified):
    assert may_be_factored(formula) is factored
    assert may_be_simplified(formula) is simplified


@pytest.mark.parametrize("text", ["sin(1e17*x)", "x*cos(1e9*x)", "sin(1e300*x)", "exp(1e17*x)"])
def test_derivatives_of_fast_functions_return(text):
    fast = Activation("fast", text)
    assert derivative(fast).expr.equals(fast.expr.diff(x))


def test_a_steep_gate_is_lowered():
    gate = to_numpy(Activation("steep_gate", "x/(1 + exp(-1e6*x))"), 1)
    assert gate(1.0) == 1
    assert abs(float(gate(0.0)) - 0.5) < 1e-15


def test_large_powers_of_e_are_named_and_put_back() -> None:
    formula = x * exp(184 - 8 * x) + exp(3 - x) + exp(x + 184)
    named, constants = named_powers(formula)
    assert list(constants.values()) == [exp(184)]
    assert not named.has(exp(184))
    assert (named.xreplace(constants) - formula).expand() == 0


@pytest.mark.parametrize("power", [12, Rational(1, 12), Rational(-7, 12)])
def test_small_powers_of_e_stay(power: Expr) -> None:
    """They may cancel with others: e^{12 − x}·e^{x} is e¹² for SymPy."""
    named, constants = named_powers(exp(power - x))
    assert (named, constants) == (exp(power - x), {})


@pytest.mark.parametrize("power", [13, -13, Rational(1, 13), Rational(25, 2)])
def test_larger_ones_have_a_name_each(power: Expr) -> None:
    formula = exp(power - x) + exp(2 * power + x) + x * exp(power + 3 * x)
    named, constants = named_powers(formula)
    assert set(constants.values()) == {exp(power), exp(2 * power)}
    assert len({str(name) for name in constants}) == 2
    assert (named.xreplace(constants) - formula).expand() == 0


def test_numerators_count_on_either_side_of_0() -> None:
    for sign in (1, -1):
        assert may_be_factored(exp(sign * 100 * x))
        assert not may_be_factored(exp(sign * 101 * x))
        assert may_be_simplified(sinh(sign * 1000 * x))
        assert not may_be_simplified(cos(Rational(sign * 1001, 2) * x))
    assert may_be_simplified(exp(10**6 * x))
    assert not may_be_simplified(exp(10**6 * x), exp)
    assert not may_be_simplified(cos(x) + cos(5000 * x) + cos(2 * x))
    assert may_be_factored(x**3 + 1000)
