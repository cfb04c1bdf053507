"""An activation, or its derivative, sampled for drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arrays import real_array, real_number, whole_number
from ..activation import Activation
from ..derive._formula.pieces import breakpoints
from ..derive._subject import resolve
from ._for_numpy import to_numpy


@dataclass(frozen=True, eq=False, repr=False)
class Curve:
    """Points (x, y) with a name; nan separates branches where the function jumps.

    Raises:
        TypeError: for x or y that are no real numbers. ValueError: if they are not two rows of one
            length, with at least one point.
    """

    label: str
    x: NDArray[Any]
    y: NDArray[Any]

    def __post_init__(self) -> None:
        for what in ("x", "y"):
            object.__setattr__(self, what, real_array(getattr(self, what), what))
        if self.x.ndim != 1 or self.x.shape != self.y.shape or not len(self.x):
            raise ValueError(
                f"x and y must be rows of one length, got the shapes {self.x.shape} and "
                f"{self.y.shape}"
            )

    def __repr__(self) -> str:
        # The values are nan where a branch ends.
        values = self.y[np.isfinite(self.y)]
        drawn = f"from {values.min():g} to {values.max():g}" if len(values) else "nowhere finite"
        return (
            f"Curve {self.label}: {len(self.x)} points, x from {self.x[0]:g} to {self.x[-1]:g}, "
            f"y {drawn}"
        )


def curve(
    activation: Activation | str,
    lower: float = -4.0,
    upper: float = 4.0,
    *,
    order: int = 0,
    points: int = 401,
    label: str = "",
) -> Curve:
    """f (order 0) or f′ (order 1) on an interval, with both sides of every breakpoint.

    Raises:
        ValueError: if the interval is empty or not finite, or there are fewer than two points.
        TypeError: for ends that are no real numbers, or points that are no integer.

    >>> from actmath import catalog
    >>> float(curve(catalog.hard_tanh, -4, 4).y.max())
    1.0
    """
    activation = resolve(activation)
    lower, upper = real_number(lower, "lower"), real_number(upper, "upper")
    points = whole_number(points, "points")
    if not (np.isfinite(lower) and np.isfinite(upper) and lower < upper and points >= 2):
        raise ValueError(f"cannot sample {points} points from lower = {lower} to upper = {upper}")
    breaks = [float(point) for point in breakpoints(activation.formula())]
    inside = [point for point in breaks if lower < point < upper]
    # At a breakpoint the value is that of one side, or of neither: it is left out.
    beside = [np.nextafter(point, side) for point in inside for side in (-np.inf, np.inf)]
    x = np.union1d(np.linspace(lower, upper, points), beside)
    x = x[~np.isin(x, inside)]
    y = to_numpy(activation, order)(x)
    return Curve(label or activation.title, x, _split_jumps(x, y))


def _split_jumps(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """The same values, with nan in place of the left end of a jump between neighbouring floats."""
    # Neighbouring floats, between which a smooth curve moves by less than 1e-9.
    # The floats beside a break are at most 3 spacings of the left one apart.
    gap = np.diff(x) <= 4 * np.spacing(np.abs(x[:-1]) + 1)
    jump = np.append(gap & (np.abs(np.diff(y)) > 1e-9), False)
    return np.where(jump, np.nan, y)
