"""Spots of mass far from the mean, of parabolas by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from actmath.number import mp
from actmath.numeric._digits.far_mass import overlooked, spans


def parabolas(*tops: tuple[int, int]) -> Any:
    """Logarithms of bells of width 1 at places, with heights."""
    return lambda z: [max(height - (z - top) ** 2 for top, height in tops)]


def test_a_spot_between_points_that_are_far_apart() -> None:
    points = [mp.mpf(k) * 10**9 for k in range(-3, 4)]
    (found,) = spans(points, parabolas((5 * 10**8 + 3, 0)), {0: 0}, 64)
    assert found[0] < 5 * 10**8 + 3 - 8
    assert found[-1] > 5 * 10**8 + 3 + 8
    assert found[-1] - found[0] < 100


@pytest.mark.parametrize("bits", [15, 64, 100, 250])
def test_beyond_the_ends_of_a_spot_nothing_counts(bits: int) -> None:
    points = [mp.mpf(k) * 1000 for k in range(-3, 4)]
    (found,) = spans(points, parabolas((300, 0)), {0: 0}, bits)
    # The parabola is so many bits below its top at √bits.
    assert (300 - found[0]) ** 2 >= bits <= (found[-1] - 300) ** 2


def test_two_spots_of_which_each_counts() -> None:
    points = [mp.mpf(k) * 1000 for k in range(-9, 10)]
    sizes = parabolas((-4200, 0), (3700, -20), (8100, -100))
    found = spans(points, sizes, {0: 0}, 64)
    assert [round(sum(each) / len(each), -2) for each in found] == [-4200, 3700]


@pytest.mark.parametrize("apart", range(4, 40))
def test_no_place_belongs_to_two_spots(apart: int) -> None:
    points = [mp.mpf(k) for k in range(-100, 101, 2)]
    found = spans(points, parabolas((-apart // 2, 0), (apart // 2, 0)), {0: 0}, 64)
    assert all(one[-1] < other[0] for one, other in pairwise(found))


def test_a_part_that_is_rounding_beside_the_whole_has_no_spot() -> None:
    def both(z: Any) -> list[Any]:
        return [-(z**2), -5000 - (z - 40) ** 2]

    points = [mp.mpf(k) for k in range(-100, 101, 10)]
    assert len(spans(points, both, {0: 0, 1: 1}, 64)) == 2
    assert len(spans(points, both, {0: 0, 1: 0}, 64)) == 1


def test_a_gap_in_which_nothing_was_seen_is_looked_at_inside_and_beside_its_ends() -> None:
    assert list(overlooked([0, 64, 128], [])) == [1, 32, 63, 65, 96, 127]
    assert list(overlooked([0, 64, 128], [5])) == [65, 96, 127]
    # An end is no place inside.
    assert list(overlooked([0, 64], [0, 64])) == [1, 32, 63]
