"""Boxes that follow the layers hold what they are to hold, and not much more."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from mpmath import mp

from actmath import catalog
from actmath.prove import Box
from actmath.prove.theorems._hulls import _outwards, attracting_box, chain, image, lies_in
from actmath.prove.theorems.other_units import standardized_unit

#: Of ReLU's layers the variance is multiplied by tau·(1 − 1/π)/2 where the mean of inputs is 0.
SHRINKING = Box.of(mu=("0", "1"), omega=("0", "0"), nu=("1", "2"), tau=("1", "1"))
INSIDE = Box.of(mu=("-1", "1"), omega=("0", "0"), nu=("0", "0.1"), tau=("1", "1"))


def relu_moments(y: float, x: float) -> tuple[float, float]:
    """Mean and variance of ReLU at N(y, x), typed by hand."""
    s = mp.sqrt(x)
    tail, bell = mp.ncdf(y / s), mp.npdf(y / s)
    mean = y * tail + s * bell
    return float(mean), float((y * y + x) * tail + y * s * bell - mean**2)


@pytest.mark.parametrize("margin", [0.0, 3e-5, 0.25])
def test_sides_are_rounded_outwards_to_five_places(margin: float) -> None:
    draw = random.Random(0)
    place = Fraction(1, 10**5)
    for _ in range(200):
        values = tuple(draw.uniform(-2, 2) for _ in range(3))
        low, high = _outwards(values, margin)
        assert (low / place).denominator == (high / place).denominator == 1
        assert low <= Fraction(min(values) - margin) < low + place
        assert high - place < Fraction(max(values) + margin) <= high


@pytest.mark.parametrize("wide", [False, True])
def test_an_image_is_the_hull_of_what_a_layer_makes(wide: bool) -> None:
    """Against a finer grid, its corners among them; 1e-3 is what a grid of 49 may miss."""
    draw = random.Random(int(wide))
    for _ in range(4):
        mu, omega = (sorted(draw.uniform(-0.5, 0.5) for _ in range(2)) for _ in range(2))
        nu = draw.uniform(0.5, 1)
        ends = (mu, omega, [nu, nu * (8 if wide else 1.3)], [1.0, 1.2])
        sides = tuple((Fraction(low), Fraction(high)) for low, high in ends)
        box = Box(("mu", "omega", "nu", "tau"), sides)
        found = image(catalog.relu, box)
        assert (found.side("omega"), found.side("tau")) == (box.side("omega"), box.side("tau"))
        ys = [float(a * b) for a in sides[0] for b in sides[1]]
        low, high = (float(sides[2][k] * sides[3][k]) for k in (0, 1))
        grid = [
            relu_moments(min(ys) + (max(ys) - min(ys)) * i / 4, low + (high - low) * j / 20)
            for i in range(5)
            for j in range(21)
        ]
        for name, values in zip(("mu", "nu"), zip(*grid, strict=True), strict=True):
            side = [float(end) for end in found.side(name)]
            assert side[0] <= min(values) <= side[0] + 1e-3
            assert side[1] - 1e-3 <= max(values) <= side[1]


@pytest.mark.parametrize("name", ["mu", "nu"])
def test_a_box_lies_in_a_target_up_to_its_ends(name: str) -> None:
    target, little = Box.of(mu=("-1", "2"), nu=("0.5", "3")), Fraction(1, 10**9)
    assert lies_in(target, target)
    low, high = target.side(name)
    for side, inside in [
        ((low + little, high - little), True),
        ((low - little, high), False),
        ((low, high + little), False),
    ]:
        sides = tuple(
            side if other == name else old
            for other, old in zip(target.names, target.sides, strict=True)
        )
        assert lies_in(Box(target.names, sides), target) is inside


def test_a_chain_leads_from_the_start_into_the_target() -> None:
    """The variance is a third of what it was, a layer: 2, 0.68, 0.23, 0.08."""
    boxes = chain(catalog.relu, SHRINKING, INSIDE)
    assert boxes[0] == SHRINKING
    assert len(boxes) == 4
    assert all(image(catalog.relu, one) == other for one, other in pairwise(boxes))
    assert lies_in(boxes[-1], INSIDE)
    assert not any(lies_in(box, INSIDE) for box in boxes[:-1])
    assert chain(catalog.relu, SHRINKING, SHRINKING) == [SHRINKING]
    assert chain(catalog.relu, SHRINKING, INSIDE, longest=3) == boxes
    with pytest.raises(ValueError, match="not inside the target after 2 layers: mu in"):
        chain(catalog.relu, SHRINKING, INSIDE, longest=2)


def test_a_box_attracts_if_its_image_with_a_margin_is_itself() -> None:
    """The image itself lies inside by the margin on each of four sides, up to rounding."""
    unit = standardized_unit(catalog.hard_tanh)
    start = Box.of(mu=("0", "0"), omega=("0", "0.1"), nu=("1", "1"), tau=("0.95", "1.1"))
    for margin in (1e-3, 5e-3):
        box = attracting_box(unit, start, margin)
        assert image(unit, box, margin) == box
        inner = image(unit, box, 0.0)
        for name in ("mu", "nu"):
            (low, high), (a, b) = box.side(name), inner.side(name)
            assert abs(a - low - Fraction(margin)) <= Fraction(2, 10**5)
            assert abs(high - b - Fraction(margin)) <= Fraction(2, 10**5)


def test_boxes_that_do_not_settle_are_an_error() -> None:
    """With tau = 3 a variance of ReLU grows by 1.02 a layer."""
    start = Box.of(mu=("0", "0"), omega=("0", "0"), nu=("1", "1"), tau=("3", "3"))
    with pytest.raises(ValueError, match=r"the images of mu in .* do not settle: mu in"):
        attracting_box(catalog.relu, start)
