"""Intervals and tests for a handful of repetitions, each a frozen value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from ..._arrays import plain_array, real_array, real_number
from ..._text.p_values import p_is
from ..._text.tables import Answer


@dataclass(frozen=True)
class Estimate:
    """A mean over n repetitions with its Student-t interval.

    Attributes:
        mean, low, high: in the unit of the values; for a single repetition the ends are those of
            what is possible, without limits infinite.
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
    """A test: its name, the statistic, and the p-value."""

    name: str
    statistic: float
    p: float


@dataclass(frozen=True, repr=False)
class Comparison(Answer):
    """Two conditions compared repetition by repetition.

    Attributes:
        difference: mean of (first − second) with its 95 % t-interval.
        effect: that mean over the standard deviation of the differences (Cohen's d_z); infinite
            where all differences are equal and not 0.
        alternative: ``greater`` or ``less``: what is claimed of first − second.
        p: p-value of the paired t-test against that alternative; where all differences are
            equal, of the exact sign test.
        p_two_sided: p-value of the same test against "they differ".
        visible: the smallest that such pairs show with probability 0.8 (``visible_effect``).
        test: the name of the test that p comes from.
        n: number of pairs.
        differences: first − second, repetition by repetition, all finite.
    """

    difference: Estimate
    effect: float
    alternative: str
    p: float
    p_two_sided: float
    visible: float
    test: str
    n: int
    differences: tuple[float, ...]

    @cached_property
    def p_wilcoxon(self) -> float:
        """The p-value of Wilcoxon's signed-rank test against the alternative.

        It is computed when asked for: with ties SciPy goes through all 2ⁿ signs.
        """
        # A mean of 0 speaks for neither side; SciPy's test is undefined if all differences are 0.
        if not self.difference.mean:
            return 1.0
        return float(stats.wilcoxon(self.differences, alternative=self.alternative).pvalue)

    def sentence(self) -> str:
        """The comparison with its figures, such as a verdict needs them."""
        d = self.difference
        return (
            f"difference {d.mean:+.3g} (95 % interval {d.low:+.3g} … {d.high:+.3g}), "
            f"d = {self.effect:.2g}, two-sided {self.test} test p {p_is(self.p_two_sided)}, "
            f"n = {self.n}, smallest visible difference {self.visible:.2g}"
        )


def compare(first: Sequence[float], second: Sequence[float], alternative: str) -> Comparison:
    """Is the first greater (or less) than the second, repetition by repetition?

    A repetition in which either value is not finite counts as lost by the side that diverged:
    that difference becomes the largest of the finite ones in size, against it (0 if both did).

    Args:
        first, second: one value a repetition, in the same order.
        alternative: ``greater`` or ``less``.

    Raises:
        TypeError: if either is no list of real numbers.
        ValueError: if the lengths differ, there are fewer than two pairs, or the alternative is
            neither.
    """
    if alternative not in ("greater", "less"):
        raise ValueError(f"alternative must be greater or less, got {alternative!r}")
    ours, theirs = _listed(first), _listed(second)
    if len(ours) != len(theirs) or len(ours) < 2:
        raise ValueError(f"pairs wanted, at least two: got {len(ours)} and {len(theirs)} values")
    differences = paired_differences(ours, theirs, alternative)
    mean = float(np.mean(differences))
    # Equal values spread by nothing: NumPy's mean of them may be off by a rounding.
    deviation = float(np.std(differences, ddof=1)) if np.ptp(differences) else 0.0
    test, p = _paired_test(differences, alternative)
    _, p_two_sided = _paired_test(differences, "two-sided")
    # Cohen's d_z; ±∞ for differences that do not spread.
    effect = mean / deviation if deviation else (math.copysign(math.inf, mean) if mean else 0.0)
    return Comparison(
        mean_interval(differences.tolist()),
        effect,
        alternative,
        p,
        p_two_sided,
        visible_effect(deviation, len(differences)),
        test,
        len(differences),
        tuple(differences.tolist()),
    )


#: Differences this much closer together than the values are large are equal: some 2⁻⁵³ each.
ROUNDING = 1e-14


def paired_differences(
    first: NDArray[np.float64], second: NDArray[np.float64], alternative: str
) -> NDArray[np.float64]:
    """First − second, all finite, as ``compare`` takes them."""
    fine_first, fine_second = np.isfinite(first), np.isfinite(second)
    both = fine_first & fine_second
    differences = np.where(both, np.where(both, first, 0) - np.where(both, second, 0), 0.0)
    # What diverged lost its pair by the largest of the finite differences.
    largest = float(np.abs(differences).max()) or 1.0
    favours = 1.0 if alternative == "greater" else -1.0
    # A loss for the side that diverged, whichever sign the claim has.
    differences[fine_first & ~fine_second] = favours * largest
    differences[~fine_first & fine_second] = -favours * largest
    # Rounding of equal differences is no spread: it is 2⁻⁵³ of the values, and a t-test of it
    # would find anything significant.
    size = max(largest, float(np.abs(np.where(both, first, 0.0)).max()))
    if np.ptp(differences) <= ROUNDING * size:
        differences[:] = differences[0]
    return differences


