"""Fixed-point iteration x ← f(x) as a path between the curve and the diagonal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..._text.tables import Answer
from ...activation import Activation
from ...lower._for_numpy import to_numpy
from ...number import Number
from .._array import Array


@dataclass(frozen=True, eq=False, repr=False)
class Cobweb(Answer):
    """Orbits of an activation: ``orbits`` is (starts, steps + 1), starts in its first column."""

    name: str
    orbits: Array

    @property
    def path(self) -> tuple[Array, Array]:
        """Corners (x₀, x₀), (x₀, x₁), (x₁, x₁), … of every orbit, each (starts, 2·steps + 1)."""
        # Each xₙ is the abscissa of two corners: (xₙ, xₙ) on the diagonal, (xₙ, xₙ₊₁) on the curve.
        horizontal = np.repeat(self.orbits, 2, axis=1)[:, :-1]
        vertical = np.repeat(self.orbits, 2, axis=1)[:, 1:]
        # The path begins on the diagonal, at (x₀, x₀).
        return horizontal, np.concatenate([self.orbits[:, :1], vertical[:, 1:]], axis=1)


def cobweb(
    activation: Activation, starts: Iterable[float], steps: int = 20, **parameters: Number
) -> Cobweb:
    """Iterate an activation from each start.

    Raises:
        ValueError: if steps is below 1 or a start is not finite.

    >>> from actmath import catalog
    >>> cobweb(catalog.hard_sigmoid, [0.0], steps=3).orbits
    array([[0.      , 0.5     , 0.625   , 0.65625]])
    """
    points = np.asarray(list(starts), dtype=np.float64)
    if steps < 1 or not np.isfinite(points).all():
        raise ValueError(f"need steps >= 1 and finite starts, got {steps} and {points}")
    function = to_numpy(activation)
    orbit = [points]
    for _ in range(steps):
        orbit.append(function(orbit[-1], **parameters))
    return Cobweb(activation.name, np.stack(orbit, axis=1))
