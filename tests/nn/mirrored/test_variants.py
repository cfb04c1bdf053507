"""What torch.nn's modules take beyond the catalog, declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from mpmath import mp
from sympy import Rational

from actmath import Activation, catalog
from actmath.derive._formula.derivative import derivative
from actmath.lower import to_mpmath, to_numpy
from actmath.nn._mirrored.variants import (
    clipped_line,
    hard_shrink,
    soft_shrink,
    softplus_with_threshold,
    threshold_unit,
)


def test_a_clipped_line_reaches_its_limits_with_slope_0() -> None:
    line = clipped_line("1/6", "1/2", 0, 1)
    assert [line.value(at) for at in (-4, -3, 0, 3, 4)] == [0, 0, Rational(1, 2), 1, 1]
    assert {kink.point: kink.value for kink in derivative(line).kinks} == {-3: 0, 3: 0}


@pytest.mark.parametrize("given", [(0, 0, 0, 1), (-1, 0, 0, 1), (1, 0, 1, 1), (1, 0, 2, 1)])
def test_a_clipped_line_rises_between_limits_in_order(given: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="needs slope > 0 and lowest < highest"):
        clipped_line(*given)


@pytest.mark.parametrize(("beta", "threshold"), [(1, 20), ("1/2", 3), (4, -1)])
def test_softplus_is_x_above_its_threshold(beta: str | int, threshold: int) -> None:
    unit = softplus_with_threshold(beta, threshold)
    with mp.workdps(30):
        rate = mp.mpf(Rational(beta).p) / Rational(beta).q
        edge = threshold / rate
        for at in (edge - 7, edge - mp.mpf(1) / 1000, edge):
            want = mp.log1p(mp.exp(rate * at)) / rate
            assert abs(to_mpmath(unit)(at) - want) < 1e-28 * max(1, abs(want))
        assert to_mpmath(unit)(edge + 1) == edge + 1
    with pytest.raises(ValueError, match="beta must be positive"):
        softplus_with_threshold(-1, threshold)


def test_softplus_keeps_its_digits_far_left() -> None:
    assert to_numpy(softplus_with_threshold(1, 20))(-700.0) / 9.8596765e-305 == pytest.approx(1)


def test_a_threshold_and_its_slope() -> None:
    unit = threshold_unit("1/2", -3)
    assert [unit.value(at) for at in ("0", "1/2", "3/4")] == [-3, -3, Rational(3, 4)]
    slope = derivative(unit)
    assert [(kink.point, kink.value) for kink in slope.kinks] == [(Rational(1, 2), 0)]
    assert [piece.expr for piece in slope.pieces] == [0, 1]


def test_a_steep_clipped_line_has_its_corners_where_it_reaches_its_limits() -> None:
    line = clipped_line(4, -1, -2, 3)
    assert [line.value(at) for at in (-1, "-1/4", 0, "1/2", 1, 2)] == [-2, -2, -1, 1, 3, 3]
    assert {k.point: k.value for k in derivative(line).kinks} == {Rational(-1, 4): 0, 1: 0}
    said = r"^needs slope > 0 and lowest < highest, got 0, 2 and 3$"
    with pytest.raises(ValueError, match=said):
        clipped_line(0, 5, 2, 3)


@pytest.mark.parametrize("make", [hard_shrink, soft_shrink])
def test_widths_of_shrinking(make: Callable[[object], Activation]) -> None:
    assert make(0) is catalog.identity
    thin = make("1/1000")
    assert [*thin.defaults.values()] == [Rational(1, 1000)]
    inside, outside = thin.value("1/2000"), thin.value("-1/2")
    moved = Rational(1, 1000) if make is soft_shrink else 0
    assert (inside, outside) == (0, moved - Rational(1, 2))
    assert hard_shrink("-1/1000") is catalog.identity
    with pytest.raises(ValueError, match=r"^lambd must not be negative, got -1/1000$"):
        soft_shrink("-1/1000")


@pytest.mark.parametrize("beta", [0, -1, "-1/1000"])
def test_betas_are_positive(beta: object) -> None:
    with pytest.raises(ValueError, match=f"^beta must be positive, got {beta}$"):
        softplus_with_threshold(beta, 20)
    assert softplus_with_threshold("1/1000", 20).name == "softplus"
