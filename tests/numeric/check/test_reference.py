"""The reference beside twins that were typed by hand, at every magnitude; its limits and kinks."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Abs, Expr, Max, cos, cosh, exp, log, sign, sin, sqrt

from actmath.notation import x
from actmath.numeric._check.reference import NOTHING, Reference

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
