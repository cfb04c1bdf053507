"""Where zeros are looked for: as fine as the waves, out to the scales of the numbers."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from sympy import EmptySet, Expr, Integer, Interval, S, cos, exp, log, oo, sin, tanh

from actmath.derive._formula._roots.search_points import search_points, searched
from actmath.notation import x

DRAW = random.Random(5)


def floats(expr: Expr, lower: Expr = -oo, upper: Expr = oo) -> list[float]:
    return [float(point) for point in search_points(expr, lower, upper)]


@pytest.mark.parametrize("rate", [1, 7, 399, *(DRAW.randrange(2, 400) for _ in range(4))])
def test_each_half_wave_has_several_points(rate: int) -> None:
    points = floats(sin(rate * x) + x)
    widest = max(b - a for a, b in pairwise(points))
    assert widest < 1.0001 * math.pi / (4 * rate)
    assert points[-1] >= 1
    assert points == [-point for point in reversed(points)]


def test_a_finite_interval_holds_its_ends() -> None:
    points = floats(exp(x), S(3), S(4))
    assert (points[0], points[-1]) == (3, 4)
    assert max(b - a for a, b in pairwise(points)) <= 1 / 64


def test_waves_on_a_short_interval_may_be_fast() -> None:
    rate = Integer(10) ** 30
    points = floats(cos(rate * x), S.Zero, 40 / rate)
    assert len(points) > 4 * 40 / math.pi
    # More waves than the fewest points would show.
    assert len(floats(cos(rate * x), S.Zero, 600 / rate)) > 8 * 600 / (2 * math.pi)
    with pytest.raises(NotImplementedError, match=r"a wave of length 6\.28e-30 has more zeros"):
        search_points(cos(rate * x), S.Zero, S.One)


@pytest.mark.parametrize("size", [1e-30, 1e12, 1e200], ids=str)
def test_a_formula_bends_at_the_scale_of_its_numbers(size: float) -> None:
    number = S(size)
    at_scale = [point * size for point in floats(1 / (1 + exp(-number * x)))]
    assert sum(0.01 < point < 100 for point in at_scale) >= 6
    logarithm = abs(math.log(size))
    beside = floats(log(1 + number * exp(x)))
    assert sum(logarithm - 3 < point < logarithm + 3 for point in beside) >= 20


def test_an_exponential_of_an_exponential_is_not_looked_at_far_out() -> None:
    """e^(e^x) at 2⁴⁰ would fill the memory."""
    for number in (S(1e-9), S(1e-200)):
        assert max(floats(exp(-exp(x)) - number)) <= 256
    assert max(floats(exp(-x) - S(1e-9))) > 2**60


@pytest.mark.parametrize("rate", [1, *(DRAW.randrange(2, 400) for _ in range(3))])
def test_what_is_searched_goes_as_far_as_the_points(rate: int) -> None:
    wave = x * sin(rate * x) + 1
    points = floats(wave)
    where = searched(wave, -oo, oo)
    # One point lies beyond: a zero at the end is between two.
    assert (float(where.inf), float(where.sup)) == pytest.approx((points[1], points[-2]), rel=1e-12)
    assert points[0] < where.inf
    assert points[-1] > where.sup
    assert searched(wave, S.Zero, oo).inf == 0
    assert searched(wave, Integer(10) ** 6, oo) == EmptySet
    assert searched(wave, S.Zero, S.One) == Interval(0, 1)


def test_all_is_searched_where_there_are_no_waves_or_a_line_outgrows_them() -> None:
    assert searched(tanh(x) - x / 2, -oo, oo) == S.Reals
    assert searched(400 * sin(x) - x, -oo, oo) == S.Reals
    # These cross farther out than the points go.
    assert searched(500 * sin(x) - x, -oo, oo) != S.Reals


def test_waves_that_grow_shorter_are_searched_as_far_as_they_are_told_apart() -> None:
    """sin x² has its zeros at ±√(kπ)."""
    where = searched(x * sin(x**2), -oo, oo)
    edge = float(where.sup)
    assert 3 < edge == -float(where.inf) < 6
    points = [point for point in floats(x * sin(x**2)) if 0 < point < edge]
    for k in range(1, int(edge**2 / math.pi)):
        between = [p for p in points if k * math.pi < p**2 < (k + 1) * math.pi]
        assert len(between) >= 3
    assert searched(x * sin(tanh(x)), -oo, oo) == S.Reals
    assert searched(x * sin(log(1 + x**2)), -oo, oo) != S.Reals
    # A line outgrows them before they are too short.
    assert searched(sin(x**2) - x, -oo, oo) == S.Reals
