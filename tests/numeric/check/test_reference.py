"""The reference beside twins that were typed by hand, at every magnitude; its limits and kinks."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Abs, Expr, Max, Piecewise, Rational, cos, cosh, exp, log, sign, sin, sqrt

from actmath.notation import x
from actmath.numeric._check.reference import NOTHING, Known, Reference

from ...pool.test_units import formula_of
from ...pool.units import POOL

POINTS = (-1e300, -1e20, -750.0, -12.0, -1e-30, 1e-300, 0.3, 40.0, 1e9, 1e300)
NAMES = ("logistic", "log_sigmoid", "squareplus", "soft_root", "isru", "mish_", "two_humps", "sinc")


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_the_twins(name: str) -> None:
    unit = POOL[name]
    reference = Reference(formula_of(unit, unit.spellings[0]))
    for at in POINTS:
        known = reference(at)
        assert known is not None, at
        # f′ by quotients of the twin needs as many digits as x has.
        with mp.workdps(40):
            for got, want in ((known.value, unit.value(at)), (known.slope, unit.derivative(at))):
                assert abs(mp.mpf(got._mpf_) - want) <= 1e-24 * abs(want) + NOTHING, at


def test_at_a_kink_there_is_no_slope_and_beside_it_there_is() -> None:
    reference = Reference(Max(0, x))
    assert reference(0.0).slope is None  # type: ignore[union-attr]
    assert [reference(at).slope for at in (-5e-324, 5e-324)] == [0, 1]  # type: ignore[union-attr]
    assert reference(0.0).slack(0, 1e-16) == 0  # type: ignore[union-attr]


def test_the_slack_says_what_an_ulp_of_x_moves() -> None:
    known = Reference(sin(x))(1e10)
    assert known is not None
    assert float(known.slack(0, 1e-16)) == pytest.approx(1e10 * abs(mp.cos(1e10)))
    assert float(known.slack(1, 1e-16)) == pytest.approx(1e10 * abs(mp.sin(1e10)))
    assert Reference(cosh(x))(0.0).slope == 0  # type: ignore[union-attr]


def test_no_digit_is_determined_where_an_ulp_moves_the_value_by_more_than_itself() -> None:
    known, root = Reference(exp(x**2))(1e20), Reference(1 - x**2)(1 + 2.0**-52)
    assert known is not None
    assert root is not None
    assert known.slack(0, 2.0**-52) == mp.inf
    assert float(root.slack(0, 2.0**-52)) == pytest.approx(2)


def test_what_has_no_value_is_none() -> None:
    assert Reference(1 / x)(0.0) is None
    assert Reference(log(x - 2))(1.0) is None


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        (1 / (1 + exp(-x)), 0, 1),
        (x / sqrt(1 + x**2), -1, 1),
        (log(1 + Abs(x)), mp.inf, mp.inf),
        (sqrt(x**2 + 1) - x, mp.inf, 0),
        (cos(x), None, None),
    ],
)
def test_limits(formula: object, left: object, right: object) -> None:
    reference = Reference(formula)
    assert [reference.limit(-1), reference.limit(1)] == [left, right]


@pytest.mark.parametrize("formula", [Max(0, x) ** 2, x**3, x**2 * exp(x)])
def test_what_is_flat_at_0_has_no_slope_there(formula: Expr) -> None:
    """A difference quotient's own step is no slope."""
    known = Reference(formula)(0.0)
    assert known is not None
    assert abs(known.slope) < NOTHING


def test_slopes_at_0_are_right_beside_a_value() -> None:
    known = Reference(1 + 3 * x + x**2)(0.0)
    assert known is not None
    assert abs(known.slope - 3) < 1e-40


@pytest.mark.parametrize(("formula", "at"), [(sign(x), 0.0), (x + sign(x - 1), 1.0)])
def test_a_sign_has_no_slope_where_it_is_0(formula: Expr, at: float) -> None:
    known = Reference(formula)(at)
    assert known is not None
    assert known.slope is None


def test_two_precisions_that_are_too_low_do_not_agree() -> None:
    """e^u − 1 − u is u²/2, and −u wherever 1 + u is 1."""
    known = Reference(exp(x**7) - 1 - x**7)(1e-60)
    assert known is not None
    assert abs(known.value) < NOTHING
    known = Reference(exp(x**7) - 1 - x**7)(1e-20)
    assert known is not None
    assert abs(known.value / mp.mpf("5e-281") - 1) < 1e-10


