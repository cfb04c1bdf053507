"""Which test examples were right, and intervals over seeds and examples at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .._files.marks import Marks, unpacked
from .record import RunRecord

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
    draw = np.random.default_rng(seed)
    # How often each is drawn, over how many: the weights of a resample, which add up to 1.
    by_seed = draw.multinomial(seeds, np.full(seeds, 1 / seeds), RESAMPLES) / seeds
    by_example = draw.multinomial(examples, np.full(examples, 1 / examples), RESAMPLES) / examples
    means = np.einsum("rs,se,re->r", by_seed, values, by_example, optimize=True)
    low, high = np.quantile(means, (0.025, 0.975))
    # Draws at 0 count for both sides; at least one is thought to be beyond.
    beyond = min(float((means <= 0).mean()), float((means >= 0).mean()))
    p = min(1.0, 2 * max(beyond, 1 / RESAMPLES))
    return Crossed(float(values.mean()), float(low), float(high), p)
