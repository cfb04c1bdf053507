"""Intervals and tests against values worked out by hand or by another route."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from actmath.experiment._record.significance import (
    SHARE,
    beats_chance,
    compare,
    exceeds,
    holm,
    mean_interval,
    visible_effect,
)


def test_interval_by_hand() -> None:
    found = mean_interval([1.0, 2.0, 3.0, 4.0])
    half = 3.182446305284263 * math.sqrt(5 / 3) / 2
    assert found.mean == 2.5
    assert found.deviation == pytest.approx(math.sqrt(5 / 3), rel=1e-14)
    assert (found.low, found.high) == pytest.approx((2.5 - half, 2.5 + half), rel=1e-12)
    assert (found.n, found.level) == (4, 0.95)


def test_one_repetition_leaves_everything_open() -> None:
    found = mean_interval([0.3])
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert math.isnan(found.deviation)


@pytest.mark.parametrize("values", [[1.0, 0.62], [1.0, 1.0, 0.6], [0.0, 0.01, 0.3], [0.4]])
def test_an_interval_of_a_share_stays_a_share(values: list[float]) -> None:
    found, free = mean_interval(values, within=SHARE), mean_interval(values)
    assert 0 <= found.low <= found.mean <= found.high <= 1
    # Cut where there is nothing possible, and nowhere else.
    assert (found.low, found.high) == (max(free.low, 0.0), min(free.high, 1.0))
    assert (free.low, free.high) != (found.low, found.high)


def test_cutting_an_interval_keeps_its_confidence() -> None:
    """The mean is in the cut interval exactly if it is in the whole one."""
    draws = np.random.default_rng(5).beta(8, 1, (400, 6))
    mean = 8 / 9
    for row in draws:
        cut, whole = mean_interval(row.tolist(), within=SHARE), mean_interval(row.tolist())
        assert (cut.low <= mean <= cut.high) == (whole.low <= mean <= whole.high)


def test_values_outside_of_what_is_possible() -> None:
    with pytest.raises(ValueError, match="must lie there"):
        mean_interval([0.5, 1.2], within=SHARE)


@pytest.mark.parametrize(("values", "level"), [([], 0.95), ([1.0, 2.0], 1.0), ([1.0], 0.0)])
def test_impossible_intervals(values: list[float], level: float) -> None:
    with pytest.raises(ValueError, match="interval"):
        mean_interval(values, level)


def test_t_by_hand() -> None:
    # Two values give one degree of freedom: Cauchy, whose tail is 1/2 − arctan(t)/π.
    found = exceeds([0.2, 0.4], 0.1)
    t = (0.3 - 0.1) / (0.1 * math.sqrt(2) / math.sqrt(2))
    assert found.statistic == pytest.approx(t)
    assert found.p == pytest.approx(0.5 - math.atan(t) / math.pi)


def test_t_is_one_sided() -> None:
    assert exceeds([0.0, 0.05], 0.1).p > 0.5


@pytest.mark.parametrize("values", [[], [0.5], [0.5, 0.5]])
def test_t_refuses_values_without_spread(values: list[float]) -> None:
    with pytest.raises(ValueError, match="values that differ"):
        exceeds(values, 0.1)


def test_binomial_by_hand() -> None:
    tail = sum(math.comb(20, k) * 0.1**k * 0.9 ** (20 - k) for k in range(5, 21))
    assert beats_chance(5, 20, 0.1).p == pytest.approx(tail, rel=1e-12)
    assert beats_chance(0, 20, 0.1).p == 1.0


def test_holm_by_hand() -> None:
    # Sorted 0.01, 0.03, 0.04 times 3, 2, 1 is 0.03, 0.06, 0.04; the last is raised to 0.06.
    assert holm([0.04, 0.01, 0.03]) == pytest.approx((0.06, 0.03, 0.06))


def test_holm_stops_at_1_and_keeps_ties() -> None:
    assert holm([0.9, 0.9]) == (1.0, 1.0)
    assert holm([0.02]) == (0.02,)


def test_holm_takes_no_p_value_for_1() -> None:
    assert holm([float("nan"), 0.01, 0.03]) == holm([1.0, 0.01, 0.03])


FIRST, SECOND = [3.0, 5.0, 4.0, 6.0], [2.0, 3.0, 3.5, 2.0]


def test_comparison_against_scipy() -> None:
    found = compare(FIRST, SECOND, "greater")
    expected = stats.ttest_rel(FIRST, SECOND, alternative="greater")
    assert found.p == pytest.approx(expected.pvalue, rel=1e-12)
    assert found.difference.mean == pytest.approx(1.875)
    interval = stats.ttest_rel(FIRST, SECOND).confidence_interval()
    assert (found.difference.low, found.difference.high) == pytest.approx(tuple(interval))
    assert found.p_wilcoxon == stats.wilcoxon(FIRST, SECOND, alternative="greater").pvalue
    assert found.effect == pytest.approx(1.875 / np.std([1, 2, 0.5, 4], ddof=1))
    assert compare(FIRST, SECOND, "less").p == pytest.approx(1 - found.p)
    assert found.p_two_sided == pytest.approx(stats.ttest_rel(FIRST, SECOND).pvalue, rel=1e-12)
    assert "d = 1.2, two-sided paired t test p = 0.094, n = 4" in found.sentence()
    assert "smallest visible difference 3.3" in found.sentence()


def test_differences_that_are_equal_but_for_rounding() -> None:
    """0.1·k + 0.3 − 0.1·k is 0.3 up to a rounding, which a t-test would find significant."""
    second = [0.1 * k for k in range(5)]
    found = compare([value + 0.3 for value in second], second, "greater")
    assert (found.test, found.p, found.visible) == ("exact sign", 2**-5, 0)
    slightly = compare([value + 1e-9 * k for k, value in enumerate(second)], second, "greater")
    assert slightly.test == "paired t"


@pytest.mark.parametrize("n", [2, 5, 16])
def test_the_smallest_visible_effect_is_seen_four_times_in_five(n: int) -> None:
    draws = np.random.default_rng(7).normal(visible_effect(1.0, n), 1.0, (20_000, n))
    seen = stats.ttest_1samp(draws, 0, axis=1).pvalue < 0.05
    # Standard error of the share: √(0.8·0.2/20000) = 0.003.
    assert seen.mean() == pytest.approx(0.8, abs=0.012)


def test_of_one_repetition_nothing_is_seen_and_without_spread_everything() -> None:
    assert visible_effect(1.0, 1) == math.inf
    assert visible_effect(0.0, 8) == 0


def test_what_diverged_has_lost() -> None:
    found = compare([1.0, 1.0, 1.0, 1.0], [2.0, math.nan, 3.0, 4.0], "less")
    assert found.difference.mean == pytest.approx((-1 - 3 - 2 - 3) / 4)
    lost = compare([2.0, math.nan, 3.0, 4.0], [1.0, 1.0, 1.0, 1.0], "less")
    assert lost.difference.mean == pytest.approx((1 + 3 + 2 + 3) / 4)
    assert compare([math.nan] * 3, [math.nan] * 3, "less").p == 0.5


def test_equal_differences_leave_t_undefined() -> None:
    found = compare([2.0] * 5, [1.0] * 5, "greater")
    assert (found.test, found.p, found.effect) == ("exact sign", 2**-5, math.inf)
    assert compare([2.0] * 5, [1.0] * 5, "less").p == 1
    assert found.p_two_sided == compare([2.0] * 5, [1.0] * 5, "less").p_two_sided == 2**-4
    assert compare([1.0] * 5, [1.0] * 5, "less").p_two_sided == 1
    assert compare([1.0] * 5, [1.0] * 5, "less").effect == 0


@pytest.mark.parametrize(
    ("first", "second", "alternative", "message"),
    [
        ([1.0], [2.0], "less", "at least two"),
        ([1.0, 2.0], [2.0], "less", "got 2 and 1"),
        ([1.0, 2.0], [2.0, 1.0], "two-sided", "greater or less, got 'two-sided'"),
    ],
)
def test_impossible_comparisons(
    first: list[float], second: list[float], alternative: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        compare(first, second, alternative)
