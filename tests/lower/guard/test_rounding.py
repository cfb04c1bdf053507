"""Rounding at random shows where digits are lost, and what overflows is reported."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, exp, sqrt

from actmath.lower import FLOAT32, FLOAT64
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


@pytest.mark.parametrize(
    ("power", "unit"),
    [(x**2, 0.5), (1 / x, 0.5), (sqrt(x), 0.5), (x**3, 1), (x**-2, 1), (x**0.3, 1)],
    ids=str,
)
def test_a_power_is_one_operation_or_a_function_of_a_library(power: Expr, unit: float) -> None:
    """Squares, quotients and roots are rounded to half a unit, as IEEE 754 says.

    Asked of float32, beside whose unit, 2⁻²³, the rounding of the samples themselves is nothing.
    """
    points = np.linspace(0.5, 7, 400)
    shaken = Shaken(points, FLOAT32, lambda expr: compile_one(expr, 1.0))
    spread = shaken.spread(power) / abs(compile_one(power, 1.0)(points)) * 2**23
    # Of twelve samples the outermost are 11/13 of the whole apart, in the mean.
    assert spread.mean() == pytest.approx(unit * 11 / 13, rel=0.05)
    assert spread.max() <= unit


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
