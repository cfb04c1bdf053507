"""How small can a formula be on a box? Three rigorous answers, and what each says about the box.

- natural: the program run on balls; its overestimate shrinks like the width of the box.
- mean value: f(B) ⊂ f(c) + Σ ∂ᵢf(B)·(Bᵢ − cᵢ) for any point c of B; shrinks like the width squared.
- monotonicity: where ∂ᵢf(B) has one sign, the least value on B is taken on a face of B.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb

from ..._text.kinds import check_kind
from .box import BOX_HINT, Box, rational
from .evaluate import evaluator
from .formula import Formula


@dataclass(frozen=True)
class Leaf:
    """The formula exceeds the bound everywhere on the box, by ``margin`` at least."""

    margin: float


@dataclass(frozen=True)
class Collapse:
    """The least value lies on one face of the box; only that has to be looked at."""

    axis: int
    upper: bool


@dataclass(frozen=True)
class Split:
    """Not decided: halve the box along the axis that matters most."""

    axis: int


@dataclass(frozen=True)
class Stuck:
    """Not decided, and halving does not help: the formula is constant there, as on a point."""


Step = Leaf | Collapse | Split | Stuck


@dataclass(frozen=True, repr=False)
class Inequality:
    """formula > bound, or formula < bound where ``above`` is false."""

    formula: Formula
    above: bool
    bound: Fraction

    def __repr__(self) -> str:
        return f"<{self.formula.name} {'>' if self.above else '<'} {self.bound}>"

    @property
    def sign(self) -> int:
        """1 where the formula is to be large, -1 where it is to be small."""
        return 1 if self.above else -1

    def slack(self, box: Box) -> Any:
        """Natural enclosure of how far the inequality is from failing; positive where it holds."""
        return self.slack_on(box.balls())

    def slack_on(self, balls: list[Any]) -> Any:
        """The same, given a ball around each side of the box."""
        return self._signed(evaluator(self.formula).value_on(balls))

    def slack_with_gradient(self, box: Box) -> tuple[Any, list[Any]]:
        """The same, and the enclosures of its derivatives along the coordinates."""
        # bound − f has the gradient −∇f: the sign goes through to the slopes.
        value, *gradient = evaluator(self.formula).value_and_gradient(box)
        return self._signed(value), [self.sign * slope for slope in gradient]

    def _signed(self, value: Any) -> Any:
        return (value - self._bound) if self.above else (self._bound - value)

    @cached_property
    def _bound(self) -> Any:
        return rational(self.bound)


def examine(inequality: Inequality, box: Box) -> list[Step]:
    """What to do with one box: collapses first, then a leaf or a split, or being stuck.

    Raises:
        TypeError: for another inequality or box.
    """
    check_kind(inequality, Inequality, "inequality")
    check_kind(box, Box, "box", BOX_HINT)
    slack, gradient = inequality.slack_with_gradient(box)
    if _clear(slack):
        return [Leaf(float(slack.lower()))]
    collapses: list[Step] = []
    for axis, width in enumerate(box.widths):
        # ∂ₖf has one sign on the box: the slack is least on the face towards which it falls.
        if width and (_clear(gradient[axis]) or _clear(-gradient[axis])):
            collapses.append(Collapse(axis, upper=bool(gradient[axis] < 0)))
            box = box.face(axis, upper=bool(gradient[axis] < 0))
    return [*collapses, _mean_value(inequality, box, gradient)]


def _clear(value: Any) -> bool:
    """Positive, and by a good part of its size: a checker's own enclosure may be a bit wider."""
    # lower > mid/4 means a radius below ¾ of the middle, which is positive then.
    return bool(value.lower() > value.mid() / 4)


def mean_value(inequality: Inequality, box: Box, gradient: list[Any]) -> Any:
    """The mean-value enclosure about the midpoint, given enclosures of the derivatives."""
    # f(c) + Σ ∂ₖf(B)·(Bₖ − cₖ)
    centre = [arb(rational(middle)) for middle in box.midpoint]
    total = inequality.slack_on(centre)
    for slope, side, middle in zip(gradient, box.balls(), centre, strict=True):
        total = total + slope * (side - middle)
    return total


def _mean_value(inequality: Inequality, box: Box, gradient: list[Any]) -> Step:
    total = mean_value(inequality, box, gradient)
    if _clear(total):
        return Leaf(float(total.lower()))
    # |∂ₖf(B)|·width bounds what axis k adds to the overestimate.
    weights = [
        float(slope.abs_upper()) * float(width)
        for slope, width in zip(gradient, box.widths, strict=True)
    ]
    # On a box that reaches over a root or a pole slopes are unbounded: the longest side is cut.
    if not all(weight < float("inf") for weight in weights):
        weights = [float(width) for width in box.widths]
    return Split(weights.index(max(weights))) if any(weights) else Stuck()
