"""A route with a planted fault loses its digits at that point, and no other does."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

import pytest
from mpmath import mp
from sympy import Max, Piecewise, exp, log, pi, sin

from actmath.derive._iteration.settled import settled
from actmath.lower import FLOAT32, FLOAT64, Enclosed, Precision
from actmath.notation import x
from actmath.number import exact
from actmath.number import mp as own
from actmath.numeric._check.evaluation import Trial, complaint, keep_digits
from actmath.numeric._check.kept import Kept, promised_digits, whole_digits
from actmath.numeric._check.reference import Reference
from actmath.numeric._check.routes import FLOAT16, Route

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


# A ball may be wide below 1/4 and beyond 40, and of all numbers beyond 1e9.
@pytest.mark.parametrize(
    ("place", "radius", "lost"),
    [
        (0.01, 1.0, False),
        (0.25, 1.0, True),
        (-0.25, 1.0, True),
        (40.0, 100.0, True),
        (-40.0, 100.0, True),
        (60.0, 100.0, False),
        (0.01, math.inf, True),
        (750.0, math.inf, True),
        (-750.0, math.inf, True),
        (1.0000793e20, math.inf, False),
        (-1.0000793e20, math.inf, False),
    ],
)
def test_where_a_ball_may_be_wide(place: float, radius: float, lost: bool) -> None:
    tried = [at for at, _, _ in RAMP.points(planted())]
    (at,) = (at for at in tried if abs(at / place - 1) < 0.01)
    row = keep_digits(planted(wide={at: radius}), RAMP)
    assert row.lost == lost
    assert row.promised == pytest.approx(0.25 * whole_digits(FLOAT64))
    if lost:
        assert (row.at, row.note) == (repr(at), "")


@pytest.mark.parametrize("ulps", [-2, -1, 0, 1, 2])
def test_at_a_break_and_within_its_rounding_a_ball_may_be_all(ulps: int) -> None:
    trial = Trial(Reference(Max(0, x)), [mp.mpf(16)], count=0)
    at = 16.0 + ulps * math.ulp(16.0)
    assert at in [point for point, _, _ in trial.points(planted())]
    assert not keep_digits(planted(wide={at: math.inf}), trial).lost
    assert keep_digits(planted(wide={20.0: math.inf}), trial).at == "20.0"


def planted(
    precision: Precision = FLOAT64,
    order: int = 0,
    wide: dict[float, float] | None = None,
    **given: bool,
) -> Route:
    """A route that is right, with balls of the radii at some points."""
    radii = wide or {}

    def evaluate(points: Sequence[float]) -> list[Enclosed]:
        found = (ramp(at) if order == 0 else at if at != at else float(at > 0) for at in points)
        return [
            Enclosed(mp.mpf(value), mp.mpf(radii.get(at, 0.0)))
            for value, at in zip(found, points, strict=True)
        ]

    encloses = given.pop("encloses", wide is not None)
    return Route("planted", "f", order, precision, lambda: evaluate, encloses, **given)


def test_what_is_promised_is_that_of_the_route() -> None:
    whole = keep_digits(planted(), RAMP)
    assert (whole.route, whole.quantity, whole.whole) == ("planted", "f", whole_digits(FLOAT64))
    assert whole.promised == promised_digits(FLOAT64)
    assert keep_digits(planted(FLOAT16), RAMP).promised is None
    assert keep_digits(planted(FLOAT32), RAMP).promised == promised_digits(FLOAT32)
    assert float(whole.got) == float(whole.right)


def test_at_a_kink_there_is_a_value_and_no_slope_to_compare() -> None:
    values, slopes = (RAMP.points(planted(order=order)) for order in (0, 1))
    assert {at for at, _, _ in values} - {at for at, _, _ in slopes} == {0.0}
    assert [right for at, right, _ in slopes if at in (-16.0, 16.0)] == [0, 1]
    assert [float(slack) for at, _, slack in values if at in (-16.0, 16.0)] == [0, 16]
    assert not keep_digits(planted(order=1), RAMP).lost


def test_limits_are_tried_where_the_arithmetic_has_them() -> None:
    def ends(trial: Trial, route: Route) -> list[tuple[str, str]]:
        return [(repr(at), str(right)) for at, right, _ in trial.limits(route)]

    every = [("nan", "nan"), ("-inf", "0.0"), ("inf", "+inf")]
    assert ends(RAMP, planted()) == every
    assert ends(RAMP, planted(order=1)) == every[:1]
    assert ends(Trial(RAMP.reference, [], ends=False), planted()) == every[:1]
    assert ends(RAMP, planted(extended=False)) == []
    # A wave has no limit.
    assert ends(Trial(Reference(sin(x)), []), planted()) == every[:1]


def test_what_is_infinite_is_right_by_its_sign_alone() -> None:
    for planted_end, lost in ((math.inf, False), (-math.inf, True), (math.nan, True), (7.0, True)):
        row = kept(lambda at, end=planted_end: end if at == math.inf else ramp(at))  # type: ignore[misc]
        assert row.lost == lost


@pytest.mark.parametrize(("share", "fails"), [(0.5, False), (1.0, False), (1.5, True)])
def test_a_ball_holds_what_lies_within_its_radius(share: float, fails: bool) -> None:
    """A value that is 1e-6 too large, in balls of a radius beside it."""
    row = kept(lambda at: ramp(at) + 1e-6 * share if at == 12.0 else ramp(at), radius=1e-6)
    assert row.note == ("fails: the ball does not hold the value" if fails else "")
    if fails:
        assert (row.at, row.digits) == ("12.0", 0)


def test_digits_of_a_ball_are_those_of_its_radius() -> None:
    """Of the value and its slack, f + x·f′ = 2x of a ramp; beside 0 of √ε."""
    for place, unit in ((16.0, 32.0), (-16.0, FLOAT64.epsilon**0.5)):
        wide = {place: 1e5 * FLOAT64.epsilon * unit}
        row = keep_digits(planted(wide=wide), RAMP)
        assert row.at == repr(place)
        assert row.digits == pytest.approx(whole_digits(FLOAT64) - 5, abs=1e-6)


def test_beside_a_break_that_is_no_float_only_the_next_floats_are_left_out() -> None:
    trial = Trial(Reference(Max(0, x)), [pi.evalf(60)._to_mpmath(200)], count=0)
    tried = {at for at, _, _ in trial.points(planted())}
    assert not {math.pi, math.nextafter(math.pi, 4), math.nextafter(math.pi, 3)} & tried
    assert {3.0, 4.0} <= tried
    held = {at for at, _, _ in Trial(RAMP.reference, [mp.mpf(3)], count=0).points(planted())}
    assert {3.0, math.nextafter(3, 4), math.nextafter(3, 2)} <= held


def test_a_crash_and_a_refusal_are_rows_without_digits() -> None:
    def crash(points: Sequence[float]) -> list[Enclosed]:
        raise ZeroDivisionError("none")

    row = keep_digits(Route("planted", "f′", 1, FLOAT32, lambda: crash), RAMP)
    assert (row.quantity, row.digits, row.whole) == ("f′", None, whole_digits(FLOAT32))
    assert row.note == "fails: ZeroDivisionError('none')"
    nowhere = Trial(Reference(log(-1 - x**2)), [], count=0)
    assert keep_digits(planted(), nowhere).note == "no value is known to compare"
