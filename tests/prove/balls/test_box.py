"""Boxes have exact sides, and say them exactly."""

from __future__ import annotations

import itertools
from fractions import Fraction

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
