"""The decision rules on made-up records: each verdict can come out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from actmath.claims._claim import Verdict
from actmath.claims.snn.run_tables import (
    PRINTED_AREAS,
    PRINTED_RANKS,
    best_rank,
    better_than_each,
    largest_area,
)
from actmath.experiment import RunRecord, recorded
from actmath.experiment.recipes import RECIPES
from actmath.experiment.recipes.tabular import SEVEN_METHODS, table_scores

NAMES = [condition.name for condition in SEVEN_METHODS]


def record(recipe: str, score: str, ahead: float, noise: float = 0.01) -> RunRecord:
    """A record in which the first method is ahead of the others, which are alike."""
    config = RECIPES[recipe].config("book")
    folds = 36 if recipe == "tabular" else 10
    random = np.random.default_rng(0)
    rows = random.normal(0.8, noise, (len(config.members), folds))
    rows[: len(config.seeds)] += ahead
    layers = {f"{score}_after": tuple(map(tuple, rows.tolist()))}
    template = recorded("fifty-layers", "smoke")
    return replace(template, config=config, layers=layers, curves={})


@pytest.mark.parametrize(
    ("ahead", "rank", "each"),
    [
        (0.05, Verdict.REPRODUCED, Verdict.REPRODUCED),
        (-0.05, Verdict.NOT_REPRODUCED, Verdict.NOT_REPRODUCED),
        (0.004, Verdict.UNDECIDED, Verdict.UNDECIDED),
    ],
)
def test_ranks(ahead: float, rank: Verdict, each: Verdict) -> None:
    made_up = record("tabular", "accuracy", ahead)
    assert best_rank(made_up).verdict is rank
    assert better_than_each(made_up).verdict is each


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [
        (0.05, Verdict.REPRODUCED),
        (-0.05, Verdict.NOT_REPRODUCED),
        (0.01, Verdict.UNDECIDED),
    ],
)
def test_areas(ahead: float, verdict: Verdict) -> None:
    found = largest_area(record("tabular-auc", "auc", ahead))
    assert found.verdict is verdict
    assert "keel:magic" in found.evidence


def test_scores_average_over_repetitions_and_folds_of_a_table() -> None:
    made_up = record("tabular", "accuracy", 0.0)
    made_up = replace(made_up, config=replace(made_up.config, seeds=(0, 1)))
    rows = np.random.default_rng(1).random((14, 36))
    made_up = replace(made_up, layers={"accuracy_after": tuple(map(tuple, rows.tolist()))})
    expected = [rows[:2, 2 * i : 2 * i + 2].mean() for i in range(18)]
    np.testing.assert_allclose(table_scores(made_up)["snn"], expected)


def test_printed_numbers_name_the_methods() -> None:
    assert set(PRINTED_RANKS) == set(PRINTED_AREAS) == set(NAMES)
    assert sum(PRINTED_RANKS.values()) == pytest.approx(0, abs=0.01)
