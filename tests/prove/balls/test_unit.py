"""Jets are derivatives of the moments and obey the heat equation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Symbol, diff

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
