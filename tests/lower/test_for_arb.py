"""Ball versions: every value at every point of the ball is inside, pieces and kinks included."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from mpmath import mp
from sympy import (
    CRootOf,
    E,
    Eq,
    Expr,
    Float,
    Integer,
    Piecewise,
    Rational,
    Symbol,
    erfc,
    exp,
    pi,
    sin,
    sqrt,
)

from actmath import Activation, catalog
from actmath.derive import breakpoints
from actmath.lower import to_arb, to_mpmath
from actmath.lower._for_arb import _as_enclosed, arb_function, arb_number, ball
from actmath.notation import x

NAMES = sorted(catalog.CATALOG)
BALLS = [(0, 1), (0.5, 0.25), (-3, 0.125), (2, 3), (-60, 1), (100, 0.0625), (0, 0), (1, 0), (3, 0)]


def as_arb(value: mp.mpf) -> arb:
    """An mpf, exactly."""
    sign, mantissa, exponent, _ = value._mpf_
    return arb(int(-mantissa if sign else mantissa)) * arb(2) ** int(exponent)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_every_point_of_the_ball_is_covered(name: str, order: int) -> None:
    activation = catalog.get(name)
    lowered, exact = to_arb(activation, order), to_mpmath(activation, order)
    for middle, radius in BALLS:
        found = lowered(arb(middle, radius))
        assert found.is_finite()
        for share in (-1, -0.5, 0, 0.3125, 1):
            with mp.workdps(40):
                value = as_arb(exact(mp.mpf(middle) + radius * mp.mpf(share)))
            assert found.overlaps(value * arb(1, 1e-35)), (middle, radius, share)


@pytest.mark.parametrize("name", NAMES)
def test_points_give_narrow_balls(name: str) -> None:
    found = to_arb(catalog.get(name))(arb(fmpq(7, 10)))
    assert found.rad() <= 1e-14 * (1 + abs(found.mid()))


@pytest.mark.parametrize("name", NAMES)
def test_both_sides_of_every_break_are_in(name: str) -> None:
    activation = catalog.get(name)
    lowered = to_arb(activation, 1)
    for point in breakpoints(activation.formula()):
        middle, width = arb_number(point), arb(fmpq(1, 8))
        both = lowered(middle.union(middle + width).union(middle - width))
        assert both.contains(lowered(middle + width).mid())
        assert both.contains(lowered(middle - width).mid())


@pytest.mark.slow
def test_the_trap_of_an_undecided_comparison() -> None:
    """A ball around 0 is neither > 0 nor ≤ 0: Python's conditional takes the last branch."""
    wide = arb(0, 1)
    naive = wide if wide > 0 else arb(0)
    assert naive == 0
    found = to_arb(catalog.relu)(wide)
    assert found.contains(arb(1))
    assert found.contains(arb(0))


def test_a_decimal_is_not_a_double() -> None:
    assert not arb(0.1).contains(arb(fmpq(1, 10)))
    assert ball(Fraction(1, 10), Fraction(1, 10)).contains(arb(fmpq(1, 10)))


def test_numbers_gain_digits_with_the_precision() -> None:
    expr = sqrt(2 / pi) / (1 - exp(Rational(1, 2)) * erfc(1 / sqrt(2))) + E ** Rational(1, 3)
    with ctx.workprec(300):
        found = arb_number(expr)
        assert found.rad() < arb(10) ** -80
        with mp.workdps(100):
            assert found.overlaps(as_arb(mp.mpf(expr.evalf(100))) * arb(1, 1e-95))


def test_the_root_of_a_polynomial_is_inside() -> None:
    with ctx.workprec(300), mp.workdps(100):
        found = arb_number(CRootOf(x**5 - x - 1, 0))
        assert found.rad() < arb(10) ** -89
        assert found.overlaps(as_arb(mp.findroot(lambda t: t**5 - t - 1, 1.17)) * arb(1, 1e-95))


def test_a_program_keeps_rationals_exact_at_any_precision() -> None:
    step = Symbol("step")
    third = arb_function([x], [(step, x / 3)], [step - x * Rational(1, 3), step**-2])
    for bits in (64, 400):
        with ctx.workprec(bits):
            difference, power = third(arb(7))
            assert abs(difference) < arb(2) ** (8 - bits)
            assert power.contains(arb(fmpq(9, 49)))


def test_squares_of_balls_around_zero_are_not_negative() -> None:
    (found,) = arb_function([x], (), [1 / (1 + x**2)])(arb(0, 1))
    assert found.is_finite()
    assert not found.contains(arb(2))


def test_parameters_are_numbers_or_balls() -> None:
    lowered = to_arb(catalog.elu)
    assert lowered(arb(-1), alpha=2).overlaps(2 * lowered(arb(-1)))
    wide = lowered(arb(-1), alpha=ball(Fraction(1), Fraction(2)))
    assert wide.contains(lowered(arb(-1), alpha="1.5").mid())
    with pytest.raises(ValueError, match="alpha"):
        lowered(arb(1), alpha=-1)


@pytest.mark.parametrize("bad", [arb("nan"), arb.pos_inf()])
def test_what_is_not_finite_is_refused(bad: arb) -> None:
    with pytest.raises(ValueError, match="finite ball"):
        to_arb(catalog.relu)(bad)


