"""Ranks and tests over data sets, against numbers worked out by hand and by other routes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from actmath.experiment._record.ranks import against_each, ranking

SCORES = {
    "a": [0.9, 0.8, 0.7, 0.95, 0.6, 0.81],
    "b": [0.8, 0.8, 0.6, 0.90, 0.5, 0.82],
    "c": [0.1, 0.2, 0.3, 0.40, 0.5, 0.60],
}


def test_ties_share_their_ranks_and_best_comes_first() -> None:
    found = ranking({"c": SCORES["c"], "b": SCORES["b"], "a": SCORES["a"]})
    assert list(found.ranks) == ["a", "b", "c"]
    assert found.ranks == pytest.approx({"a": 7.5 / 6, "b": 11 / 6, "c": 17.5 / 6})
    assert found.middle == 2
    assert sum(map(found.centered, found.ranks)) == pytest.approx(0)
    assert found.friedman.p == stats.friedmanchisquare(*SCORES.values()).pvalue


def test_critical_difference_is_that_of_the_printed_table() -> None:
    """For k = 7 methods the table of Nemenyi's test has q = 2.949 at 0.05."""
    found = ranking({str(i): np.arange(20.0) + i for i in range(7)})
    expected = 2.949 * np.sqrt(7 * 8 / (6 * 20))
    assert found.critical_difference() == pytest.approx(expected, abs=5e-4)


def test_pairs() -> None:
    pairs = {pair.second: pair for pair in against_each(SCORES, "a")}
    assert (pairs["b"].wins, pairs["b"].losses) == (4, 1)
    assert (pairs["c"].wins, pairs["c"].losses) == (6, 0)
    assert pairs["c"].comparison.p_wilcoxon == 1 / 64
    assert pairs["c"].p_adjusted == 2 / 64
    assert pairs["c"].p_two_sided == 2 / 64


def test_equal_methods_differ_in_nothing() -> None:
    pairs = against_each({"a": [1.0, 2.0], "b": [1.0, 2.0]}, "a")
    assert (pairs[0].p_two_sided, pairs[0].p_adjusted, pairs[0].wins) == (1, 1, 0)


def test_a_score_that_is_none_is_a_lost_data_set() -> None:
    """Lost by the largest of the other differences, 8; in ranks by any score below all others."""
    others = {"b": [0.0, 1.0, 0.0, 0.0, 0.0], "c": [0.0, 9.0, 9.0, 0.0, 1.0]}
    nan, low = ({"a": [lost, 2.0, 4.0, 8.0, -3.0], **others} for lost in (float("nan"), -8.0))
    first, by_hand = against_each(nan, "a")[0], against_each(low, "a")[0]
    assert first.p_two_sided == by_hand.p_two_sided == stats.wilcoxon([-8, 1, 4, 8, -3]).pvalue
    assert (first.wins, first.losses) == (3, 2)
    assert ranking(nan) == ranking(low)


def test_too_little_to_rank() -> None:
    with pytest.raises(ValueError, match="three methods or more"):
        ranking({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    with pytest.raises(ValueError, match="on the same data sets"):
        ranking({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": [1.0]})
