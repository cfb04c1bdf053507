"""The rates of the deep rectifiers follow their rule, from runs that saw no test image."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from actmath.experiment import RunRecord, recorded
from actmath.experiment.recipes import get, he_depth

RESULTS = Path(__file__).parents[2] / "book" / "results"


@pytest.fixture(scope="module")
def scan() -> RunRecord:
    return recorded("he-depth", "scan", RESULTS)


@pytest.mark.parametrize("arm", he_depth.RATES)
def test_rate_of_an_arm_is_what_the_rule_says(scan: RunRecord, arm: str) -> None:
    rate = get("he-depth").config("book").condition(arm).learning_rate
    assert rate == he_depth.best_rate(scan, arm)


def test_a_diverged_network_counts_as_one_that_knows_nothing(scan: RunRecord) -> None:
    members = [c.name for c, _ in scan.config.members]
    losses = {"he-22@0.001": 2.0, "he-22@0.003": 1.0, "he-22@0.01": math.nan, "he-22@0.03": 9.0}
    made = replace(scan, curves={"train_loss": tuple((losses.get(n, 5.0),) for n in members)})
    assert he_depth.best_rate(made, "he-22") == 0.003
    assert he_depth.best_rate(made, "he-30") == min(he_depth.GRID)  # all alike: the first


def test_scan_is_judged_on_training_images_and_other_seeds() -> None:
    scan, book = (get("he-depth").config(preset) for preset in ("scan", "book"))
    assert scan.evaluate_on == "validation"
    assert not set(scan.seeds) & set(book.seeds)
    assert len(scan.conditions) == len(book.conditions) * len(he_depth.GRID)