def test_where_a_value_is_stated_a_number_has_no_other() -> None:
    """sin(x)/x has none at 0, so that a union with it would be everything."""
    wave = to_arb(Activation("wave", Piecewise((1, Eq(x, 0)), (sin(x) / x, True))))
    assert wave(arb(0)) == 1
    assert wave(arb(0, 1)).contains(arb(1))


@pytest.mark.parametrize("given", [None, True])
def test_nothing_and_truth_values_are_no_balls(given: object) -> None:
    with pytest.raises(TypeError, match="selu needs a ball or a number, got"):
        to_arb("selu")(given)


@pytest.mark.parametrize("bits", [53, 250])
@pytest.mark.parametrize(
    "expr",
    [
        *(Rational(-22, 7), pi, E, pi + E + Rational(1, 3), 2 * pi * E / 7, pi**3, pi**-2),
        *(sqrt(pi), pi ** Rational(-3, 2), pi ** Rational(1, 3), pi**E, exp(pi), erfc(pi)),
        *(sin(E) * (1 + sqrt(2)), CRootOf(x**3 - 2, 0), CRootOf(x**5 - x - 1, 0) * pi),
    ],
    ids=str,
)
def test_numbers_of_each_kind_are_narrow_and_right(expr: Expr, bits: int) -> None:
    with ctx.workprec(bits), mp.workprec(400):
        found = arb_number(expr)
        assert found.overlaps(as_arb(mp.mpf(expr.evalf(110))) * arb(1, 1e-100))
        assert found.rad() <= abs(found.mid()) * arb(2) ** (6 - bits)


def test_a_float_stands_for_all_that_differs_in_its_last_bits() -> None:
    number = Float("1.25", 30)
    with ctx.workprec(300):
        found = arb_number(number)
        size = 1.25 * arb(2) ** (6 - number._prec)
        assert found.contains(arb(fmpq(5, 4)) + size)
        assert found.contains(arb(fmpq(5, 4)) - size)
        assert found.rad() <= size * 1.01
        assert arb_number(-number).contains(arb(fmpq(-5, 4)) - size)


@pytest.mark.parametrize(("lower", "upper"), [(1, 2), (-3, -1), (0, 0)])
def test_the_ball_around_an_interval_is_the_smallest(lower: int, upper: int) -> None:
    found = ball(Fraction(lower, 3), arb(upper) / 3)
    for end in (lower, upper):
        assert found.overlaps(arb(fmpq(end, 3)))
    assert float(found.rad()) == pytest.approx((upper - lower) / 6, rel=1e-6, abs=1e-15)


@pytest.mark.parametrize(
    ("formula", "low", "high", "least", "most"),
    [
        # Each result: the smallest and the largest value there, by hand.
        ("where(x < 0, -x, 3*x)", -1, 2, 0, 6),
        ("where(x < 0, -x, 3*x)", 1, 2, 3, 6),
        ("where(x < 0, 5, x)", -1, 2, 0, 5),
        ("where(x < 0, 5, x)", -2, -1, 5, 5),
        ("where(x < -1, -1, where(x < 1, x, 1))", -9, 9, -1, 1),
        ("where(x < -1, -1, where(x < 1, x, 1))", 2, 9, 1, 1),
        ("where(x < -1, -1, where(x < 1, x, 1))", 0, 9, 0, 1),
        ("1/(1 + x**2)", -3, 3, 0.1, 1),
    ],
)
def test_the_values_of_touched_pieces_are_united_and_no_others(
    formula: str, low: int, high: int, least: float, most: float
) -> None:
    found = to_arb(Activation("pieced", formula))(ball(Fraction(low), Fraction(high)))
    assert float(found.lower()) == pytest.approx(least, abs=1e-6)
    assert float(found.upper()) == pytest.approx(most, abs=1e-6)


def test_a_quotient_of_what_may_be_0_is_taken_by_halves() -> None:
    """1/((x − 3/2)² + 1/4) on [1/2, 5/2]: multiplied out, only the halves show no 0 below."""
    (found,) = arb_function([x], (), [1 / (x**2 - 3 * x + Rational(5, 2))])(arb(1.5, 1))
    assert not found.is_finite()
    wide = to_arb(Activation("halves", "1/(x**2 - 3*x + 5/2)"))(arb(1.5, 1))
    assert wide.is_finite()
    for at in (0.5, 1.0, 1.5, 2.5):
        assert wide.contains(1 / ((arb(at) - 1.5) ** 2 + 0.25))


def test_lists_of_results_share_what_is_named_and_precision_is_that_of_the_call() -> None:
    half, root = Symbol("half"), Symbol("root")
    program = arb_function(
        [x],
        [(half, Rational(1, 2)), (root, sqrt(x) + half)],
        [root**2, half, Integer(3), sqrt(2) * x],
    )
    for bits in (53, 300):
        with ctx.workprec(bits):
            found = program(arb(4))
            want = [arb(fmpq(25, 4)), arb(0.5), arb(3), arb(32).sqrt()]
            assert all(one.overlaps(other) for one, other in zip(found, want, strict=True))
            assert found[3].rad() <= arb(2) ** (6 - bits)


def test_what_is_read_as_a_number_with_a_radius() -> None:
    found = _as_enclosed(arb(0.75, 0.25))
    assert found.value == 0.75
    assert 0.25 <= found.radius < 0.2500001
    nothing = _as_enclosed(arb.pos_inf())
    assert (nothing.value, nothing.radius) == (0, mp.inf)
