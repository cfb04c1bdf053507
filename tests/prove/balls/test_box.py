"""Boxes have exact sides, and say them exactly."""

from __future__ import annotations

import itertools
import random
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq

from actmath.prove import Box
from actmath.prove._balls.box import exact_text, product_range, rational


@pytest.mark.parametrize(
    "text", ["-0.125", "0", "1/3", "-22/7", "1.000000000000000000000000000001"]
)
def test_numbers_print_as_they_are(text: str) -> None:
    assert Fraction(exact_text(Fraction(text))) == Fraction(text)
    assert exact_text(Fraction(text)) == text


def test_boxes_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="empty"):
        Box.of(mu=("1", "0"))
    with pytest.raises(ValueError, match="sides"):
        Box(("mu",), ())


def test_coordinates_are_exact_ranges_of_products() -> None:
    domain = {"mu": (Fraction(-1, 10), Fraction(3)), "omega": (Fraction(-2), Fraction(1, 7))}
    corners = [a * b for a, b in itertools.product(*domain.values())]
    assert product_range(domain, "mu*omega") == (min(corners), max(corners))


def test_balls_hold_both_ends_and_little_more() -> None:
    box = Box.of(a=("0.1", "0.3"), b=("1/3", "1/3"))
    wide, narrow = box.balls()
    for end in (Fraction(1, 10), Fraction(3, 10)):
        assert wide.contains(rational(end))
    assert wide.rad() < 0.1001
    assert narrow.contains(fmpq(1, 3))
    assert narrow.rad() < 1e-16


def test_halves_and_faces_meet_in_the_middle_and_at_the_ends() -> None:
    box = Box.of(a=("-1", "2"), b=("0", "1"))
    left, right = box.halves(0)
    assert left.side("a") == (-1, Fraction(1, 2))
    assert right.side("a") == (Fraction(1, 2), 2)
    assert left.side("b") == right.side("b") == (0, 1)
    assert box.face(1, upper=True).side("b") == (1, 1)
    assert box.face(0, upper=False).side("a") == (-1, -1)
    assert all(box.contains(part) for part in (left, right, box.face(0, upper=True)))
    assert not left.contains(box)
    assert not box.contains(Box.of(b=("-1", "2"), a=("0", "1")))


def test_replaced_sides_and_texts() -> None:
    box = Box.of(a=("0.5", "1"), b=("1/3", "2"))
    assert box.as_text() == {"a": ("0.5", "1"), "b": ("1/3", "2")}
    assert box.replaced(b=("0", "0.25")).as_text()["b"] == ("0", "0.25")
    assert Box.of(**box.as_text()) == box
    assert box.widths == (Fraction(1, 2), Fraction(5, 3))


def drawn(draw: random.Random, axes: int = 4) -> Box:
    def side() -> tuple[Fraction, Fraction]:
        low = Fraction(draw.randint(-50, 50), draw.randint(1, 9))
        return low, low + Fraction(draw.randint(0, 50), draw.randint(1, 9))

    return Box(tuple("abcdefgh"[:axes]), tuple(side() for _ in range(axes)))


def test_one_side_is_changed_and_the_others_kept() -> None:
    draw = random.Random(0)
    for axis in range(4):
        for exact in (drawn(draw), drawn(draw)):
            for box in (exact, exact.for_balls()):
                low, high = exact.sides[axis]
                middle = exact.midpoint[axis]
                assert middle - low == high - middle == exact.widths[axis] / 2
                expected = [(low, middle), (middle, high), (low, low), (high, high)]
                parts = [*box.halves(axis), box.face(axis, False), box.face(axis, True)]
                for part, side in zip(parts, expected, strict=True):
                    sides = [*exact.sides]
                    sides[axis] = side
                    assert part.as_fractions() == Box(exact.names, tuple(sides))


def test_a_box_for_balls_is_the_same_box() -> None:
    box = drawn(random.Random(1))
    assert all(isinstance(end, fmpq) for side in box.for_balls().sides for end in side)
    assert all(isinstance(end, Fraction) for s in box.for_balls().as_fractions().sides for end in s)
    assert box.for_balls().as_fractions() == box


@pytest.mark.parametrize("axis", range(3))
def test_what_sticks_out_by_a_little_is_not_contained(axis: int) -> None:
    box, little = drawn(random.Random(2), 3), Fraction(1, 10**40)
    assert box.contains(box)
    low, high = box.sides[axis]
    for side, inside in [
        ((low - little, high), False),
        ((low, high + little), False),
        ((low + little, high), True),
        ((low, high - little), True),
    ]:
        sides = [*box.sides]
        sides[axis] = side
        other = Box(box.names, tuple(sides))
        assert box.contains(other) is inside
        assert other.contains(box) is not inside
    assert not box.contains(Box(("x", "y", "z"), box.sides))


def test_products_of_any_number_of_factors_are_extreme_at_corners() -> None:
    draw = random.Random(3)
    for count in (1, 2, 3, 4):
        for _ in range(10):
            box = drawn(draw)
            factors = dict(zip(box.names, box.sides, strict=True))
            names = draw.sample(box.names, count)
            corners = []
            for ends in itertools.product(*(factors[name] for name in names)):
                product = Fraction(1)
                for end in ends:
                    product *= end
                corners.append(product)
            assert product_range(factors, "*".join(names)) == (min(corners), max(corners))


def test_numbers_are_written_with_the_digits_that_they_have() -> None:
    """Random decimals and fractions, written by Python's own decimal arithmetic."""
    draw = random.Random(4)
    for _ in range(300):
        places = draw.randint(0, 30)
        whole = draw.choice([draw.randint(-9, 9), draw.randint(-(10**30), 10**30)])
        exact = Decimal(whole).scaleb(-places, Context(prec=70))
        text = f"{exact:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        assert exact_text(Fraction(exact)) == ("0" if not whole else text)
    for third in (Fraction(1, 3), Fraction(-10, 7), Fraction(1, 2**64)):
        assert exact_text(third) == str(third)
    assert exact_text(Fraction(-1, 2**20)) == f"-{Decimal(2) ** -20:f}"


@pytest.mark.parametrize(
    ("names", "sides", "message"),
    [
        (("a",), ((Fraction(0),),), "a side has two ends, got"),
        (("a",), ((Fraction(0),) * 3,), "a side has two ends, got"),
        (("a", "b"), ((Fraction(0), Fraction(1)),), "2 axes but 1 sides"),
        (("a",), ((Fraction(0), Fraction(1)),) * 3, "1 axes but 3 sides"),
        (("a",), ((Fraction(1), Fraction(9, 10)),), "the side a is empty: 1 > 9/10"),
    ],
)
def test_what_a_box_refuses_it_names(names: Any, sides: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Box(names, sides)


def test_a_box_says_its_sides() -> None:
    box = Box.of(mu=("-0.1", "1/3"), nu=("2", "2"))
    assert str(box) == "mu in [-0.1, 1/3], nu in [2, 2]"
    assert repr(box) == "<box mu in [-0.1, 1/3], nu in [2, 2]>"
    assert box.side("nu") == (2, 2)
    wide, point = box.balls()
    assert float(wide.mid()) == pytest.approx(7 / 60, rel=1e-9)
    assert float(wide.rad()) == pytest.approx(13 / 60, rel=1e-8)
    assert point == 2
