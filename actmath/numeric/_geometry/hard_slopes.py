"""Digits for hard sigmoids and hard tanhs of different slopes: how far off, and which is best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sympy import Expr

from ..._arrays import listing
from ..._text.kinds import choice_of, several_of
from ..._text.tables import Tabular, tagged
from ...derive._saturation.hard_slopes import Norm, SlopeProblem, slope_problem
from ...notation import T, nu, slope
from ...number import Number, compiled, evaluated, exact, mp, significant
from .._digits.rising_precision import check_digits

#: The slopes in use under the name "hard sigmoid", and where each comes from.
SHIPPED: dict[str, str] = {
    "1/4": "the tangent at 0",
    "1/5": "Theano, Keras 1 and 2",
    "1/6": "PyTorch, Keras 3",
    "1/2": "binary networks: clip((x + 1)/2, 0, 1)",
}


class SmoothFunction(StrEnum):
    """The smooth function that a clipped line stands in for."""

    SIGMOID = "sigmoid"
    TANH = "tanh"


@dataclass(frozen=True, repr=False)
class BestSlope(Tabular):
    """The slope at the smallest distance; the last three print exactly the digits asked for."""

    target: SmoothFunction
    norm: Norm
    variance: Expr
    slope: Expr
    threshold: Expr
    distance: Expr

    def rows(self) -> tuple[tuple[str, Expr], ...]:
        """Slope, threshold and distance."""
        return (
            ("slope", self.slope),
            ("threshold", self.threshold),
            ("distance", self.distance),
        )

    def caption(self) -> str:
        """What is nearest to what, in which norm."""
        return f"the nearest clipped line to {self.target} in the norm {self.norm}"


@dataclass(frozen=True, repr=False)
class SlopeComparison(Tabular):
    """Distances of clipped lines from their smooth original: a row a slope, a column a norm."""

    target: SmoothFunction
    variance: str
    slopes: tuple[str, ...]
    norms: tuple[Norm, ...]
    distances: tuple[tuple[float, ...], ...]

    def nearest(self, norm: Norm | str) -> str:
        """The slope with the smallest distance in a norm."""
        column = self.norms.index(choice_of(norm, Norm, "norm"))
        return min(zip(self.distances, self.slopes, strict=True), key=lambda r: r[0][column])[1]

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Each slope with its distances, the smallest in each norm emphasized."""
        least = [min(column) for column in zip(*self.distances, strict=True)]
        return tuple(
            (name, *map(_shown, row, least))
            for name, row in zip(self.slopes, self.distances, strict=True)
        )

    def columns(self) -> tuple[str, ...]:
        """The norms."""
        return ("slope", *self.norms)

    def caption(self) -> str:
        """What the lines stand in for."""
        return f"distance of a clipped line from {self.target}"


def _shown(distance: float, least: float) -> str:
    text = f"{distance:.5f}"
    return tagged("strong", text) if distance == least else text


def slope_distance(
    norm: Norm | str, at: Number, target: SmoothFunction | str = "sigmoid", variance: Number = 1
) -> float:
    """How far clip(½ + s·x, 0, 1) is from the sigmoid, or clip(m·x, −1, 1) from tanh.

    Args:
        norm: which distance; a Gaussian weight is N(0, variance), and its distance a root mean
            square.
        at: the slope, positive.
        target: ``sigmoid`` or ``tanh``.
        variance: of the Gaussian weight; the other norms do not look at it.

    Raises:
        ValueError: if the slope or the variance is not positive.

    >>> round(slope_distance("sup", "1/4"), 6), round(slope_distance("sup", "1/6"), 6)
    (0.119203, 0.069182)
    """
    kind = choice_of(norm, Norm, "norm")
    goal = choice_of(target, SmoothFunction, "target")
    # More than the 17 digits that tell a float64 from its neighbours …
    with mp.workdps(20):
        orders = int(abs(mp.log10(_positive(at, "slope"))))
    # … are left of a flat line's or a steep one's, where what is subtracted differs by 1/s².
    with mp.workdps(20 + 2 * orders):
        return float(_distance(kind, _positive(at, "slope"), goal, variance))


