"""Partial derivatives of units of two arguments, against SymPy's."""

from __future__ import annotations

import pytest
from sympy import Rational

from actmath.catalog import GATED
from actmath.derive import partials
from actmath.notation import x, z


@pytest.mark.parametrize("name", GATED)
def test_they_are_the_derivatives_of_the_formula(name: str) -> None:
    at = {x: Rational(2, 3), z: Rational(-5, 7)}
    for found, symbol in zip(partials(name), (x, z), strict=True):
        want = GATED[name].formula().diff(symbol).subs(at)
        assert (found.subs(at) - want).evalf(30) == pytest.approx(0, abs=1e-25)


def test_a_kink_has_the_gates_declared_slope() -> None:
    by_x, _ = partials("reglu")
    assert by_x.subs({x: 0, z: 5}) == 0
