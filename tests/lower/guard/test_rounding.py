"""Rounding at random shows where digits are lost, and what overflows is reported."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, exp, sqrt

from actmath.lower import FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._guard.rounding import Shaken
from actmath.notation import x


def _shaken(points: list[float]) -> Shaken:
    return Shaken(np.array(points), FLOAT64, lambda expr: compile_one(expr, 1.0))


@pytest.mark.parametrize(
    ("formula", "at", "least", "most"),
    [
        # eˣ is rounded to a unit: e^{1e-9} − 1 has 1/1e-9 units of its own size.
        (exp(x) - 1, 1e-9, 1e7, 1e10),
        (exp(x) + 1, 2.0, 0.1, 4),
        (x * 8, 3.7, 0, 0),
        (x / 3 + x**2, 0.7, 0.1, 4),
        (x + sqrt(x**2 + 4), -1e7, 1e13, 1e16),
    ],
    ids=str,
)
def test_spread(formula: Expr, at: float, least: float, most: float) -> None:
    (found,) = _shaken([at]).spread(formula) / abs(float(formula.subs(x, at).evalf(40))) * 2**52
    assert least <= found <= most


def test_what_leaves_the_range_is_suspicious() -> None:
    shaken = _shaken([-1e200, -800.0, 1.0, 0.0, 800.0, 1e200])
    shaken.spread(x / sqrt(1 + x**2) + 0 * x)
    assert shaken.suspicious.tolist() == [True, False, False, False, False, True]
    shaken = _shaken([-800.0, 1.0, 0.0, 800.0])
    shaken.spread(1 / (1 + exp(-x)))
    assert shaken.suspicious.tolist() == [True, False, False, True]


@pytest.mark.parametrize(("power", "value"), [(x**x, 27), ((x + 1) ** x, 64)], ids=str)
def test_a_power_with_a_variable_exponent_is_one_operation(power: Expr, value: int) -> None:
    (found,) = _shaken([3.0]).spread(power)
    assert 0.1 <= found / value * 2**52 <= 2