def best_slope(
    norm: Norm | str,
    target: SmoothFunction | str = "sigmoid",
    variance: Number = 1,
    digits: int = 15,
) -> BestSlope:
    """The slope that comes nearest in a norm, from the one root of its equation.

    ``prove.hard_slopes`` certifies that the root is where it is said to be and the only one.

    Raises:
        ValueError: if digits is not positive or the variance is not.

    >>> best_slope("slope L2", digits=8).slope
    0.19939985
    """
    kind = choice_of(norm, Norm, "norm")
    goal = choice_of(target, SmoothFunction, "target")
    digits = check_digits(digits)
    with mp.workdps(digits + 10):
        # tanh(y) = 2g(2y) − 1: slopes are four times as large, and y ~ N(0, v) is 2y ~ N(0, 4v).
        weight = _positive(variance, "variance") * (4 if goal is SmoothFunction.TANH else 1)
        threshold = _root(slope_problem(kind), weight)
        # The line ½ + s·x reaches 1 at x = 1/(2s).
        steep = 1 / (2 * threshold)
        scale = 4 if goal is SmoothFunction.TANH else 1
        far = _distance(kind, steep * scale, goal, variance)
        # In y = x/2 the threshold lies half as far out.
        ends = threshold / (2 if goal is SmoothFunction.TANH else 1)
        found = [significant(value, digits) for value in (steep * scale, ends, far)]
    return BestSlope(goal, kind, exact(variance), *found)


def compare_slopes(
    slopes: Iterable[Number] | None = None,
    target: SmoothFunction | str = "sigmoid",
    variance: Number = 1,
    norms: Iterable[Norm | str] = tuple(Norm),
) -> SlopeComparison:
    """A table of distances: by default the slopes that are in use, in every norm.

    Raises:
        TypeError: for norms that are not several texts, or what is no number.

    >>> table = compare_slopes()
    >>> [table.nearest(norm) for norm in ("sup", "L2", "gauss", "slope sup")]
    ['1/6', '1/5', '1/5', '1/6']
    """
    norms = several_of(norms, str, "norms")
    goal = choice_of(target, SmoothFunction, "target")
    # clip(½ + s·2y, 0, 1)·2 − 1 = clip(4s·y, −1, 1): tanh's line is four times as steep.
    steps = 4 if goal is SmoothFunction.TANH else 1
    shipped = [exact(s) * steps for s in SHIPPED]
    given = shipped if slopes is None else listing(slopes, "slopes")
    if not given:
        raise ValueError("slopes must be some, got none")
    rows = [exact(s, "slope") for s in given]
    columns = tuple(choice_of(norm, Norm, "each of norms") for norm in norms)
    distances = tuple(
        tuple(slope_distance(norm, row, goal, variance) for norm in columns) for row in rows
    )
    names = tuple(str(row) for row in rows)
    return SlopeComparison(goal, str(exact(variance)), names, columns, distances)


def _positive(value: Any, what: str) -> Any:
    number = mp.convert(value) if hasattr(value, "_mpf_") else _mpf(value, what)
    if not number > 0:
        raise ValueError(f"{what} must be positive, got {value}")
    return number


def _mpf(value: Number, what: str) -> Any:
    return mp.mpf(evaluated(exact(value, what), mp.dps + 5))


def _distance(norm: Norm, at: Any, target: SmoothFunction, variance: Number) -> Any:
    """tanh(y) = 2g(2y) − 1: half the width, and the values (slopes) twice (four times) as large."""
    weight = _positive(variance, "variance")
    if target is SmoothFunction.SIGMOID:
        return _evaluate(norm, at, weight)
    # Without a probability as weight dy = dx/2 too, which divides an L2 norm by √2.
    stretch = (4 if norm.of_slope else 2) / (mp.one if _scale_free(norm) else mp.sqrt(2))
    return stretch * _evaluate(norm, at / 4, 4 * weight)


def _scale_free(norm: Norm) -> bool:
    return norm not in (Norm.L2, Norm.SLOPE_L2)


def _evaluate(norm: Norm, at: Any, weight: Any) -> Any:
    return _compiled(norm)[0](at, weight)


def _root(problem: SlopeProblem, weight: Any) -> Any:
    """The sign change of the equation between T = 2 (or 1/2) and 12, by bracketing."""
    function = _compiled(problem.norm)[1]
    left = mp.mpf(2) if problem.norm is Norm.SUP else mp.mpf(1) / 2
    return mp.findroot(lambda t: function(t, weight), (left, mp.mpf(12)), solver="anderson")


@lru_cache(maxsize=16)
def _compiled(norm: Norm) -> tuple[Any, Any]:
    found = slope_problem(norm)
    return (
        compiled([slope, nu], found.distance),
        compiled([T, nu], found.equation),
    )


__all__ = [
    "SHIPPED",
    "BestSlope",
    "SlopeComparison",
    "SmoothFunction",
    "best_slope",
    "compare_slopes",
    "slope_distance",
]
