"""Intervals and tests against values worked out by hand or by another route."""

from __future__ import annotations

import math

import pytest

from actmath.experiment.statistics import beats_chance, exceeds, holm, mean_interval


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
