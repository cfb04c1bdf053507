"""Derivatives and their kinks, known by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sympy import (
    Expr,
    Max,
    Piecewise,
    Rational,
    S,
    Symbol,
    cos,
    exp,
    factorial,
    oo,
    pi,
    simplify,
    sin,
    sqrt,
    tanh,
)

from actmath import Activation, Parameter, catalog
from actmath.derive import continuity_class, jumps
from actmath.derive._formula.derivative import Kink, derivative, differ
from actmath.lower import to_numpy
from actmath.notation import a, alpha, lam, x


@pytest.mark.parametrize(
    ("activation", "kinks"),
    [
        (catalog.relu, [(0, 0, 1, 0)]),
        (catalog.abs_, [(0, -1, 1, 0)]),
        (catalog.prelu, [(0, a, 1, a)]),
        (catalog.elu, [(0, alpha, 1, alpha)]),
        (catalog.selu, [(0, alpha * lam, lam, alpha * lam)]),
        (catalog.celu, []),
        (catalog.softsign, []),
        (catalog.relu6, [(0, 0, 1, 0), (6, 1, 0, 0)]),
        (catalog.hard_sigmoid, [(-2, 0, Rational(1, 4), 0), (2, Rational(1, 4), 0, 0)]),
        (catalog.hard_swish, [(-3, 0, -S.Half, 0), (3, 3 * S.Half, 1, 1)]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_kinks_by_hand(activation: Activation, kinks: list[tuple[Expr, ...]]) -> None:
    assert derivative(activation).kinks == tuple(Kink(*map(S, kink)) for kink in kinks)


@pytest.mark.parametrize(
    ("activation", "at", "slope"),
    [
        (catalog.elu, S(-2), exp(-2)),
        (catalog.sigmoid, S.Zero, Rational(1, 4)),
        (catalog.tanh, S.Zero, S.One),
        (catalog.softsign, S(-3), Rational(1, 16)),
        (catalog.arctan, S(2), Rational(1, 5)),
        (catalog.gelu, S.Zero, S.Half),
        (catalog.silu, S.Zero, S.Half),
        (catalog.mish, S.Zero, Rational(3, 5)),
        (catalog.softplus, S.Zero, S.Half),
        (catalog.relu6, S(6), S.Zero),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_values_by_hand(activation: Activation, at: Expr, slope: Expr) -> None:
    found = derivative(activation).expr.subs(activation.defaults).subs(x, at)
    assert simplify(found - slope) == 0


def test_undeclared_kinks_take_the_left_value() -> None:
    plain = Activation("plain", Piecewise((3 * x, x > 0), (x, True)))
    assert derivative(plain).expr.subs(x, 0) == 1
    declared = Activation("declared", plain.expr, at_kinks=((0, 2),))
    assert [derivative(declared).expr.subs(x, at) for at in (-1, 0, 1)] == [1, 2, 3]


def test_a_declared_slope_stands_at_a_break_however_that_is_written() -> None:
    bent = Activation("bent", Max(x, sqrt(3) - 1), at_kinks=((2 / (1 + sqrt(3)), 7),))
    assert [kink.value for kink in derivative(bent).kinks] == [7]
    with pytest.raises(ValueError, match="declares f′ at 1, where its formula has no kink"):
        derivative(Activation("smooth", x**2, at_kinks=((1, 5),)))
    half = Rational(1, 2)
    with pytest.raises(ValueError, match="declares f′ at 1/2 twice: 0 and 1"):
        derivative(Activation("twice", Max(x, half), at_kinks=((half, 0), (half, 1))))


def test_elu_is_smooth_at_alpha_1_alone() -> None:
    """Claim C-ELU-1: f′ is continuous exactly at α = 1."""
    assert continuity_class(catalog.elu, 0) == 1
    assert continuity_class(catalog.elu.with_parameters(alpha="1/2"), 0) == 0
    assert simplify(jumps(catalog.elu, S.Zero, 1) - (1 - alpha)) == 0
    assert jumps(catalog.elu, S.Zero, 0) == 0


@pytest.mark.parametrize("zero", [0, 0.0, "0", S.Zero])
def test_the_point_is_a_number_of_any_type(zero: object) -> None:
    assert continuity_class(catalog.relu, zero) == 0  # type: ignore[arg-type]


def test_smoothness_at_other_points_and_of_jumps() -> None:
    assert continuity_class(catalog.relu, 1) == 4
    assert continuity_class(catalog.celu, 0) == 1
    assert continuity_class(catalog.softsign, 0) == 1
    assert jumps(catalog.relu, S(3), 1) == 0
    step = Activation("step", Piecewise((1, x > 0), (0, True)))
    assert continuity_class(step, 0) == -1
    cubes = Activation("cubes", Piecewise((x**3, x > 0), (-(x**3), True)))
    assert continuity_class(cubes, 0) == 2


def test_it_prints_and_keeps_parameters() -> None:
    slope = Symbol("k", real=True)
    line = Activation("line", slope * x, (Parameter(slope, S(2)),))
    assert derivative(line).expr == slope
    assert "f'(x)" in derivative(catalog.elu)._repr_latex_()
    assert derivative(catalog.elu).pieces[-1].upper == oo


def test_small_slopes_are_two_and_equal_ones_of_other_forms_are_one() -> None:
    small = Rational(1, 10**30)
    assert differ(small, 2 * small)
    assert not differ(sqrt(3 + 2 * sqrt(2)), 1 + sqrt(2))
    assert differ(a, S.One)
    assert not differ((a**2 - 1) / (a - 1), a + 1)


@pytest.mark.parametrize("power", range(6))
def test_powers_that_meet_are_as_smooth_as_their_degree(power: int) -> None:
    """Of xⁿ beside −xⁿ the derivatives below the n-th are 0 at 0, and that one jumps by 2·n!."""
    bent = Activation("bent", Piecewise((x**power, x > 0), (-(x**power), True)))
    for highest in range(7):
        assert continuity_class(bent, 0, highest) == min(power - 1, highest)
    for order in range(7):
        jump = 2 * factorial(power) if order == power else 0
        assert jumps(bent, S.Zero, order) == jump
        assert jumps(bent, Rational(1, 3), order) == 0


def test_each_break_jumps_by_what_is_on_its_right() -> None:
    for at, jump in ((-1, 1), (1, -1), (0, 0)):
        assert jumps(catalog.hard_tanh, S(at), 1) == jump
        assert continuity_class(catalog.hard_tanh, at) == (0 if jump else 4)
    assert jumps(catalog.hard_swish, S(-3), 1) == -S.Half
    assert jumps(catalog.hard_swish, S(3), 1) == -S.Half
    assert jumps(catalog.hard_swish, S(3), 2) == -Rational(1, 3)


def test_the_highest_order_is_0_or_more() -> None:
    assert continuity_class(catalog.relu, 0, 0) == 0
    assert continuity_class(catalog.relu, 7, 0) == 0
    for call in (continuity_class, jumps):
        with pytest.raises(ValueError, match=r"(highest|order) must be"):
            call(catalog.relu, S.Zero, -1)


@pytest.mark.parametrize("name", ["relu6", "elu", "hard_swish", "softsign", "hardshrink", "sqnl"])
def test_pieces_kinks_and_formula_say_one_thing(name: str) -> None:
    """Left and right of each break, by one-sided difference quotients."""
    unit = catalog.get(name)
    if name == "elu":
        # At 1 there is a kink in the formula alone.
        unit = unit.with_parameters(alpha=2)
    found, f, step = derivative(unit), to_numpy(unit), 1e-6
    at_kinks = {float(kink.point.subs(unit.defaults)): kink for kink in found.kinks}
    for left, right in pairwise(found.pieces):
        assert left.upper == right.lower
        place = left.upper.subs(unit.defaults)
        at = float(place)
        one, other = (float(f(at + k * 2 * step) - f(at + k * step)) / (k * step) for k in (-1, 1))
        kink = at_kinks.pop(at, None)
        assert (abs(one - other) > 1e-4) is (kink is not None)
        sides = (left.expr, right.expr) if kink is None else (kink.left, kink.right)
        for side, want in zip(sides, (one, other), strict=True):
            got = side.subs(unit.defaults).subs(x, place)
            assert float(got) == pytest.approx(want, abs=1e-5)
        value = found.expr.subs(unit.defaults).subs(x, place)
        chosen = float(sides[0].subs(unit.defaults).subs(x, place)) if kink is None else kink.value
        assert float(value) == pytest.approx(float(S(chosen).subs(unit.defaults)), abs=1e-12)
    assert at_kinks == {}


@pytest.mark.parametrize("places", [15, 24])
def test_numbers_that_differ_in_their_24th_digit_are_two(places: int) -> None:
    beside = 1 + Rational(1, 10**places)
    for size in (S.One, pi, 10**40 * sqrt(2), sqrt(2) / 10**40):
        assert differ(size, size * beside)
        assert not differ(size, size * (1 + sqrt(2) - sqrt(2)))
        assert differ(-size, size)
    assert differ(S.Zero, S(10) ** -60)
    assert differ(oo, S.One)


def test_a_slope_is_written_by_its_shorter_form() -> None:
    """sin² + cos² of one argument is 1; of 1 − tanh² SymPy makes no shorter one."""
    unit = Activation("turn", x / 2 - sin(2 * x) / 4 + x / 2 + sin(2 * x) / 4)
    assert derivative(unit).expr == 1
    assert derivative(catalog.tanh).expr == 1 - tanh(x) ** 2
    slope = derivative(Activation("double", sin(x) * cos(x))).expr
    assert slope == cos(2 * x)
