"""Which activation has which closed form, recognized by its formula."""

from __future__ import annotations

import math

import pytest
from mpmath import mp
from sympy import Expr, Piecewise, Rational, exp

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._digits import quadrature
from actmath.numeric._gaussian._rules.calibration import calibrate
from actmath.numeric._gaussian.choice import closed_form_of, moment_method
from actmath.numeric._gaussian.clipped_line import ClippedLine
from actmath.numeric._gaussian.evaluate import gaussian
from actmath.numeric._gaussian.exponential_unit import ExponentialUnit
from actmath.numeric._gaussian.two_slopes import TwoSlopes

from .oracle import worst

FORMS = {
    "relu": TwoSlopes(0.0, 0.0, 0.0, 1.0),
    "abs": TwoSlopes(0.0, 0.0, -1.0, 1.0),
    "identity": TwoSlopes(0.0, 0.0, 1.0, 1.0),
    "shifted_relu": TwoSlopes(-1.0, -1.0, 0.0, 1.0),
    "relu6": ClippedLine(0.0, 6.0, 0.0, 1.0),
    "hard_sigmoid": ClippedLine(-2.0, 2.0, 0.0, 0.25),
    "elu": ExponentialUnit(1.0, 1.0, 1.0),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_catalogs_forms(name):
    assert closed_form_of(catalog.get(name)) == FORMS[name]
    assert moment_method(catalog.get(name)) == FORMS[name]


def test_a_falling_branch_keeps_its_digits():
    """elu's closed form would be wrong by a factor here."""
    falling = Activation("falling", Piecewise((x, x > 0), (1 - exp(x), True)))
    at = [(0.1, 0.25), (-0.3, 0.25), (0.0, 0.4)]
    errors = worst(
        moment_method(falling),
        lambda z: z if z > 0 else -mp.expm1(z),
        lambda z: 1 if z > 0 else -mp.exp(z),
        at,
        [0],
    )
    assert max(errors.values()) < 1e-14


def test_parameters_go_into_the_form():
    assert closed_form_of(catalog.elu.with_parameters(alpha=3)) == ExponentialUnit(3.0, 1.0, 1.0)
    assert closed_form_of(catalog.prelu.with_parameters(a=-2)) == TwoSlopes(0.0, 0.0, -2.0, 1.0)


@pytest.mark.parametrize(
    "formula",
    [
        Piecewise((x, x > 0), (x - 1, True)),
        Piecewise((x**2, x > 0), (0, True)),
        Piecewise((x, x > 0), (exp(x), True)),
        Piecewise((x, x > 0), (1 - exp(x), True)),
        Piecewise((x, x > 1), (exp(x) - 1, True)),
        Piecewise((1, x > 1), (x, x > -1), (-2, True)),
        Piecewise((0, x > 1), (x, x > 0), (0, True)),
        Piecewise((2, x > 2), (x, x > 0), (2 * x, x > -1), (-2, True)),
    ],
    ids=str,
)
def test_near_misses_are_sampled(formula):
    """Jumps, curves, an offset, a falling branch, another kink, three slopes."""
    own = Activation("own", formula)
    assert closed_form_of(own) is None
    assert moment_method(own) is calibrate(own)


def test_closed_forms_are_recognized_by_their_formula_not_their_name():
    mine = Activation("mine", 2 * Piecewise((3 * x, x > 0), (exp(x / 2) - 1, True)))
    form = closed_form_of(mine)
    assert form is not None
    got = gaussian(mine, 0.3, 2.0)
    with mp.workdps(30):
        first, second, _, _ = quadrature.expectations(mine, mp.mpf(0.3), mp.mpf(2))
        assert abs(got.mean - first) < 1e-14
        assert abs(got.variance / (second - first**2) - 1) < 1e-14


@pytest.mark.parametrize("level", [1, -2, Rational(1, 3)])
def test_a_level_and_a_line_with_a_jump_between(level: Expr) -> None:
    """At N(0, 1): level/2 + φ(0) for the mean, (level² + 1)/2 for the mean square."""
    unit = Activation("broken", Piecewise((level, x < 0), (x, True)))
    assert closed_form_of(unit) is None
    at = gaussian(unit, 0.0, 1.0)
    assert float(at.mean) == pytest.approx(float(level) / 2 + (2 * math.pi) ** -0.5, rel=1e-13)
    assert float(at.second) == pytest.approx((float(level) ** 2 + 1) / 2, rel=1e-13)
    assert float(at.derivative_second) == pytest.approx(0.5, rel=1e-13)


@pytest.mark.parametrize(
    ("formula", "form"),
    [
        (5 - 2 * x, TwoSlopes(0.0, 5.0, -2.0, -2.0)),
        (Piecewise((1 - x, x < 3), (4 * x - 14, True)), TwoSlopes(3.0, -2.0, -1.0, 4.0)),
        (Piecewise((4, x < -3), (1 - x, x < 2), (-1, True)), ClippedLine(-3.0, 2.0, 4.0, -1.0)),
        (Piecewise((-1, x < 0), (2 * x - 1, x < 5), (9, True)), ClippedLine(0.0, 5.0, -1.0, 2.0)),
        # 6·(e^{x/2} − 1) and 4x: alpha = 6·(1/2)/4, the width 2, and the scale 4·2.
        (Piecewise((6 * exp(x / 2) - 6, x < 0), (4 * x, True)), ExponentialUnit(0.75, 2.0, 8.0)),
        (
            Piecewise((exp(3 * x) / 2 - Rational(1, 2), x < 0), (x, True)),
            ExponentialUnit(1.5, 1 / 3, 1 / 3),
        ),
    ],
    ids=range(6),
)
def test_numbers_of_a_form_by_hand(formula: Expr, form: object) -> None:
    found = closed_form_of(Activation("own", formula))
    assert type(found) is type(form)
    assert vars(found) == pytest.approx(vars(form), rel=1e-15)


@pytest.mark.parametrize(
    "formula",
    [
        # An exponential that decays to the left of 0, or falls on the right; one that is no unit's.
        Piecewise((2 * x, x > 0), (exp(-x) - 1, True)),
        Piecewise((-x, x > 0), (exp(x) - 1, True)),
        Piecewise((-x, x > 0), (1 - exp(-x), True)),
        Piecewise((0, x > 0), (exp(x) - 1, True)),
        Piecewise((x, x > 0), (exp(x) - 1 + x, True)),
        Piecewise((x, x > 0), (exp(x**2) - 1, True)),
        Piecewise((x + 1, x > 0), (exp(x), True)),
        Piecewise((x, x > 0), (2 * exp(x) - 1, True)),
        Piecewise((x**2, x > 0), (exp(x) - 1, True)),
        # Three pieces of which one is no line; a jump at one end only.
        Piecewise((1, x > 1), (x**3, x > 0), (0, True)),
        Piecewise((x**2, x > 1), (x, x > 0), (0, True)),
        Piecewise((1, x > 1), (x, x > 0), (x**2, True)),
        Piecewise((1, x > 1), (x, x > 0), (-1, True)),
        Piecewise((2, x > 1), (x, x > 0), (0, True)),
    ],
    ids=range(14),
)
def test_more_near_misses_are_sampled(formula: Expr) -> None:
    assert closed_form_of(Activation("own", formula)) is None


@pytest.mark.parametrize(
    "formula",
    [
        Piecewise((-x, x < -1), (x + 2, x < 1), (3, True)),
        Piecewise((-3, x < -1), (3 * x, x < 1), (x + 2, True)),
    ],
    ids=["left", "right"],
)
def test_a_clipped_line_with_a_sloping_side_is_no_clipped_line(formula: Expr) -> None:
    """E f and Var f by mpmath: a line where a plateau was taken for granted would be seen."""
    unit = Activation("sloping", formula)
    found = gaussian(unit, 0.5, 1.5)
    with mp.workdps(30):
        first, second, _, square = quadrature.expectations(unit, mp.mpf(0.5), mp.mpf(1.5))
        assert abs(found.mean / first - 1) < 1e-13
        assert abs(found.variance / (second - first**2) - 1) < 1e-13
        assert abs(found.derivative_second / square - 1) < 1e-13
