"""Rounding at random shows where digits are lost, and what overflows is reported."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Add, Expr, Rational, exp, log, sqrt

from actmath.lower import FLOAT32, FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.algebraic import Hypotenuse
from actmath.lower._functions.exponential import LogisticPower
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


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        # Sums and products to half a unit of the result, functions to one.
        (x + 3, 0.5),
        (3 * x, 0.5),
        (x / 3, 0.5 + 0.5),
        (x + sqrt(2), (0.5 + 1.4143 / 5 * 0.5)),
        (exp(x), 1),
        (LogisticPower(x, 2, 3), 1),
        (Hypotenuse(x, 2), 1),
        # Powers of two multiply exactly, of either sign; so do they beside what is rounded.
        (x * 16, 0),
        (-x / 64, 0),
        (x**2 / 8, 0.5),
        # 1/3 is no float, and twice it is none.
        (Rational(2, 3) * x, 0.5 + 0.5),
    ],
    ids=str,
)
def test_the_worst_that_roundings_do(formula: Expr, unit: float) -> None:
    """At most so many units of 2⁻²³, and at one of 400 points seven tenths of that at least."""
    points = np.linspace(3, 5, 400)
    shaken = Shaken(points, FLOAT32, lambda expr: compile_one(expr, 1.0))
    spread = shaken.spread(formula) / abs(compile_one(formula, 1.0)(points)) * 2**23
    assert spread.max() <= unit * (1 + 1e-6)
    assert spread.max() >= 0.7 * unit
    assert not shaken.suspicious.any()


def test_spread_is_half_of_the_distance_at_each_point_alone() -> None:
    """exp(x) − 1 by units of its terms: at x they are eˣ·2⁻²³, whatever other points do."""
    points = np.array([1e-6, 1.0, 9.0])
    for some in (points, points[::-1], points[1:2]):
        shaken = Shaken(some, FLOAT32, lambda expr: compile_one(expr, 1.0))
        units = shaken.spread(exp(x) - 1) / np.exp(some) * 2**23
        assert ((units > 0.5) & (units < 1.5)).all()


@pytest.mark.parametrize(
    ("formula", "at", "lost"),
    [
        ((exp(x) + 1) * exp(-x), 710.0, True),
        ((exp(x) + 1) * exp(-x), 700.0, False),
        ((exp(x) + 1) * exp(-x), -710.0, True),
        (1 / (1 + exp(-x)), -700.0, False),
        (1 / (1 + exp(-x)), 709.0, True),
        (log(x), -2.0, True),
        (log(x), 2.0, False),
        (x + 1e308, 1e308, True),
        (1e-308 * x, 2.0, True),
        (1e-307 * x, 2.0, False),
        (x**2, 1e-160, True),
        (x**2, 0.0, False),
        (x**x, 200.0, True),
        (x**x, 100.0, False),
    ],
    ids=str,
)
def test_each_operation_that_leaves_the_range_is_suspicious(
    formula: Expr, at: float, lost: bool
) -> None:
    """Overflow, what is below the normal numbers and what is none, and not beside it."""
    shaken = _shaken([at, 3.0, 0.0])
    shaken.spread(formula)
    assert shaken.suspicious.tolist() == [lost, False, False]


def test_a_part_that_occurs_twice_is_rounded_once() -> None:
    """Of a part less itself no sample leaves anything; rounded apart its two places would."""
    part = exp(sqrt(x))
    shaken = _shaken([2.0, 30.0])
    assert shaken.spread(part).min() > 0
    assert shaken.spread(Add(part, -part, evaluate=False)).tolist() == [0, 0]