@pytest.mark.parametrize(
    ("formula", "at", "slopes"),
    [
        (x**3, 2.0, (12, 12)),
        (sin(x), 1.0, (mp.cos(1), -mp.sin(1))),
        (exp(-2 * x), 0.5, (-2 * mp.exp(-1), 4 * mp.exp(-1))),
        (x**2 - 5 * x, 0.0, (-5, 2)),
        (1 / x, -4.0, (-1 / 16, -1 / 32)),
        # Steep, and no jump.
        (10**20 * x, 0.5, (10**20, 0)),
        (10**20 * x + x**2, 0.0, (10**20, 2)),
    ],
    ids=range(7),
)
def test_slopes_and_curvatures(formula: Expr, at: float, slopes: tuple[object, object]) -> None:
    known = Reference(formula)(at)
    assert known is not None
    assert known.at == at
    assert float(known.slope) == pytest.approx(float(slopes[0]), rel=1e-14)  # type: ignore[arg-type]
    assert float(known.curvature) == pytest.approx(float(slopes[1]), rel=1e-14, abs=1e-5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "slope", "curvature", "order", "slack"),
    [
        (1.0, 3.0, -5.0, 0, 6.0),
        (1.0, 3.0, -5.0, 1, 10.0),
        (1.0, None, None, 0, 0.0),
        (0.0, 3.0, 0.0, 0, 6.0),
        # At ε = 1/4 an ulp moves f by 2·8/4 and f′ by 2·40/4: by more than both, or than one alone.
        (3.9, 8.0, 40.0, 0, mp.inf),
        (3.9, 8.0, 40.0, 1, mp.inf),
        (4.0, 8.0, 40.0, 0, 16.0),
        (3.9, 8.0, 16.0, 0, 16.0),
        (-3.9, -8.0, -16.5, 1, mp.inf),
    ],
)
def test_the_slack_by_hand(
    value: float, slope: float | None, curvature: float | None, order: int, slack: object
) -> None:
    assert Known(2.0, value, slope, curvature).slack(order, 0.25) == slack
    mirrored = Known(-2.0, value, slope, curvature)
    assert mirrored.slack(order, 0.25) == slack


@pytest.mark.parametrize(("bend", "seen"), [(10**-12, True), (10**-18, False)])
def test_a_bend_is_a_kink_beyond_15_digits_of_the_slope(bend: float, seen: bool) -> None:
    known = Reference(x + Rational(bend).limit_denominator(10**19) * Abs(x - 1))(1.0)
    assert known is not None
    assert (known.slope is None) == seen


def test_a_jump_has_a_value_and_no_slope_and_beside_it_is_flat() -> None:
    reference = Reference(Piecewise((3, x > 1), (-2, True)))
    at, beside, before = (reference(place) for place in (1.0, 1 + 2.0**-52, 1 - 2.0**-53))
    assert at is not None
    assert beside is not None
    assert before is not None
    assert (at.value, at.slope, at.curvature) == (-2, None, None)
    assert (beside.value, beside.slope, before.value, before.slope) == (3, 0, -2, 0)


def test_beside_where_there_is_no_value_there_is_no_slope() -> None:
    known = Reference(sqrt(x))(0.0)
    assert known is not None
    assert (known.value, known.slope, known.curvature) == (0, None, None)


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        (-log(1 + Abs(x)), mp.ninf, mp.ninf),
        (1 / log(2 + Abs(x)), 0, 0),
        (x, mp.ninf, mp.inf),
        (exp(x), 0, mp.inf),
        (sqrt(x), None, mp.inf),
        (x * cos(x), None, None),
        (2 + sin(x), None, None),
        (Piecewise((-3, x < 0), (7, True)), -3, 7),
        (-exp(-x), mp.ninf, 0),
    ],
    ids=str,
)
def test_limits_of_all_kinds(formula: Expr, left: object, right: object) -> None:
    reference = Reference(formula)
    # Asked twice, since what was seen is kept, for each side its own.
    assert [reference.limit(side) for side in (-1, 1, -1, 1)] == [left, right, left, right]


def test_what_approaches_a_limit_is_near_it() -> None:
    reference = Reference(2 + 1 / x)
    assert [abs(reference.limit(side) - 2) < mp.mpf(10) ** -300 for side in (1, -1)] == [True] * 2