def _paired_test(differences: NDArray[np.float64], alternative: str) -> tuple[str, float]:
    if np.ptp(differences) > 0:
        return "paired t", float(stats.ttest_1samp(differences, 0, alternative=alternative).pvalue)
    if not differences.any():  # nothing speaks for either side
        return "exact sign", 1.0 if alternative == "two-sided" else 0.5
    # Equal differences have no t. If neither side is better, each sign is a fair coin's toss.
    above = int((differences > 0).sum())
    return "exact sign", float(stats.binomtest(above, len(differences), 0.5, alternative).pvalue)


#: The chance with which an effect is to be seen: the usual one of studies' planning.
POWER = 0.8


def visible_effect(deviation: float, n: int, level: float = 0.05) -> float:
    """The smallest mean difference that a two-sided t-test of n pairs shows with probability 0.8.

    With t ~ noncentral(n − 1 degrees, √n·effect/deviation): P(t > critical) = 0.8.

    Args:
        deviation: standard deviation of the differences.
        n: number of pairs; of a single one nothing can be seen.
        level: of the test.

    >>> round(visible_effect(1.0, 8), 2)
    1.16
    """
    return _noncentrality(n, level) * deviation / math.sqrt(n) if n > 1 else math.inf


@cache
def _noncentrality(n: int, level: float) -> float:
    critical = float(stats.t.ppf(1 - level / 2, n - 1))

    def excess(shift: float) -> float:
        # The other tail is left out: where the power is 0.8 it adds less than 1e-4.
        return float(stats.nct.sf(critical, n - 1, shift)) - POWER

    # At 0 the power is half the level; at the other end it is beyond 0.8 for every n.
    return float(optimize.brentq(excess, 0.0, 2 * critical + 4))


#: Where the mean of shares lies, such as accuracies.
SHARE = (0.0, 1.0)


def mean_interval(
    values: Sequence[float],
    level: float = 0.95,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """Mean ± t·s/√n, with t the (1 + level)/2 quantile of Student's t at n − 1 degrees.

    Args:
        values: one a repetition.
        level: confidence.
        within: where values, and so their mean, must lie: what the interval has beyond is cut off.
            It held no mean that is possible, so that the confidence stays.

    Raises:
        TypeError: if they are no list of real numbers.
        ValueError: if there are no values, one is outside, or the level is not between 0 and 1.

    >>> found = mean_interval([1.0, 1.0, 0.7], within=(0.0, 1.0))
    >>> round(found.low, 3), found.high
    (0.47, 1.0)
    """
    ends = real_array(within, "within")
    if ends.shape != (2,) or not ends[0] <= ends[1]:
        raise ValueError(f"within must be two numbers, the lesser first, got {within!r}")
    least, most = map(float, ends)
    listed, level = _listed(values), real_number(level, "level")
    if not len(listed) or not 0 < level < 1:
        raise ValueError(f"an interval needs values and 0 < level < 1, got {values!r}, {level}")
    if listed.min() < least or listed.max() > most:
        raise ValueError(f"values of an interval within {within} must lie there, got {values!r}")
    n, mean = len(listed), float(np.mean(listed))
    if n == 1:
        return Estimate(mean, least, most, math.nan, n, level)
    # n − 1 in the denominator: the unbiased variance.
    deviation = float(np.std(listed, ddof=1))
    # t quantile times the standard error s/√n.
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * deviation / math.sqrt(n)
    return Estimate(mean, max(mean - half, least), min(mean + half, most), deviation, n, level)


def exceeds(values: Sequence[float], bound: float) -> Significance:
    """Is the mean over repetitions above a bound? One-sample t-test of "at most".

    Raises:
        ValueError: if the values do not spread, so that t does not exist.
    """
    if len(set(values)) < 2:
        raise ValueError(f"a t-test needs values that differ, got {list(values)}")
    # P(T ≥ t) with n − 1 degrees of freedom, for a mean at the bound.
    found = stats.ttest_1samp(values, bound, alternative="greater")
    return Significance("one-sample t", float(found.statistic), float(found.pvalue))


def beats_chance(right: int, n: int, chance: float) -> Significance:
    """Does one classifier beat a constant answer? Exact binomial test of its right answers.

    Args:
        right: right answers.
        n: independent test items.
        chance: probability of a right answer under the hypothesis.
    """
    # P(X ≥ right) for X ~ Binomial(n, chance).
    p = stats.binomtest(right, n, chance, alternative="greater").pvalue
    return Significance("exact binomial", float(right), float(p))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values, in the order given: the family-wise error stays below the level.

    The i-th smallest of m becomes max over j ≤ i of (m − j + 1)·p₍ⱼ₎, at most 1.
    """
    # A test without a p-value showed nothing.
    known = np.nan_to_num(np.asarray(p_values, dtype=float), nan=1.0)
    order = np.argsort(known, kind="stable")
    factors = np.arange(len(p_values), 0, -1)  # m − j + 1 for the j-th smallest
    # The maximum so far: a larger p-value is never adjusted to a smaller one.
    raised = np.maximum.accumulate(factors * known[order])
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(raised, 1.0)
    return tuple(adjusted.tolist())


def _listed(values: object) -> NDArray[np.float64]:
    """A list, a tuple, an array or a column of numbers as an array, (n,)."""
    try:
        array = plain_array(values, "a list of values")
    except ValueError:
        array = np.empty((0, 0))
    # NumPy's kinds: real numbers, integers.
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        raise TypeError(f"values must be a list of real numbers, got {values!r}")
    return array.astype(np.float64)
