"""Functions with square roots know their derivatives by both arguments."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Symbol, diff, lambdify
from sympy.core.function import ArgumentIndexError

from actmath.lower._functions.algebraic import (
    Direction,
    HyperbolicBowl,
    HyperbolicRamp,
    Hypotenuse,
    WholePower,
)
from actmath.notation import x

from ...reference.plain_functions import PLAIN

C = Symbol("c", positive=True)
EACH = pytest.mark.parametrize("function", [Direction, HyperbolicBowl, HyperbolicRamp, Hypotenuse])


@EACH
@pytest.mark.parametrize("by", [x, C], ids=str)
def test_derivatives(function: type[Expr], by: Symbol) -> None:
    value = lambdify((x, C), function(x, C), [PLAIN, "mpmath"])
    slope = lambdify((x, C), diff(function(x, C), by), [PLAIN, "mpmath"])
    order = (1, 0) if by is x else (0, 1)
    with mp.workdps(40):
        for at in (-3, mp.mpf("-0.3"), 0, 2):
            assert abs(mp.diff(value, (at, 2), order) - slope(at, 2)) < 1e-25


@EACH
def test_there_is_no_third_argument(function: type[Expr]) -> None:
    with pytest.raises(ArgumentIndexError):
        function(x, C).fdiff(3)


def test_a_whole_power_is_not_taken_apart() -> None:
    power = WholePower(2 * x, 3)
    assert power.args == (2 * x, 3)
    assert diff(power, x) == 6 * WholePower(2 * x, 2)
    assert WholePower(x, 1) == x
    with pytest.raises(ArgumentIndexError):
        power.fdiff(2)
