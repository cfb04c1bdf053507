"""Intervals and tests for a handful of repetitions, each a frozen value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Estimate:
    """A mean over n repetitions with its Student-t interval.

    Attributes:
        mean, low, high: in the unit of the values; infinite ends for a single repetition.
        deviation: standard deviation of the values (n − 1 in the denominator), nan for n = 1.
        n: number of repetitions.
        level: confidence, such as 0.95.
    """

    mean: float
    low: float
    high: float
    deviation: float
    n: int
    level: float


@dataclass(frozen=True)
class Significance:
    """A one-sided test: its name, the statistic, and the p-value."""

    name: str
    statistic: float
    p: float


def mean_interval(values: Sequence[float], level: float = 0.95) -> Estimate:
    """Mean ± t·s/√n, with t the (1 + level)/2 quantile of Student's t at n − 1 degrees.

    Raises:
        ValueError: if there are no values or the level is not between 0 and 1.
    """
    if not len(values) or not 0 < level < 1:
        raise ValueError(f"an interval needs values and 0 < level < 1, got {values!r}, {level}")
    n, mean = len(values), float(np.mean(values))
    if n == 1:
        return Estimate(mean, -math.inf, math.inf, math.nan, n, level)
    deviation = float(np.std(values, ddof=1))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * deviation / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, deviation, n, level)


def exceeds(values: Sequence[float], bound: float) -> Significance:
    """Is the mean over repetitions above a bound? One-sample t-test of "at most".

    Raises:
        ValueError: if the values do not spread, so that t does not exist.
    """
    if len(set(values)) < 2:
        raise ValueError(f"a t-test needs values that differ, got {list(values)}")
    found = stats.ttest_1samp(values, bound, alternative="greater")
    return Significance("one-sample t", float(found.statistic), float(found.pvalue))


def beats_chance(right: int, n: int, chance: float) -> Significance:
    """Does one classifier beat a constant answer? Exact binomial test of its right answers.

    Args:
        right: right answers.
        n: independent test items.
        chance: probability of a right answer under the hypothesis.
    """
    p = stats.binomtest(right, n, chance, alternative="greater").pvalue
    return Significance("exact binomial", float(right), float(p))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values, in the order given: the family-wise error stays below the level.

    The i-th smallest of m becomes max over j ≤ i of (m − j + 1)·p₍ⱼ₎, at most 1.
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    raised = np.maximum.accumulate(factors * np.asarray(p_values, dtype=float)[order])
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(raised, 1.0)
    return tuple(adjusted.tolist())
