"""Fixed points, stability and Lipschitz constants: the papers' claims, and traps on purpose."""

from __future__ import annotations

import math

import pytest
from sympy import (
    AccumBounds,
    EmptySet,
    Expr,
    Interval,
    LambertW,
    Piecewise,
    Rational,
    S,
    exp,
    oo,
    pi,
    sin,
    sqrt,
    tanh,
)
from sympy import erf as sympy_erf

from actmath import Activation, catalog
from actmath.derive import FixedPoint, Stability, lipschitz
from actmath.derive._formula._roots.real_roots import RootRoute
from actmath.derive._iteration.fixed_points import _largest, fixed_points
from actmath.notation import x
from actmath.number import approximate

ATTRACTING, REPELLING = Stability.ATTRACTING, Stability.REPELLING
SEMISTABLE, NEUTRAL = Stability.SEMISTABLE, Stability.NEUTRAL


def only(expr: Expr) -> FixedPoint:
    (point,) = fixed_points(Activation("f", expr)).isolated
    return point


def branches(left: Expr, right: Expr) -> Expr:
    return Piecewise((S(right), x > 0), (S(left), True))


def test_claims_of_the_noisy_paper() -> None:
    """C-NOI-1: 2/3 for hard-sigmoid, about 0.69 (0.659 in truth) for sigmoid, 0 for tanh."""
    (hard,) = fixed_points(catalog.hard_sigmoid).isolated
    assert (hard.x, hard.multiplier, hard.route) == (Rational(2, 3), S(1) / 4, RootRoute.EXACT)
    (soft,) = fixed_points(catalog.sigmoid).isolated
    assert str(soft.x)[:12] == "0.6590460684"
    assert fixed_points(catalog.hard_tanh).continuum == Interval(-1, 1)
    (zero,) = fixed_points(catalog.tanh).isolated
    assert (zero.x, zero.multiplicity, zero.stability) == (0, 3, ATTRACTING)
    assert zero.rate == "algebraic: distance ~ (2/3·n)^(-1/2)"


@pytest.mark.slow
def test_selu_has_a_closed_form_below_zero() -> None:
    low, zero = fixed_points(catalog.selu).isolated
    assert (zero.x, zero.stability, zero.route) == (0, REPELLING, RootRoute.EXACT)
    assert low.x.has(LambertW)
    assert low.stability is ATTRACTING
    assert low.x.evalf(12) == S("-1.2588171640638").evalf(12)


def test_a_jump_takes_the_fixed_point_away_or_leaves_one_side() -> None:
    assert fixed_points(Activation("f", Piecewise((2, x >= 0), (x / 2, True)))).isolated[0].x == 2
    half = Activation("f", Piecewise((x + 1, x > 0), (x / 2, True)))
    (zero,) = fixed_points(half).isolated
    assert (zero.x, zero.stability) == (0, SEMISTABLE)


def test_a_root_on_the_search_grid_is_found() -> None:
    point = only(x + tanh(x - 3))
    assert abs(point.x - 3) < 1e-28
    assert abs(point.multiplier - 2) < 1e-28
    assert point.stability is REPELLING


def test_tangency_is_found() -> None:
    """exp(x − 1) touches the diagonal at 1."""
    point = only(exp(x - 1))
    assert (point.x, point.multiplicity, point.stability) == (1, 2, SEMISTABLE)


def test_none_and_all() -> None:
    assert fixed_points(catalog.softplus).isolated == ()
    assert fixed_points(catalog.softplus).continuum == EmptySet
    assert fixed_points(catalog.identity).continuum == Interval(-oo, oo)
    assert only(S(3)).x == 3


def test_cubic_has_three_exact_points() -> None:
    points = fixed_points(Activation("f", x**3)).isolated
    assert [(p.x, p.stability) for p in points] == [
        (-1, REPELLING),
        (0, ATTRACTING),
        (1, REPELLING),
    ]


@pytest.mark.parametrize(
    ("activation", "constant"),
    [
        (catalog.sigmoid, Rational(1, 4)),
        (catalog.tanh, S.One),
        (catalog.hard_sigmoid, Rational(1, 4)),
        (catalog.hard_swish, Rational(3, 2)),
        (catalog.leaky_relu.with_parameters(a=-3), S(3)),
        (catalog.gelu, sympy_erf(1) / 2 + S.Half + exp(-1) / sqrt(pi)),
        (Activation("square", x**2), oo),
        (Activation("wave", sin(x)), S.One),
        (Activation("growing_wave", x * sin(x)), oo),
        (Activation("step", branches(0, 1)), oo),
        (Activation("sawtooth", branches(x, x - 1)), oo),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_lipschitz_constants_by_hand(activation: Activation, constant: Expr) -> None:
    found = lipschitz(activation)
    assert found.constant == constant or abs((found.constant - constant).evalf(30)) < 1e-25
    assert found.contraction == bool(constant < 1)
    assert found.nonexpansive == bool(constant <= 1)


def test_selu_expands_at_the_kink() -> None:
    found = lipschitz(catalog.selu)
    assert found.attained_at == 0
    assert not found.nonexpansive
    assert float(found.constant) == pytest.approx(1.7580993408473766)


def test_a_slope_that_cannot_be_told_at_the_ends_is_refused() -> None:
    # SymPy's bounds inside something that is infinite at neither of them.
    with pytest.raises(ValueError, match="how steep"):
        _largest(exp(AccumBounds(0, 1), evaluate=False))


@pytest.mark.parametrize(
    ("formula", "slope"),
    [
        ("tanh(30*x)", 120 * math.exp(-60)),
        ("tanh(100*x)", 400 * math.exp(-200)),
        ("1/(1+exp(-300*x))", 300 * math.exp(-300)),
    ],
)
def test_a_slope_whose_digits_cancel_is_not_0(formula: str, slope: float) -> None:
    """Near 1 they are 4a·e^{−2ax} and a·e^{−ax}, to within their squares."""
    point = fixed_points(Activation("steep", formula)).isolated[-1]
    assert float(point.multiplier) == pytest.approx(slope, rel=1e-12, abs=0)
    assert point.rate.startswith("linear: factor ")
    assert float(point.rate.split()[2]) == pytest.approx(slope, rel=1e-8, abs=0)


@pytest.mark.parametrize("formula", ["tanh(1000*x)", "x + sin(x)"])
def test_a_slope_that_may_be_0_is_called_so(formula: str) -> None:
    """4000·e^{−2000} is 1e-865, and 1 + cos π is 0: numerically neither is told from 0."""
    point = fixed_points(Activation("steeper", formula)).isolated[0]
    assert point.multiplier == 0
    assert point.rate == "faster than linear, or by a factor below 1e-10 per step"


@pytest.mark.parametrize("exponent", [16, 40, 200])
def test_the_left_fixed_point_of_a_tall_elu_is_there_once(exponent: int) -> None:
    """α(e^x − 1) = x at 0 and, to all digits, at −α."""
    tall = 10**exponent
    found = fixed_points(catalog.elu.with_parameters(alpha=tall))
    (point,) = found.isolated
    assert abs(approximate(point.x, exponent + 20) + tall) < 1e-9
    assert found.continuum == Interval(0, oo)
