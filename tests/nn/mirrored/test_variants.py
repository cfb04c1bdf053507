"""What torch.nn's modules take beyond the catalog, declared."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Rational

from actmath.derive._formula.derivative import derivative
from actmath.lower import to_mpmath, to_numpy
from actmath.nn._mirrored.variants import clipped_line, softplus_with_threshold


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
