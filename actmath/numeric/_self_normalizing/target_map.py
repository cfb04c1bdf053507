"""One activation solved for many targets: how many solutions there are, which attract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..._arrays import listing
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...number import Number
from .._array import Array
from .constants import constants
from .problem import NoSelfNormalizationError, Unknown


@dataclass(frozen=True, eq=False, repr=False)
class TargetMap(Answer):
    """One activation solved for a grid of targets.

    ``count`` (variances, means) says how many admissible solutions there are, ``radius`` the
    spectral radius of the best, nan where there is none.
    """

    label: str
    omega: str
    means: tuple[str, ...]
    variances: tuple[str, ...]
    count: Array
    radius: Array

    @property
    def solved(self) -> int:
        """How many targets have a solution."""
        return int((self.count > 0).sum())

    @property
    def attracting(self) -> int:
        """How many have one with a spectral radius below 1."""
        return int((self.radius < 1).sum())


def target_map(
    activation: Activation | str,
    means: Iterable[Number],
    variances: Iterable[Number],
    *,
    omega: Number = 0,
    tau: Number = 1,
    solve_for: Unknown | str | None = None,
) -> TargetMap:
    """Solve for every target (mean, variance) of a grid.

    >>> found = target_map("elu", ["-1/2", 0], [1, 2])
    >>> found.count.tolist(), found.attracting
    ([[1, 1], [1, 1]], 4)
    """
    subject = resolve(activation)
    across, up = listing(means, "means"), listing(variances, "variances")
    # (variances, means); a target without a solution keeps 0 and nan.
    count, radius = np.zeros((len(up), len(across)), int), np.full((len(up), len(across)), np.nan)
    for i, variance in enumerate(up):
        for j, mean in enumerate(across):
            try:
                found = constants(
                    subject, mean, variance, omega=omega, tau=tau, solve_for=solve_for
                )
            except NoSelfNormalizationError:
                continue
            count[i, j] = sum(solution.admissible for solution in found.all_solutions)
            radius[i, j] = float(found.spectral_radius)
    named = tuple(map(str, across)), tuple(map(str, up))
    return TargetMap(subject.title, str(omega), named[0], named[1], count, radius)
