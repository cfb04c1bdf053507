"""What random networks of one width did, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..._arrays import real_number
from ..._text.tables import Answer
from .._array import Array


@dataclass(frozen=True, eq=False, repr=False)
class Spread(Answer):
    """By layer, over networks of one width: the median, and what holds the middle ``coverage``."""

    width: int
    seeds: tuple[int, ...]
    coverage: float
    middle: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, runs: Array, width: int, seeds: Sequence[int], coverage: float) -> Spread:
        """From an array of a row for each seed: quantiles over the seeds."""
        tail = (1 - coverage) / 2
        low, middle, high = np.quantile(runs, (tail, 0.5, 1 - tail), axis=0)
        return cls(width, tuple(seeds), coverage, middle, low, high)


def checked_coverage(coverage: object) -> float:
    """The share as a float.

    Raises:
        ValueError: outside (0, 1). TypeError: for what is no real number.
    """
    share = real_number(coverage, "coverage")
    if not 0 < share < 1:
        raise ValueError(f"coverage must lie in (0, 1), got {share}")
    return share
