"""Slopes that oscillate ever higher have no bound, and the Lipschitz constant says so."""

from __future__ import annotations

import pytest
from sympy import oo

from actmath.activation import Activation
from actmath.derive import lipschitz


@pytest.mark.slow
@pytest.mark.parametrize("formula", ["x*sin(x**2)", "sin(x**2)", "x*sin(x)"])
def test_the_constant_is_infinite(formula: str) -> None:
    found = lipschitz(Activation("wild", formula))
    assert found.constant == oo
    assert not found.contraction
