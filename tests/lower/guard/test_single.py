"""What float64 keeps and float32 does not is found, and computed wide."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Max, Min, cos, exp, sin

from actmath import Activation, catalog
from actmath.lower import to_numpy
from actmath.lower._for_numpy import guarded, is_good_in_single
from actmath.lower._guard.single import default_breaks, excess_over, single_points
from actmath.lower._stable import stable_form
from actmath.notation import x

from .oracle import filled


def test_the_chapters_units_are_computed_in_their_own_precision() -> None:
    """Of the others some, such as Padé's quotient, are computed in float64 and rounded."""
    for name in catalog.told():
        for order in (0, 1):
            assert is_good_in_single(stable_form(catalog.get(name), order)), (name, order)


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
