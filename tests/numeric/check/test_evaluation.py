"""A route with a planted fault loses its digits at that point, and no other does."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

import pytest
from mpmath import mp
from sympy import Max, Piecewise, exp, log, pi

from actmath.derive._iteration.settled import settled
from actmath.lower import FLOAT64, Enclosed
from actmath.notation import x
from actmath.number import exact
from actmath.number import mp as own
from actmath.numeric._check.evaluation import Trial, complaint, keep_digits
from actmath.numeric._check.kept import Kept
from actmath.numeric._check.reference import Reference
from actmath.numeric._check.routes import Route

from .raised import raised_by

RAMP = Trial(Reference(Max(0, x)), [mp.zero], count=4)


def kept(function: Callable[[float], float], trial: Trial = RAMP, radius: float = -1) -> Kept:
    def evaluate(points: Sequence[float]) -> list[Enclosed]:
        return [Enclosed(mp.mpf(function(at)), mp.mpf(max(radius, 0))) for at in points]

    route = Route("planted", "f", 0, FLOAT64, lambda: evaluate, encloses=radius >= 0)
    return keep_digits(route, trial)


def ramp(at: float) -> float:
    return at if math.isnan(at) else max(0.0, at)


def test_the_right_function_keeps_all() -> None:
    row = kept(ramp)
    assert not row.lost
    assert row.digits == row.whole


@pytest.mark.parametrize("place", [5e-324, 0.25, 16.0, math.inf])
def test_the_worst_point_is_where_the_fault_is(place: float) -> None:
    row = kept(lambda at: 0.125 if at == place else ramp(at))
    assert row.lost
    assert row.at == repr(place)
    assert float(row.got) == 0.125
    # No digit is kept of what is infinite; only balls are said to miss a value.
    assert row.note == ""
    assert row.digits == 0 or place < math.inf


def test_points_beside_those_without_a_value_are_judged_too() -> None:
    trial = Trial(Reference(log(x)), [], count=4)
    whole, faulty = (kept(partial(logarithm, at), trial) for at in (-1.0, 16.0))
    assert not whole.lost
    assert (faulty.lost, faulty.at) == (True, "16.0")


def logarithm(fault: float, at: float) -> float:
    return 0.125 if at == fault else math.log(at) if at > 0 else math.nan


def test_nan_must_stay() -> None:
    row = kept(lambda at: max(0.0, at) if at == at else 0.0)
    assert (row.lost, row.at) == (True, "nan")


def test_few_digits_are_counted() -> None:
    # An error of 2³² ulps, half of which the argument's own ulp may make.
    row = kept(lambda at: ramp(at) * (1 + 2.0**-20))
    assert row.digits == pytest.approx(22 * math.log10(2), abs=0.05)


def test_a_ball_without_the_value_fails() -> None:
    assert kept(ramp, radius=0.0).lost is False
    assert kept(lambda at: ramp(at) + 1e-3, radius=1e-6).note.startswith("fails")


@pytest.mark.parametrize("radius", [math.inf, 100.0])
def test_a_ball_of_everything_keeps_nothing(radius: float) -> None:
    row = kept(ramp, radius=radius)
    assert (row.lost, row.digits) == (True, 0.0)


def test_a_ball_that_is_everything_somewhere_is_found_there() -> None:
    def evaluate(points: Sequence[float]) -> list[Enclosed]:
        wide = {16.0: mp.inf}
        return [Enclosed(mp.mpf(ramp(at)), wide.get(at, mp.zero)) for at in points]

    row = keep_digits(Route("planted", "f", 0, FLOAT64, lambda: evaluate, encloses=True), RAMP)
    assert (row.lost, row.at) == (True, "16.0")


def test_beside_a_jump_between_floats_nothing_is_judged() -> None:
    formula = Piecewise((1, x > pi), (0, True))
    trial = Trial(Reference(formula), [pi.evalf(60)._to_mpmath(200)], count=0)
    edge = math.pi
    assert not kept(lambda at: at if at != at else float(at > edge), trial).lost
    assert not kept(lambda at: at if at != at else float(at >= edge), trial).lost


def test_complaints() -> None:
    said = raised_by(lambda: exact("one"))
    assert complaint(said) == f"refused: {said}"
    assert complaint(ImportError("x is not installed")) == "x is not installed"
    for crash in (ZeroDivisionError(), TypeError("bad operand"), ValueError("math"), KeyError("y")):
        assert complaint(crash).startswith("fails")
    assert complaint(raised_by(lambda: max([]))).startswith("fails: ValueError")


def test_what_did_not_settle_has_failed_where_something_is_known() -> None:
    turn = count()
    said = raised_by(lambda: settled(lambda: own.mpf(1 + next(turn) % 2)))
    assert complaint(said).startswith("fails: the value does not settle")
    assert complaint(said, known=False).startswith("refused: the value does not settle")


def test_a_formula_without_any_value_is_said() -> None:
    trial = Trial(Reference(Piecewise((exp(x), x > 1e308))), [], count=0, stride=100)
    assert "known" in kept(ramp, trial).note or kept(ramp, trial).digits is not None
