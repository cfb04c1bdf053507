"""Fixed-point iteration x ← f(x) as a path between the curve and the diagonal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..._arrays import listing, real_array, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...lower._for_numpy import to_numpy
from ...number import Number
from .._array import Array
from .._iteration import Ending

# What a step may still move an end that counts as fixed, beside 1 or its size; and what has left.
_STILL, _FAR = 1e-12, 1e12


@dataclass(frozen=True, eq=False, repr=False)
class Cobweb(Answer):
    """Orbits of an activation: ``orbits`` is (starts, steps + 1), starts in its first column.

    ``endings`` says of each whether its last point is fixed to 12 digits, or beyond 1e12.
    """

    name: str
    orbits: Array
    endings: Array

    @property
    def path(self) -> tuple[Array, Array]:
        """Corners (x₀, x₀), (x₀, x₁), (x₁, x₁), … of every orbit, each (starts, 2·steps + 1)."""
        # Each xₙ is the abscissa of two corners: (xₙ, xₙ) on the diagonal, (xₙ, xₙ₊₁) on the curve.
        horizontal = np.repeat(self.orbits, 2, axis=1)[:, :-1]
        vertical = np.repeat(self.orbits, 2, axis=1)[:, 1:]
        # The path begins on the diagonal, at (x₀, x₀).
        return horizontal, np.concatenate([self.orbits[:, :1], vertical[:, 1:]], axis=1)


def cobweb(
    activation: Activation | str, starts: Iterable[float], steps: int = 20, **parameters: Number
) -> Cobweb:
    """Iterate an activation from each start.

    Raises:
        ValueError: if steps is below 1, or the starts are no row of finite numbers.
        TypeError: for starts that are not several real numbers, or steps that are no integer.

    >>> from actmath import catalog
    >>> cobweb(catalog.hard_sigmoid, [0.0], steps=3).orbits
    array([[0.      , 0.5     , 0.625   , 0.65625]])
    >>> cobweb(catalog.hard_sigmoid, [0.0], steps=40).endings
    array(['converged'], dtype='<U11')
    """
    points, steps = real_array(listing(starts, "starts"), "starts"), whole_number(steps, "steps")
    if points.ndim != 1:
        raise ValueError(f"starts must be a row of numbers, got the shape {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError(f"starts must be finite, got {points}")
    activation = resolve(activation)
    function = to_numpy(activation)
    orbit = [points]
    # What grows without bound may end as inf, or as nan after it.
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps + 1):
            orbit.append(function(orbit[-1], **parameters))
        last, after = orbit[-2:]
        moved = np.abs(after - last)
    still = moved <= _STILL * np.maximum(1, np.abs(last))
    # Not < rather than ≥: also for what has overflowed to nan.
    ways = [still, ~(np.abs(last) < _FAR)]
    endings = np.select(
        ways, [Ending.CONVERGED.value, Ending.DIVERGED.value], Ending.UNSETTLED.value
    )
    return Cobweb(activation.name, np.stack(orbit[:-1], axis=1), endings)
