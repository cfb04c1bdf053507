"""What SymPy would not return from is told before it is tried."""

from __future__ import annotations

import pytest
from sympy import Rational, cos, exp, sin, tanh

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
