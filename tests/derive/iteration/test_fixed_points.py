"""Fixed points, stability and Lipschitz constants: the papers' claims, and traps on purpose."""

from __future__ import annotations

import math

import pytest
from sympy import (
    AccumBounds,
    EmptySet,
    Eq,
    Expr,
    Interval,
    LambertW,
    Piecewise,
    Rational,
    S,
    Union,
    exp,
    oo,
    pi,
    sign,
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


@pytest.mark.slow
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


def test_rows_name_each_point_and_the_intervals() -> None:
    found = fixed_points(Activation("bent", Piecewise((x / 2 - 1, x < 2), (3 * x - 12, True))))
    assert [point.x for point in found.isolated] == [-2, 6]
    rows = dict(found.rows())
    assert list(rows) == ["isolated[0]", "isolated[1]", "continuum"]
    assert (
        rows["isolated[0]"] == "x = -2, slope 1/2: attracting, linear: factor 0.5000000000 per step"
    )
    assert rows["isolated[1]"] == "x = 6, slope 3: repelling, not approached from every side"
    assert rows["continuum"] == "EmptySet"
    (zero,) = fixed_points(Activation("kink", Piecewise((-x / 3, x < 0), (x / 2, True)))).isolated
    assert zero.caption().startswith("x = 0, slope -1/3 | 1/2: attracting, linear: factor 0.5")
    assert zero.multiplier == S.Half
    (zero,) = fixed_points(Activation("kink", Piecewise((-x, x < 0), (x / 2, True)))).isolated
    assert zero.multiplier == -1


@pytest.mark.parametrize(
    ("formula", "points"),
    [
        (Piecewise((x + 1, x < 0), (x / 2, x < 3), (x - 5, True)), [0]),
        (Piecewise((-2, x < 0), (x**2, True)), [-2, 0, 1]),
        (Piecewise((5, x <= 0), (x / 2 + 2, True)), [4]),
        (Piecewise((x / 2, x < 0), (7, x < 4), (x - 1, True)), []),
        (Piecewise((x, x < -1), (0, x < 2), (x, x < 3), (9 - 2 * x, True)), [0]),
        (sign(x) + x / 2, [-2, 0, 2]),
    ],
    ids=str,
)
def test_points_of_functions_that_jump(formula: Expr, points: list[int]) -> None:
    """At a jump the value itself decides: x = f(x) there, or not."""
    found = fixed_points(Activation("jumping", formula))
    assert [point.x for point in found.isolated] == points
    for point in points:
        assert formula.subs(x, point) == point


def test_a_value_between_both_sides_of_a_jump_is_left_at_once() -> None:
    """sgn 0 is 0, and from anywhere beside it iteration goes to ±2."""
    low, zero, high = fixed_points(Activation("jumping", sign(x) + x / 2)).isolated
    assert (zero.stability, zero.route) == (REPELLING, RootRoute.EXACT)
    assert low.stability is high.stability is ATTRACTING
    own = Piecewise((7, Eq(x, 7)), (1, x > 7), (0, True))
    assert [point.x for point in fixed_points(Activation("own", own)).isolated] == [0, 7]
    continued = fixed_points(
        Activation(
            "bent",
            Piecewise(
                (sqrt(2) - (x - sqrt(2)) / 3, x > sqrt(2)), (x * sqrt(2) / 2 + sqrt(2) - 1, True)
            ),
        )
    )
    assert [point.x for point in continued.isolated] == [sqrt(2)]


def test_what_stands_still_is_all_of_each_interval() -> None:
    formula = Piecewise((x, x < -1), (-1, x < 0), (x / 3, x < 3), (x - 2, x < 4), (x, True))
    found = fixed_points(Activation("stairs", formula))
    assert found.continuum == Union(Interval(-oo, -1), Interval(4, oo))
    assert [point.x for point in found.isolated] == [0]


@pytest.mark.parametrize(
    ("formula", "constant", "place", "route"),
    [
        ("1/(1 + exp(-x))", Rational(1, 4), 0, "exact"),
        ("1/(1 + exp(2 - x))", Rational(1, 4), 2, "numeric"),
        ("max(x/2, -3*x)", 3, 0, "exact"),
        ("max(x/2, min(-3*x, 5))", 3, Rational(-5, 3), "exact"),
        ("x/(1 + abs(x))", 1, 0, "exact"),
        ("x**3/3 - x", oo, None, "exact"),
        ("5", 0, None, "exact"),
        ("-4*x", 4, None, "exact"),
        ("where(x > 1, x + 1, x)", oo, 1, "exact"),
    ],
)
def test_where_a_function_is_steepest(
    formula: str, constant: Expr, place: Expr | None, route: str
) -> None:
    found = lipschitz(Activation("steep", formula))
    assert found.constant == constant or abs((found.constant - constant).evalf(25)) < 1e-20
    if place is None:
        assert found.attained_at is None
    else:
        assert found.attained_at is not None
        assert abs((found.attained_at - place).evalf(25)) < 1e-20
    assert str(found.route) == route
    assert found.contraction is bool(constant < 1)
    assert found.nonexpansive is bool(constant <= 1)


def test_all_of_the_line_is_searched_for_points_of_a_sine() -> None:
    found = fixed_points(catalog.sine)
    assert found.searched == Interval(-oo, oo)
    assert found.rows()[-1] == ("continuum", "EmptySet")


def test_of_a_piece_without_end_waves_are_searched_for_a_while() -> None:
    formula = Piecewise((x + sin(x), x > 1), (x / 2, True))
    found = fixed_points(Activation("one_sided", formula))
    assert found.searched.inf == -oo
    assert float(found.searched.sup) == pytest.approx(402.1238596594935)
    assert [float(p.x) for p in found.isolated[1:]] == pytest.approx(
        [k * math.pi for k in range(1, 129)]
    )
