"""Where is an inequality nearest to failing? A search, certified at the point it finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from .._balls.box import Box
from .._balls.enclose import Inequality

Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class Spot:
    """A point of the domain, exactly, and an enclosure of the inequality's slack there."""

    point: Point
    slack: Any

    @property
    def violates(self) -> bool:
        """Whether the inequality certainly fails here."""
        return bool(self.slack < 0)


def nearest_to_failing(inequality: Inequality, domain: Box, rounds: int = 24) -> Spot:
    """The point of least slack among a grid of corners and middles, then walked downhill.

    A pattern search with halving steps; points stay exact, so that the slack there is certified.
    """
    domain = domain.for_balls()
    # A slack that is monotone along an axis is least at an end, an even or convex one inside.
    choices = [sorted({low, (low + high) / 2, high}) for low, high in domain.sides]
    best = min((_spot(inequality, domain, point) for point in product(*choices)), key=_size)
    steps = [width / 4 for width in domain.widths]
    # Every round walks, or halves the steps: none is shorter than 2⁻²⁶ of the width.
    for _ in range(rounds):
        following = _walk(inequality, domain, best, steps)
        if following is best:
            steps = [step / 2 for step in steps]
        best = following
    return replace(best, point=_place(domain, best.point).as_fractions().midpoint)


def _walk(inequality: Inequality, domain: Box, best: Spot, steps: list[Fraction]) -> Spot:
    """One step along every axis in turn, each taken if it leads downhill."""
    for axis, (low, high) in enumerate(domain.sides):
        for move in (-steps[axis], steps[axis]) if steps[axis] else ():
            # Clamped to the domain, so that the ends themselves are reached.
            moved = min(max(best.point[axis] + move, low), high)
            point = (*best.point[:axis], moved, *best.point[axis + 1 :])
            best = min(best, _spot(inequality, domain, point), key=_size)
    return best


def _spot(inequality: Inequality, domain: Box, point: Point) -> Spot:
    place = inequality.formula.coordinates.box(_place(domain, point))
    return Spot(point, inequality.slack(place))


def _place(domain: Box, point: Point) -> Box:
    return Box(domain.names, tuple((value, value) for value in point))


def _size(spot: Spot) -> float:
    middle = float(spot.slack.mid())
    # Where the formula cannot be evaluated the middle is NaN: such a point is never the nearest.
    return middle if middle == middle else float("inf")
