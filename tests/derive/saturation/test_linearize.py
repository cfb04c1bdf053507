"""Tangents and hard versions: hard sigmoid and hard tanh must come out, not be typed."""

from __future__ import annotations

from random import Random

import pytest
from sympy import Abs, Expr, Max, Min, Piecewise, Rational, S, exp, log, oo, pi, sin

from actmath import Activation, catalog
from actmath.derive import harden
from actmath.derive._formula.pieces import pieces
from actmath.derive._saturation.linearize import linearize
from actmath.lower import to_numpy
from actmath.notation import alpha, x


@pytest.mark.parametrize(
    ("soft", "hard", "thresholds"),
    [
        (catalog.sigmoid, catalog.hard_sigmoid, (-2, 2)),
        (catalog.tanh, catalog.hard_tanh, (-1, 1)),
    ],
    ids=["sigmoid", "tanh"],
)
def test_the_catalog_hard_units_are_derived(
    soft: Activation, hard: Activation, thresholds: tuple[int, int]
) -> None:
    found = harden(soft)
    assert pieces(found.expr) == pieces(hard.expr)
    assert (found.left_threshold, found.right_threshold) == thresholds


@pytest.mark.parametrize(
    ("activation", "at", "bottom", "top", "thresholds"),
    [
        (catalog.arctan, 0, -pi / 2, pi / 2, (-pi / 2, pi / 2)),
        (catalog.softsign, 0, S(-1), S(1), (-1, 1)),
        (catalog.softplus, 0, S.Zero, None, (-2 * log(2), None)),
        (catalog.silu, 0, S.Zero, None, (0, None)),
        (catalog.elu, 1, -alpha, None, (-alpha, None)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_hard_versions_by_hand(
    activation: Activation, at: int, bottom: Expr, top: Expr | None, thresholds: tuple[Expr, ...]
) -> None:
    found = harden(activation, at)
    assert (found.bottom, found.top) == (bottom, top)
    for got, want in zip((found.left_threshold, found.right_threshold), thresholds, strict=True):
        assert got == want or got.equals(want)


def test_a_falling_function_is_clipped_the_other_way_round() -> None:
    falling = Activation("falling", 1 / (1 + exp(x)))
    found = harden(falling)
    assert (found.bottom, found.top) == (0, 1)
    assert (found.left_threshold, found.right_threshold) == (-2, 2)
    assert [found.expr.subs(x, at) for at in (-5, 0, 5)] == [1, Rational(1, 2), 0]


@pytest.mark.parametrize(
    "activation",
    [catalog.identity, Activation("wave", sin(x)), Activation("bump", exp(-(x**2)))],
    ids=lambda f: f.name,
)
def test_what_has_no_hard_version(activation: Activation) -> None:
    with pytest.raises(ValueError, match=f"{activation.name} has no hard version at 0"):
        harden(activation)


@pytest.mark.parametrize("activation", [catalog.relu, catalog.abs_, catalog.elu, catalog.selu])
def test_no_tangent_at_a_kink(activation: Activation) -> None:
    with pytest.raises(ValueError, match="kink at 0"):
        linearize(activation)


def test_no_tangent_at_a_jump() -> None:
    step = Activation("step", Piecewise((x + 1, x > 0), (x, True)))
    with pytest.raises(ValueError, match="kink at 0"):
        linearize(step)


@pytest.mark.parametrize(
    ("activation", "at", "tangent"),
    [
        (catalog.sigmoid, 0, x / 4 + Rational(1, 2)),
        (catalog.tanh, "0", x),
        (catalog.celu, 0, x),
        (catalog.softsign, 0.0, x),
        (catalog.relu, -2, S.Zero),
        (catalog.softplus, 0, log(2) + x / 2),
        (catalog.arctan, 1, pi / 4 + (x - 1) / 2),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_tangents_by_hand(activation: Activation, at: object, tangent: Expr) -> None:
    found = linearize(activation, at)  # type: ignore[arg-type]
    assert (found.expr - tangent).expand() == 0
    assert found.expr.subs(x, found.point) == found.value


@pytest.mark.parametrize("at", ["nan", float("inf"), oo, None, "x"])
def test_the_point_must_be_a_number(at: object) -> None:
    with pytest.raises((ValueError, TypeError), match="point of linearization"):
        linearize(catalog.tanh, at)  # type: ignore[arg-type]


def test_the_result_prints() -> None:
    assert "u(x)" in linearize(catalog.tanh)._repr_latex_()
    assert "h(x)" in harden(catalog.tanh)._repr_latex_()
    assert not harden(catalog.tanh).expr.has(Abs)
    assert harden(catalog.tanh).expr.has(Max, Min)


@pytest.mark.parametrize(
    "unit", [catalog.elu, catalog.squareplus, catalog.isru, catalog.swish_beta, catalog.sinlu]
)
def test_the_sign_of_a_slope_with_parameters_is_that_at_the_defaults(unit: Activation) -> None:
    """Left of 0, where the slope is a formula of the parameters without a sign of its own."""
    found = harden(unit, -1)
    low, high = (found.expr.subs(unit.defaults).subs(x, at) for at in (-50, 50))
    slope = found.linearization.slope.subs(unit.defaults)
    assert (low < high) == (slope > 0)


def test_a_slope_that_is_almost_0_is_told_from_0_or_refused() -> None:
    with pytest.raises(ValueError, match="cannot be told from 0"):
        harden(Activation("steep", "tanh(1000*(x - 73/10))"))
    slow = harden(Activation("slow", "tanh(x/1000000)"))
    assert slow.linearization.slope == Rational(1, 10**6)


@pytest.mark.parametrize("name", ["tanh", "silu", "elu", "hard_tanh", "squareplus"])
def test_tangents_touch_the_function(name: str) -> None:
    """Value and slope at a place drawn by chance, by a central difference."""
    unit, draw = catalog.get(name), Random(name)
    f, step = to_numpy(unit), 1e-5
    for _ in range(4):
        at = draw.randint(-900, 900) / 301
        found = linearize(unit, at)
        assert float(found.point) == at
        values = {**unit.defaults}
        assert float(found.value.subs(values)) == pytest.approx(float(f(at)), abs=1e-12)
        slope = float(f(at + step) - f(at - step)) / (2 * step)
        assert float(found.slope.subs(values)) == pytest.approx(slope, abs=1e-8)
        beside = float(found.expr.subs(values).subs(x, at + step))
        assert beside == pytest.approx(float(f(at + step)), abs=1e-9)


def test_between_two_kinks_the_end_of_a_piece_is_not_its_inside() -> None:
    for at, slope in ((-3, 0), (0, S.One / 4), (3, 0)):
        assert linearize(catalog.hard_sigmoid, at).slope == slope
    for at in (-2, 2):
        with pytest.raises(ValueError, match=f"hard_sigmoid has a kink at {at}: there is no"):
            linearize(catalog.hard_sigmoid, at)


def test_a_bend_without_a_jump_of_value_or_of_slope_alone_is_told() -> None:
    """Values differ at one break, slopes at the other."""
    unit = Activation("two", Piecewise((x, x < 0), (x + 1, x < 1), (2 * x, True)))
    for at in (0, 1):
        with pytest.raises(ValueError, match=f"kink at {at}"):
            linearize(unit, at)
    smooth = Activation("smooth", Piecewise((-(x**2), x < 0), (x**2, True)))
    assert linearize(smooth).expr == 0


def test_a_limit_on_the_right_alone_is_a_top_alone() -> None:
    found = harden(Activation("capped", x / (1 + exp(x)) + 2), at=-1)
    assert (found.bottom, found.top) == (None, 2)
    assert (found.left_threshold, found.right_threshold is None) == (None, False)
    u = found.linearization.expr
    assert (u.subs(x, found.right_threshold) - 2).simplify() == 0
    assert found.expr.subs(x, 50) == 2
    assert found.expr.subs(x, -50) == u.subs(x, -50)


def test_a_level_tangent_has_no_hard_version_though_there_are_limits() -> None:
    with pytest.raises(ValueError, match="relu has no hard version at -2"):
        harden(catalog.relu, -2)
    with pytest.raises(ValueError, match="square has no hard version at 1"):
        harden(Activation("square", x**2), 1)
