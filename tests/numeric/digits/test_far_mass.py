"""Spots of mass far from the mean, of parabolas by hand."""

from __future__ import annotations

import random
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


def lopsided(z: Any) -> list[Any]:
    """A parabola, to the right of its top sixteen times as steep."""
    return [-(z**2) * (16 if z > 0 else 1)]


def test_the_cells_of_a_spot_are_equal_steps_to_both_sides_and_none_lies_beside_another() -> None:
    """It is 15 bits down at 3.9 on the left and at 0.97 on the right: powers of 2 from there."""
    points = [mp.mpf(z) for z in ("-100", "-0.1", "0", "0.1", "100")]
    (found,) = spans(points, lopsided, {0: 0}, 15)
    # Sixths of 4, and of 1, where every other one is too near to its neighbour.
    sixths = [-24, -20, -16, -12, -8, -4, 0, 2, 4, 6]
    assert found == pytest.approx([k / 6 for k in sixths], abs=1e-12)


def test_a_spot_begins_at_any_point_but_the_first_and_the_last() -> None:
    for around in ([-9, 0, 9], [-9, 0, 9, 18, 27], [-27, -18, -9, 0, 9]):
        (found,) = spans([mp.mpf(z) for z in around], parabolas((0, 0)), {0: 0}, 64)
        assert (found[0], found[-1]) == (-8, 8)
    points = [mp.mpf(z) for z in range(6)]
    # What rises to the end of all that was looked at has its top nowhere in between.
    assert spans(points, lambda z: [z], {0: 0}, 64) == []
    assert spans(points, lambda z: [-z], {0: 0}, 64) == []
    assert spans(points, lambda _: [-mp.inf], {0: 0}, 64) == []


def test_two_equal_neighbours_have_a_top_between_them() -> None:
    points = [mp.mpf(z) for z in (-300, -100, 100, 300)]
    (found,) = spans(points, parabolas((0, 0)), {0: 0}, 64)
    assert -20 < found[0] < -8
    assert 8 < found[-1] < 20


@pytest.mark.parametrize(("height", "spots"), [(-63, 2), (-64, 1)])
def test_a_spot_so_many_bits_below_the_highest_does_not_count(height: int, spots: int) -> None:
    points = [mp.mpf(z) for z in (-100, -50, -30, 40, 50, 60, 100)]
    assert len(spans(points, parabolas((-50, 0), (50, height)), {0: 0}, 64)) == spots


@pytest.mark.parametrize(("height", "spots"), [(-1328, 2), (-1329, 1)])
@pytest.mark.parametrize("terms", [{0: 0, 1: 0}, {1: 0, 0: 0}])
def test_a_part_is_rounding_400_orders_below_its_whole(
    height: int, spots: int, terms: dict[int, int]
) -> None:
    """10⁻⁴⁰⁰ is 2⁻¹³²⁸·⁸."""

    def both(z: Any) -> list[Any]:
        return [-((z + 50) ** 2), height - (z - 50) ** 2]

    points = [mp.mpf(z) for z in (-100, -50, -30, 40, 50, 60, 100)]
    assert len(spans(points, both, terms, 64)) == spots


@pytest.mark.parametrize("seed", range(4))
def test_marks_of_random_spots_are_apart_and_hold_all_that_counts(seed: int) -> None:
    """Against a plain look at many places, which neither brackets nor steps."""
    draw = random.Random(seed)
    places = (100 * k + draw.randrange(40) for k in draw.sample(range(-9, 9), 4))
    tops = [(place, draw.randrange(-80, 1)) for place in places]
    size, bits = parabolas(*tops), 48
    # One top is met by the points, the others lie between two.
    points = sorted({mp.mpf(z) for z in range(-1000, 1001, 25)} | {mp.mpf(tops[0][0])})
    found = spans(points, size, {0: 0}, bits)
    highest = max(height for _, height in tops)
    for k in range(-2000, 2001):
        (level,) = size(mp.mpf(k) / 2)
        # A top is known to a quarter of a deviation: some bits below it.
        if level > highest - bits + 1:
            assert any(spot[0] <= mp.mpf(k) / 2 <= spot[-1] for spot in found), k / 2
    for spot in found:
        assert all(after - mark > 0.25 for mark, after in pairwise(spot))
        assert all(max(size(z)[0] for z in spot) > highest - bits for spot in found)
    assert all(one[-1] < other[0] for one, other in pairwise(found))


@pytest.mark.parametrize("at", [-900, -3, 1, 700])
def test_a_top_is_found_in_as_many_looks_as_the_golden_section_takes(at: int) -> None:
    """Each two looks leave 0.62 of a bracket: 23 of them of 2,000·8 quarters."""
    looks: list[Any] = []

    def size(z: Any) -> list[Any]:
        looks.append(z)
        return [-abs(z - at - mp.mpf("0.3"))]

    points = [mp.mpf(-1000), mp.mpf(at), mp.mpf(1000)]
    (found,) = spans(points, size, {0: 0}, 40)
    # As far to either side: 64 deviations.
    assert found[-1] - found[0] == pytest.approx(128)
    assert abs((found[0] + found[-1]) / 2 - at - mp.mpf("0.3")) < 0.25
    assert len(looks) < 80
