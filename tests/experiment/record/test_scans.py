"""The rule for learning rates, on made-up scans."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from actmath.experiment._record.config import Condition, Config
from actmath.experiment._record.provenance import Provenance
from actmath.experiment._record.record import RunRecord
from actmath.experiment._record.scans import RateScan, at_rate

RELU = Condition("relu", "relu", "unit", "he_normal", 0.5)
SELU = replace(RELU, name="selu", activation="selu")
RATES = (0.01, 0.1)


def scanned(rule: RateScan, losses: Mapping[str, float]) -> RunRecord:
    """A record of the rule's arms whose last losses are given by arm, and else 5."""
    config = Config("toy", "scan", rule.arms, (0,), "mnist-5k", 8, 1, 1, 32)
    rows = tuple((9.0, losses.get(arm.name, 5.0)) for arm in rule.arms)
    origin = Provenance("0" * 40, False, {}, "no device", 1, "2026-01-01", 1.0)
    return RunRecord(config, origin, "", 1, 1, 0.1, {"train_loss": rows}, {})


def test_an_arm_shows_its_rate() -> None:
    assert at_rate(RELU, 0.003) == replace(RELU, name="relu@0.003", learning_rate=0.003)


def test_arms_are_every_condition_at_every_rate() -> None:
    rule = RateScan((RELU,), RATES, beside=(SELU,))
    assert [arm.name for arm in rule.arms] == ["relu@0.01", "relu@0.1", "selu@0.01", "selu@0.1"]


def test_together_the_sum_decides_and_what_runs_beside_does_not_count() -> None:
    losses = {"relu@0.01": 1.0, "relu@0.1": 2.0, "selu@0.01": 3.0, "selu@0.1": 1.0}
    both = RateScan((RELU, SELU), RATES)
    assert both.best_rate(scanned(both, losses)) == 0.1
    assert both.best_rate(scanned(both, losses), "relu") == 0.1
    one = RateScan((RELU,), RATES, beside=(SELU,))
    assert one.best_rate(scanned(one, losses)) == 0.01


def test_alone_every_arm_has_its_own() -> None:
    losses = {"relu@0.01": 1.0, "relu@0.1": 2.0, "selu@0.01": 3.0, "selu@0.1": 1.0}
    rule = RateScan((RELU, SELU), RATES, alone=True)
    record = scanned(rule, losses)
    assert (rule.best_rate(record, "relu"), rule.best_rate(record, "selu")) == (0.01, 0.1)
    for unknown in ("elu", None):
        with pytest.raises(ValueError, match="a rate for each of relu, selu, not for"):
            rule.best_rate(record, unknown)


def test_a_diverged_network_counts_as_one_that_knows_nothing() -> None:
    rule = RateScan((RELU, SELU), RATES, worst=2.0)
    losses = {"relu@0.01": math.nan, "selu@0.01": 1.0, "relu@0.1": 1.6, "selu@0.1": 1.6}
    assert rule.best_rate(scanned(rule, losses)) == 0.01
    assert rule.best_rate(scanned(rule, {**losses, "relu@0.01": 1e9})) == 0.01


def test_of_an_accuracy_the_greatest_is_chosen() -> None:
    rows = {"relu@0.01": (0.2, 0.9), "relu@0.1": (0.8, 0.5)}
    rule = RateScan((RELU,), RATES, curve="test_accuracy")
    curves = {"test_accuracy": tuple(rows[arm.name] for arm in rule.arms)}
    assert rule.best_rate(replace(scanned(rule, {}), curves=curves)) == 0.01
    assert replace(rule, when="mean").best_rate(replace(scanned(rule, {}), curves=curves)) == 0.1


def test_of_equals_the_first_is_chosen() -> None:
    rule = RateScan((RELU,), RATES)
    assert rule.best_rate(scanned(rule, {})) == 0.01


def test_the_rule_looks_at_the_last_value_or_at_the_mean_over_epochs() -> None:
    curves = {"relu@0.01": (1.0, 4.0, 4.0), "relu@0.1": (9.0, 1.0, 1.0)}
    for when, chosen in (("last", 0.1), ("mean", 0.01)):
        rule = RateScan((RELU,), RATES, when=when)
        record = scanned(rule, {})
        rows = tuple(curves[arm.name] for arm in rule.arms)
        assert rule.best_rate(replace(record, curves={"train_loss": rows})) == chosen


def test_a_mean_over_epochs_with_a_nan_counts_as_diverged() -> None:
    rule = RateScan((RELU,), RATES, worst=2.0, when="mean")
    record = replace(scanned(rule, {}), curves={"train_loss": ((1.0, math.nan), (1.9, 1.9))})
    assert rule.best_rate(record) == 0.1


def test_an_unknown_moment_to_look_at() -> None:
    with pytest.raises(ValueError, match="when 'first' is not known"):
        RateScan((RELU,), RATES, when="first")
