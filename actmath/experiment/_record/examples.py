"""Which test examples were right, and intervals over seeds and examples at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .._files.marks import Marks, unpacked
from .record import RunRecord

Counts = NDArray[np.uint16]
#: Draws of the bootstrap: the ends of a 95 % interval rest on 100 of them each.
RESAMPLES = 4000


@dataclass(frozen=True)
class Crossed:
    """A mean over seeds and examples, with its bootstrap interval.

    Attributes:
        mean, low, high: the mean and its 95 % percentile interval.
        p: two-sided p-value of "the mean is 0": twice the share of draws on the other side of 0.
    """

    mean: float
    low: float
    high: float
    p: float


def right_answers(record: RunRecord, condition: str) -> Marks | None:
    """Which test examples a condition's networks had right at the end, (seeds, examples).

    None where the record does not keep it.
    """
    if not record.right:
        return None
    names = [known.name for known in record.config.conditions]
    n = len(record.config.seeds)
    first = n * names.index(condition)
    return unpacked(record.right[first : first + n], record.test_size)


def crossed_mean(values: NDArray[np.float64], seed: int = 20170608) -> Crossed:
    """The mean of a table (seeds, examples) with an interval over both.

    Crossed bootstrap: seeds are drawn with replacement, and so are examples, the same for all
    seeds; what an example adds to every network's accuracy then counts as one draw, not as many.

    Args:
        values: one number for each seed and example, such as right in one arm minus right in
            another.
        seed: of the draws.
    """
    seeds, examples = values.shape
    return _crossed(np.ascontiguousarray(values, dtype=np.float64).tobytes(), seeds, examples, seed)


# The rows of a claim are decided together: each asks for all of them.
@lru_cache(maxsize=64)
def _crossed(content: bytes, seeds: int, examples: int, seed: int) -> Crossed:
    values = np.frombuffer(content).reshape(seeds, examples)
    # Over how many they are: the weights of a resample, which add up to 1.
    by_seed, by_example = (times / times.shape[1] for times in _draws(seeds, examples, seed))
    means = np.einsum("rs,se,re->r", by_seed, values, by_example, optimize=True)
    low, high = np.quantile(means, (0.025, 0.975))
    # Draws at 0 count for both sides; at least one is thought to be beyond.
    beyond = min(float((means <= 0).mean()), float((means >= 0).mean()))
    p = min(1.0, 2 * max(beyond, 1 / RESAMPLES))
    return Crossed(float(values.mean()), float(low), float(high), p)


# Tables of one shape are resampled alike, and to draw takes longer than all the rest.
@lru_cache(maxsize=2)
def _draws(seeds: int, examples: int, seed: int) -> tuple[Counts, Counts]:
    """How often each seed and each example is drawn, (resamples, seeds) and (…, examples)."""
    draw = np.random.default_rng(seed)
    one, other = (draw.multinomial(n, np.full(n, 1 / n), RESAMPLES) for n in (seeds, examples))
    return one.astype(np.uint16), other.astype(np.uint16)
