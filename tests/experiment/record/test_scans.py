"""A scan's rate is that of the lowest loss; what diverged counts as the worst."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from actmath.experiment import Provenance, RunRecord
from actmath.experiment._record.config import Condition, Config
from actmath.experiment._record.scans import at_rate, lowest

ARMS = tuple(Condition(name, "relu", "unit", "he_normal", 1.0) for name in "ab")
RATES = (0.1, 0.2, 0.4)
LOSSES = {"a@0.1": 1.0, "a@0.2": 0.5, "a@0.4": 0.1, "b@0.1": 1.0, "b@0.2": 0.6, "b@0.4": math.nan}


@pytest.fixture
def scan(toy: Config) -> RunRecord:
    conditions = tuple(at_rate(arm, rate) for arm in ARMS for rate in RATES)
    config = replace(toy, conditions=conditions, seeds=(0, 1))
    curve = tuple((9.0, LOSSES[condition.name]) for condition, _ in config.members)
    origin = Provenance(None, None, {}, "abacus", 1, "2017-06-08", 1.0)
    return RunRecord(config, origin, "", 1, 1, 0.1, {"train_loss": curve}, {})


def test_a_rate_shows_in_the_name() -> None:
    assert at_rate(ARMS[0], 0.25) == replace(ARMS[0], name="a@0.25", learning_rate=0.25)


def test_the_sum_over_arms_decides(scan: RunRecord) -> None:
    assert lowest(scan, ARMS[:1], RATES) == 0.4
    assert lowest(scan, ARMS, RATES) == 0.2
    assert lowest(scan, ARMS, RATES, worst=0.7) == 0.4
    assert lowest(scan, ARMS[:1], (0.1, 0.1)) == 0.1
