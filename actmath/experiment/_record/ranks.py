"""Methods compared over many data sets: average ranks, Friedman's and Wilcoxon's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ..._arrays import real_array
from ..._text.kinds import check_kind, check_name
from ..._text.tables import Answer
from .significance import Comparison, Significance, compare, holm, paired_differences

ScoresByMethod = Mapping[str, Sequence[float]]


@dataclass(frozen=True, repr=False)
class MethodPair(Answer):
    """One method against another over the data sets.

    Attributes:
        first, second: the methods.
        comparison: of first − second; one-sided, "greater".
        p_adjusted: the one-sided Wilcoxon p-value after Holm's correction over the family.
        p_two_sided: Wilcoxon's p-value of "they differ", not corrected.
        wins, losses: on how many data sets the first is better, and worse.
    """

    first: str
    second: str
    comparison: Comparison
    p_adjusted: float
    p_two_sided: float
    wins: int
    losses: int


@dataclass(frozen=True, repr=False)
class Ranking(Answer):
    """Average ranks of k methods over n data sets; 1 is best, (k + 1)/2 is the middle.

    Attributes:
        ranks: by method, best first.
        friedman: test of "all methods are alike".
        n: number of data sets.
    """

    ranks: Mapping[str, float]
    friedman: Significance
    n: int

    @property
    def middle(self) -> float:
        """The average rank of a method that is like the others."""
        # The mean of 1 … k.
        return (len(self.ranks) + 1) / 2

    def centered(self, method: str) -> float:
        """A method's average rank minus the middle: negative is better than average."""
        return self.ranks[method] - self.middle

    def critical_difference(self, level: float = 0.05) -> float:
        """How far apart two average ranks must be to differ, by Nemenyi's test of all pairs.

        q·√(k(k + 1)/(6n)), q the quantile of the studentized range over √2.
        """
        k = len(self.ranks)
        # Infinite degrees of freedom: the variance of ranks is known, not estimated.
        q = float(stats.studentized_range.ppf(1 - level, k, np.inf)) / np.sqrt(2)
        # Of alike methods the difference of two average ranks has variance k(k + 1)/(6n).
        return float(q * np.sqrt(k * (k + 1) / (6 * self.n)))


def ranking(scores: ScoresByMethod) -> Ranking:
    """Average ranks, the highest score being best and equal scores sharing their ranks.

    Args:
        scores: by method one score a data set, in the same order.

    Raises:
        ValueError: for fewer than three methods or two data sets, or of different lengths.
        TypeError: for what is no mapping, or no numbers.

    >>> found = ranking({"a": [0.9, 0.8], "b": [0.7, 0.8], "c": [0.1, 0.2]})
    >>> found.ranks
    {'a': 1.25, 'b': 1.75, 'c': 3.0}
    """
    check_kind(scores, Mapping, "scores")
    table = _table(scores)
    # Equal scores share the mean of their ranks.
    averages = stats.rankdata(-table, axis=0).mean(axis=1)  # −: the highest score has rank 1
    # Stable: methods of equal rank stay in the order given.
    order = np.argsort(averages, kind="stable")
    names = list(scores)
    # A row a method; the data sets are the blocks.
    found = stats.friedmanchisquare(*table)
    return Ranking(
        {names[i]: float(averages[i]) for i in order},
        Significance("Friedman", float(found.statistic), float(found.pvalue)),
        table.shape[1],
    )


def against_each(scores: ScoresByMethod, method: str) -> tuple[MethodPair, ...]:
    """One method against each of the others; Holm's correction is over these pairs.

    Raises:
        TypeError: for what is no mapping or no name.
    """
    check_kind(scores, Mapping, "scores")
    check_name(method, "method")
    others = [name for name in scores if name != method]
    found = [compare(scores[method], scores[other], "greater") for other in others]
    adjusted = holm([comparison.p_wilcoxon for comparison in found])
    return tuple(
        _pair(scores, method, other, comparison, p)
        for other, comparison, p in zip(others, found, adjusted, strict=True)
    )


def _pair(
    scores: ScoresByMethod, first: str, second: str, comparison: Comparison, p: float
) -> MethodPair:
    # A score of nan is a lost data set, as it is to ``comparison``.
    own, other = (real_array(scores[name], f"scores of {name}") for name in (first, second))
    differences = paired_differences(own, other, comparison.alternative)
    # Wilcoxon's test is undefined where all differences are 0.
    two_sided = float(stats.wilcoxon(differences).pvalue) if differences.any() else 1.0
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    return MethodPair(first, second, comparison, p, two_sided, wins, losses)


def _table(scores: ScoresByMethod) -> NDArray[np.float64]:
    rows = {name: real_array(values, f"scores of {name}") for name, values in scores.items()}
    shapes = {row.shape for row in rows.values()}
    if len(rows) < 3 or len(shapes) != 1 or max(row.ndim for row in rows.values()) != 1:
        raise ValueError(f"three methods or more wanted, on the same data sets, got {_sizes(rows)}")
    table = np.stack(list(rows.values()))
    if table.shape[1] < 2:
        raise ValueError(f"two data sets or more wanted, got {_sizes(rows)}")
    # A score of nan ranks last.
    return np.where(np.isfinite(table), table, -np.inf)


def _sizes(rows: Mapping[str, NDArray[np.float64]]) -> str:
    return ", ".join(f"{name} with {row.shape}" for name, row in rows.items())
