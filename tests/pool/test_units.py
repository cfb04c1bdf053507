"""The pool itself: every spelling is its twin, every slope and kink is where the unit says."""

from __future__ import annotations

import random

import pytest
from mpmath import mp
from sympy import Expr, diff, lambdify

from actmath import parse_formula
from actmath.notation import x

from .unit import Unit
from .units import FAMILIES, POOL

EACH = pytest.mark.parametrize("unit", POOL.values(), ids=POOL)
DIGITS = 50


def formula_of(unit: Unit, spelling: str | Expr) -> Expr:
    """The spelling as SymPy reads it, with numbers for the parameters; nothing is declared."""
    symbols = [parameter.symbol for parameter in unit.parameters]
    read = parse_formula(spelling, symbols) if isinstance(spelling, str) else spelling
    return read.subs({parameter.symbol: parameter.default for parameter in unit.parameters})


def points(unit: Unit) -> list[float]:
    """Random points of every size, and points beside the kinks."""
    rng = random.Random(unit.name)
    moderate = [rng.uniform(-9, 9) for _ in range(3)]
    sizes = [rng.choice((-1, 1)) * 10 ** rng.uniform(-9, 1.4) for _ in range(3)]
    beside = [float(at) + side for at in unit.breaks() for side in (-1e-7, 1e-7)]
    return [*moderate, *sizes, *beside]


def close(got: object, want: object) -> bool:
    scale = abs(want) + mp.mpf(10) ** -300  # type: ignore[operator, arg-type]
    return bool(abs(got - want) <= scale * mp.mpf(10) ** -DIGITS)  # type: ignore[operator]


def test_the_pool_is_large_and_has_other_spellings() -> None:
    assert len(POOL) == sum(map(len, FAMILIES.values())), "a name is given twice"
    assert len(POOL) >= 110
    assert sum(len(unit.spellings) > 1 for unit in POOL.values()) > len(POOL) / 2


@EACH
def test_every_spelling_is_the_twin(unit: Unit) -> None:
    for spelling in unit.spellings:
        formula = lambdify(x, formula_of(unit, spelling), "mpmath")
        for at in points(unit):
            # A formula that cancels or overflows is right in the end if it may use digits enough.
            with mp.workdps(950):
                got = mp.mpf(formula(mp.mpf(at)))
            with mp.workdps(DIGITS + 5):
                assert close(got, unit.value(at)), (spelling, at)


@EACH
def test_the_slope_is_that_of_the_formula(unit: Unit) -> None:
    if unit.slope is None:
        return
    by_hand = Unit(unit.name, unit.twin, unit.spellings)
    for at in points(unit):
        with mp.workdps(DIGITS + 20):
            got, want = unit.derivative(at), by_hand.derivative(at)
            assert abs(got - want) <= (abs(want) + mp.mpf(10) ** -99) * mp.mpf(10) ** -DIGITS, at


@EACH
def test_jumps_are_where_the_twin_jumps(unit: Unit) -> None:
    near = mp.mpf(10) ** -30
    with mp.workdps(DIGITS):
        jumps = unit.jump_points()
        for at in unit.breaks():
            apart = abs(unit.value(at + near) - unit.value(at - near))
            assert (apart > 1e-3) == (at in jumps), at


def test_a_slope_that_is_not_the_derivative_is_found() -> None:
    wrong = Unit("wrong", mp.sin, ("sin(x)",), slope=mp.sin)
    with pytest.raises(AssertionError):
        test_the_slope_is_that_of_the_formula(wrong)


def test_a_spelling_of_something_else_is_found() -> None:
    with pytest.raises(AssertionError):
        test_every_spelling_is_the_twin(Unit("wrong", mp.sin, ("cos(x)",)))


def test_the_pool_is_differentiable_by_name() -> None:
    """SymPy's derivative of a smooth spelling is the slope that was typed."""
    unit = POOL["gelu_"]
    formula = lambdify(x, diff(formula_of(unit, unit.spellings[0]), x), "mpmath")
    with mp.workdps(DIGITS):
        assert close(formula(mp.mpf(1) / 3), unit.derivative(mp.mpf(1) / 3))
