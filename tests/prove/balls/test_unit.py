"""Jets are derivatives of the moments and obey the heat equation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Symbol, diff, erfc, exp, pi, sqrt

from actmath import catalog
from actmath.prove._balls.unit import (
    MEAN,
    SECOND,
    VARIANCE,
    S,
    X,
    Y,
    jet,
    jet_derivative,
    jet_formula,
    jets_of,
)


@pytest.mark.parametrize("letter", "MQB")
def test_jets_are_derivatives_and_obey_the_heat_equation(letter: str) -> None:
    """∂/∂x = ½ ∂²/∂y² at 50 digits: differentiating in s = √x gives s times the second jet."""
    zeroth, second = (jet_formula(catalog.selu, jet(letter, k)) for k in (0, 2))
    at = {**catalog.selu.defaults, Y: Fraction(3, 10), S: Fraction(6, 5)}
    along_s = diff(zeroth, S).subs(at).evalf(50)
    assert abs(along_s - (S * second).subs(at).evalf(50)) < 1e-45
    along_y = diff(zeroth, Y, 2).subs(at).evalf(50)
    assert abs(along_y - second.subs(at).evalf(50)) < 1e-45


def test_the_chain_rule_raises_the_order() -> None:
    mu, nu = Symbol("mu", real=True), Symbol("nu", real=True)
    found = jet_derivative(mu * MEAN**2, mu, 3 * mu, nu)
    assert (found - (MEAN**2 + 6 * mu * MEAN * jet("M", 1))).expand() == 0
    assert jet_derivative(SECOND, nu, 3 * mu, 5 * nu) == 5 * jet("Q", 2) / 2


def test_jets_are_found_and_sorted() -> None:
    assert jets_of(VARIANCE + jet("B", 3) * X) == [jet("B", 3), MEAN, SECOND]


def test_a_moment_of_no_activation_is_refused() -> None:
    with pytest.raises(ValueError, match="M0 is a moment, but of no activation"):
        jet_formula(None, MEAN)


@pytest.mark.parametrize("order", [0, 1, 8, 9, 10, 11])
@pytest.mark.parametrize("letter", "MQB")
def test_orders_of_several_digits_are_numbers(letter: str, order: int) -> None:
    """With y = 3t and x = 5t: d/dt = 3·∂/∂y + 5·½∂²/∂y²."""
    t = Symbol("t", real=True)
    found = jet_derivative(t * jet(letter, order), t, 3 * t, 5 * t)
    inner = 3 * jet(letter, order + 1) + Fraction(5, 2) * jet(letter, order + 2)
    assert (found - jet(letter, order) - t * inner).expand() == 0


def test_other_symbols_are_no_jets() -> None:
    others = [Symbol(name, real=True) for name in ("mu", "a1", "y", "m0")]
    assert jets_of(sum(others, start=X)) == []
    assert jets_of(jet("Q", 1), jet("M", 2) * Y, jet("Q", 1)) == [jet("M", 2), jet("Q", 1)]


def test_jets_of_relu_in_y_and_s() -> None:
    """E f′² is Φ(y/s), and ∂E f/∂y too; the second derivative is the density."""
    tail = 1 - erfc(sqrt(2) * Y / (2 * S)) / 2
    density = exp(-(Y**2) / (2 * S**2)) / (S * sqrt(2 * pi))
    assert jet_formula(catalog.relu, jet("B", 0)) == tail
    assert jet_formula(catalog.relu, jet("M", 1)) == tail
    assert (jet_formula(catalog.relu, jet("M", 2)) - density).simplify() == 0
    assert (jet_formula(catalog.relu, jet("Q", 2)) - 2 * tail).simplify() == 0
