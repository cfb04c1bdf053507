"""What float64 keeps and float32 does not is found, and computed wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sympy import Max, Min, cos, exp, sin

from actmath import Activation, catalog
from actmath.lower import FLOAT32, FLOAT64, Precision, to_numpy
from actmath.lower._for_numpy import guarded, is_good_in_single
from actmath.lower._guard.single import (
    beside,
    default_breaks,
    excess_over,
    holds_in_single,
    single_points,
)
from actmath.lower._stable import stable_form
from actmath.notation import x

from .oracle import filled


def test_the_chapters_units_are_computed_in_their_own_precision() -> None:
    """Of the others some, such as Padé's quotient, are computed in float64 and rounded."""
    for name in catalog.told():
        for order in (0, 1):
            assert is_good_in_single(stable_form(catalog.get(name), order)), (name, order)


@pytest.mark.slow
def test_what_needs_more_digits_than_float32_has() -> None:
    # 1000·x is rounded before the cosine.
    unit = Activation("unit", filled(2, cos(1000 * x) + sin(x) / x * exp(-(x**2))))
    form = guarded(stable_form(unit))
    assert not is_good_in_single(form)
    at = np.array([100.0, -7.3, 0.4], np.float32)
    wide = at.astype(np.float64)
    want = np.cos(1000 * wide) + np.sin(wide) / wide * np.exp(-(wide**2))
    np.testing.assert_allclose(to_numpy(unit)(at), want, rtol=1.2e-7)
    assert to_numpy(unit)(at).dtype == np.float32


def test_points() -> None:
    form = stable_form(catalog.hard_tanh)
    points = single_points(form)
    assert default_breaks(form) == [-1, 1]
    assert {np.nextafter(np.float32(1), np.float32(9)), -np.inf, np.inf} <= set(points)
    np.testing.assert_array_equal(points, points.astype(np.float32))


@pytest.mark.parametrize("end", [1, 9, 20])
def test_points_lie_on_both_sides_of_every_break(end: int) -> None:
    """Floats of 24 bits from 2ᵏ⁻¹ on are 2ᵏ⁻²⁴ apart, and half as far below it."""
    points = single_points(stable_form(Activation("clip", Max(-end, Min(x, end)))))
    above = 2.0 ** (end.bit_length() - 24)
    below = above / 2 if end == 1 else above
    beside = {side * at for at in (end - below, end + above) for side in (-1, 1)}
    assert beside <= set(points)


def test_excess() -> None:
    want = np.array([1.0, 1.0, 1e-50, 1e50, np.nan, 2.0])
    got = np.array([1 + 4 * 2.0**-23, 1.0, 0.0, np.inf, 5.0, np.nan])
    found = excess_over(want, want, got)
    np.testing.assert_allclose(found, [1, 0, 0, 0, 0, np.inf], atol=1e-9)
    # One that rises with x in proportion has the condition number 1.
    (halved, *_) = excess_over(want, want * (1 + 2.0**-26), got)
    np.testing.assert_allclose(halved, 0.5, rtol=1e-6)
    # Where no condition number is known it is taken for 0.
    (beside_a_pole, *_) = excess_over(want, np.full(6, np.inf), got)
    np.testing.assert_allclose(beside_a_pole, 1, rtol=1e-6)


@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64, Precision(11, 65504.0, 2.0**-14)])
@pytest.mark.parametrize("seed", range(3))
def test_excess_by_a_loop(precision: Precision, seed: int) -> None:
    """Of powers c·xⁿ, whose condition number is n: 4·(1 + n) ulps are promised."""
    generator = np.random.default_rng(seed)
    # Moved by 2⁻²⁶ of itself float64 shows of a power what is above 2⁻²⁷ of it.
    points = generator.uniform(0.5, 2, 200) * generator.choice([-1.0, 1.0], 200)
    n, c = int(generator.integers(1, 12)), 10.0 ** generator.uniform(-6, 3, 200)
    want, near = c * points**n, c * beside(points) ** n
    ulps = generator.uniform(-40, 40, 200)
    # Of float64 itself a multiple: what is given is rounded.
    got = want * (1 + ulps * precision.epsilon)
    found = excess_over(want, near, got, precision)
    for value, given, excess in zip(want, got, found, strict=True):
        if abs(value) > precision.largest * (1 - precision.epsilon):
            assert excess in (0, np.inf)
            assert bool(excess == 0) is bool(abs(given) >= 0.999 * precision.largest)
            continue
        promised = max(4 * precision.epsilon * abs(value) * (1 + n), precision.smallest)
        assert excess == pytest.approx(abs(given - value) / promised, rel=2e-6)


def test_excess_at_the_ends_of_the_range() -> None:
    most = FLOAT32.largest
    over, last = most * 2, most * (1 - FLOAT32.epsilon)
    want = np.array([over, over, over, -over, -over, last, np.inf, -np.inf, np.inf, 1.0])
    got = np.array([np.inf, most, 0.998 * most, -np.inf, np.inf, np.inf, np.inf, np.inf, 1, np.inf])
    found = excess_over(want, want, got)
    bad = [False, False, True, False, True, True, False, True, True, True]
    assert (found > 1).tolist() == bad
    assert found[np.logical_not(bad)].tolist() == [0] * 4
    assert excess_over(want[:1], want[:1], np.array([0.9995 * most])) == [0]


def test_points_are_moved_outwards_and_where_they_overflow_silently() -> None:
    points = np.array([-3.0, 0.0, 1e-300, 4.0, FLOAT64.largest, -np.inf])
    with np.errstate(all="raise"):
        moved = beside(points)
    share = 2.0**-26
    assert moved.tolist() == [
        -3 * (1 + share),
        0,
        1e-300 * (1 + share),
        4 * (1 + share),
        np.inf,
        -np.inf,
    ]


def test_points_of_every_magnitude_and_the_usual_ones() -> None:
    points = single_points(stable_form(Activation("plain", "x*exp(x)")))
    assert (np.diff(points) > 0).all()
    assert points[0] == -np.inf
    assert points[-1] == np.inf
    # Of the bits of float32 all are alike: some twenty to each of its 254 exponents.
    exponents = np.frexp(points[np.isfinite(points) & (np.abs(points) > 1e-37)])[1]
    assert np.unique(exponents, return_counts=True)[1].min() > 5
    for side in (-1, 1):
        usual = (side * points > 0) & (side * points < 30)
        assert (side * points[usual] > 3).sum() > 2000


def test_a_function_of_float32_is_held_to_that_of_float64() -> None:
    form = stable_form(Activation("held", "x*exp(x)"))

    def off(ulps: float, low: float, high: float) -> Callable[..., NDArray[Any]]:
        def function(points: NDArray[Any], *values: float) -> NDArray[Any]:
            with np.errstate(all="ignore"):
                wide = points.astype(np.float64)
                # −∞·0 has the limit 0.
                found = np.where(wide == -np.inf, 0, wide * np.exp(wide))
                if points.dtype == np.float32:
                    inside = (wide > low) & (wide < high)
                    found = np.where(inside, found * (1 + ulps * FLOAT32.epsilon), found)
                return found.astype(points.dtype)

        return function

    # 4·(1 + |1 + x|) ulps are promised: 8 at 0, and 16 at 2 and at −4.
    assert holds_in_single(form, off(0, -np.inf, np.inf))
    assert holds_in_single(form, off(7, 0.0, 0.01))
    assert not holds_in_single(form, off(9, 0.0, 0.01))
    assert holds_in_single(form, off(15, -4.1, -4.0))
    assert not holds_in_single(form, off(17.5, -4.1, -4.0))
