"""Losses of one and two weights with more than one minimum, and their Gaussian smoothings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from sympy import Expr, Rational, Symbol, cos, diff, exp, lambdify

from ..._arrays import finite_number, listing, real_array, whole_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...derive._saturation.smoothing import smooth
from ...notation import s, v, w
from .._array import Array


@dataclass(frozen=True, repr=False)
class Landscape(Answer):
    """A loss declared as an expression; everything else about it is derived.

    Attributes:
        name: for tables and figures.
        loss: in ``symbols``, of the terms that ``derive.smooth`` knows.
        symbols: the weights.
        box: where starts are drawn and the global minimum is looked for, one (low, high) for
            each weight.
    """

    name: str
    loss: Expr
    symbols: tuple[Symbol, ...]
    box: tuple[tuple[float, float], ...]

    @property
    def dimension(self) -> int:
        """How many weights there are."""
        return len(self.symbols)

    @cached_property
    def smoothed(self) -> Expr:
        """E L(w + sξ) in closed form, in the symbols and ``notation.s``."""
        return smooth(self.loss, *self.symbols)

    def value(self, points: Array, deviation: float = 0.0) -> Array:
        """E L(w + sξ) at points (…, dimension); the loss itself at deviation 0."""
        return _compiled(self)[0](points, deviation)

    def gradient(self, points: Array, deviation: float = 0.0) -> Array:
        """∇ E L(w + sξ) at points (…, dimension), of the same shape."""
        return _compiled(self)[1](points, deviation)

    @cached_property
    def minimum(self) -> Array:
        """The lowest point of a fine grid over the box, brought to rest by descent.

        Raises:
            ArithmeticError: if it is not at rest after 2000 steps.
        """
        axes = [np.linspace(low, high, self._finest) for low, high in self.box]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, self.dimension)
        lowest: Array = grid[np.argmin(self.value(grid))]
        # From a grid point next to the minimum: 2000 steps of 0.01 shrink what is left along a
        # direction of curvature k by (1 − k/100)^2000, e^−20 where k is 1.
        for _ in range(2000):
            lowest = lowest - 0.01 * self.gradient(lowest)
        left = float(np.abs(self.gradient(lowest)).max())
        # A slope of 1e-6 at a curvature of 1 leaves 5e-13 of the loss.
        if not left < 1e-6:
            raise ArithmeticError(f"descent to the minimum of {self.name} did not settle: {left}")
        return lowest

    @property
    def _finest(self) -> int:
        # Steps of 0.0025 and 0.015 over the boxes below, far less than the size of any well there.
        return 4001 if self.dimension == 1 else 401

    def excess(self, points: Array) -> Array:
        """How far the loss at points (…, dimension) is above its least value."""
        return self.value(points) - self.value(self.minimum)

    def starts(self, count: int, seed: int) -> Array:
        """Uniform draws from the box, (count, dimension)."""
        low, high = np.array(self.box).T
        # Stream 0 of the seed: ``annealing.descend`` takes its noise from stream 1.
        draws: Array = np.random.default_rng([seed, 0]).uniform(low, high, (count, self.dimension))
        return draws


@dataclass(frozen=True, eq=False, repr=False)
class Relief(Answer):
    """A loss and its smoothings on a grid over the box, for drawing.

    Attributes:
        axes: the grid along each weight.
        deviations: the s of each smoothing.
        values: for each s, E L(w + sξ) on the grid; with two weights the second one comes first.
        minimum: where the loss itself is least, and its value there.
    """

    landscape: str
    axes: tuple[Array, ...]
    deviations: tuple[float, ...]
    values: tuple[Array, ...]
    minimum: tuple[Array, float]


def relief(landscape: Landscape, deviations: Iterable[float], points: int = 0) -> Relief:
    """Evaluate the loss and its smoothings on a grid.

    Args:
        landscape: the loss.
        deviations: the noise levels s; 0 is the loss itself.
        points: of the grid along each weight; 300 for one weight and 90 for two if 0.

    Raises:
        TypeError: for what is no landscape, or no numbers.
    """
    check_kind(landscape, Landscape, "landscape")
    count = whole_number(points, "points", 0) or (300 if landscape.dimension == 1 else 90)
    axes = tuple(np.linspace(low, high, count) for low, high in landscape.box)
    # NumPy's default order puts the second weight first, as the rows of a picture.
    mesh = np.stack(np.meshgrid(*axes), axis=-1)
    levels = tuple(map(_deviation, listing(deviations, "deviations")))
    values = tuple(landscape.value(mesh, level) for level in levels)
    least = (landscape.minimum, float(landscape.value(landscape.minimum)))
    return Relief(landscape.name, axes, levels, values, least)


def _deviation(value: object) -> float:
    found = finite_number(value, "deviation")
    if found < 0:
        raise ValueError(f"deviation must not be negative, got {found}")
    return found


@lru_cache(maxsize=32)
def _compiled(scape: Landscape) -> tuple[Callable[..., Array], Callable[..., Array]]:
    sharp, blurred = _lower(scape, scape.loss), _lower(scape, scape.smoothed)

    def pick(order: int) -> Callable[..., Array]:
        def function(points: Array, deviation: float = 0.0) -> Array:
            deviation = _deviation(deviation)
            lowered = blurred if deviation else sharp
            # (…, dimension) to one array for each weight.
            given = real_array(points, "points")
            if not given.ndim or given.shape[-1] != scape.dimension:
                raise ValueError(
                    f"points must be (…, {scape.dimension}) for {scape.name}, got {given.shape}"
                )
            return lowered[order](np.moveaxis(given, -1, 0), deviation)

        return function

    return pick(0), pick(1)


def _lower(scape: Landscape, loss: Expr) -> tuple[Callable[..., Array], Callable[..., Array]]:
    variables = [*scape.symbols, s]
    value = lambdify(variables, loss, "numpy", cse=True)
    slopes = lambdify(variables, [diff(loss, at) for at in scape.symbols], "numpy", cse=True)

    def gradient(columns: Array, deviation: float) -> Array:
        # A slope that does not depend on the weights comes out as a number, not as an array.
        parts = slopes(*columns, deviation)
        return np.stack([np.broadcast_to(part, columns[0].shape) for part in parts], axis=-1)

    return lambda columns, deviation: value(*columns, deviation), gradient


def _hill(height: Expr, centre: Expr, size: Expr) -> Expr:
    return height * exp(-((w - centre) ** 2) / (2 * size**2))


def _well(depth: Expr, at: tuple[Expr, Expr], size: Expr) -> Expr:
    return -depth * exp(-((w - at[0]) ** 2 + (v - at[1]) ** 2) / (2 * size**2))


_half, _tenth = Rational(1, 2), Rational(1, 10)

#: Like Fig. 2 of the paper: a slope that runs out on a shelf, two bad minima, then the good one.
PICTURE = Landscape(
    "picture",
    (w - 2) ** 2 / 16
    + _hill(Rational(3, 5), Rational(3, 4), 3 * _tenth)
    + _hill(Rational(4, 5), Rational(-1), 4 * _tenth)
    + _hill(_half, Rational(-3), _half)
    - _hill(Rational(6, 5), Rational(5, 2), _half),
    (w,),
    ((-5.0, 5.0),),
)

#: A bowl with regular ripples: smoothing takes the ripples away first.
RIPPLES = Landscape("ripples", w**2 / 4 - 3 * cos(6 * w) / 5, (w,), ((-5.0, 5.0),))

#: The deepest well is narrow, the wide one is shallow: smoothing takes the deepest away first.
NEEDLE = Landscape(
    "needle",
    (w + 1) ** 2 / 12
    - _hill(Rational(1), Rational(-2), Rational(1))
    - _hill(Rational(5, 2), Rational(3), 3 * _tenth),
    (w,),
    ((-5.0, 5.0),),
)

#: Two weights: a bowl around wells of several depths.
WELLS = Landscape(
    "wells",
    (w**2 + v**2) / 20
    + _well(Rational(2), (Rational(3, 2), Rational(1)), Rational(4, 5))
    + _well(Rational(1), (Rational(-3, 2), Rational(3, 2)), _half)
    + _well(Rational(1), (Rational(-2), Rational(-1)), _half)
    + _well(Rational(4, 5), (Rational(1, 5), Rational(-2)), _half)
    + _well(Rational(4, 5), (Rational(-1, 2), Rational(1, 5)), 4 * _tenth),
    (w, v),
    ((-3.0, 3.0), (-3.0, 3.0)),
)

LANDSCAPES = (PICTURE, RIPPLES, NEEDLE, WELLS)
