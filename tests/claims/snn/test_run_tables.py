"""The decision rules on made-up records: each verdict can come out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from actmath.claims.snn.run_tables import (
    _AREAS,
    _PULSARS,
    _RANKS,
    PRINTED_AREAS,
    PRINTED_RANKS,
    best_rank,
    better_than_each,
    largest_area,
)
from actmath.experiment import RunRecord, recorded
from actmath.experiment.recipes import RECIPES
from actmath.experiment.recipes.tabular import SEVEN_METHODS, constant_scores, table_scores

from ..made_up import failing, judged, saved, settled
from ..made_up import made_up as invented

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
    ("ahead", "agrees", "significant"),
    [(0.05, True, True), (-0.05, False, True), (0.0015, True, False)],
)
def test_ranks(ahead: float, agrees: bool, significant: bool) -> None:
    made_up = record("tabular", "accuracy", ahead)
    for found in (best_rank(made_up), better_than_each(made_up)):
        assert (found.agrees, found.p < 0.05) == (agrees, significant)
        assert "visible from" in found.text


@pytest.mark.parametrize(
    ("level", "chosen", "failed"),
    [(0.6, 0.2, set()), (0.8, 0.2, {"learned"}), (0.6, 2.0, {"tuning"})],
)
def test_ranks_need_methods_that_know_more_than_the_classes_shares(
    tmp_path: Path, level: float, chosen: float, failed: set[str]
) -> None:
    made_up = record("tabular", "accuracy", 0.05)
    n = len(made_up.config.members)
    layers = {
        **made_up.layers,
        "factors_after": tuple((chosen,) * 36 for _ in range(n)),
        "constant_accuracy_after": tuple((level,) * 36 for _ in range(n)),
    }
    curves = {"accuracy": settled("tabular", lambda _: 0.8, 0.5)}
    curves_of = invented("tabular", curves, {}).curves
    saved(tmp_path, replace(made_up, curves=curves_of, layers=layers))
    for row in ("C-SNN-15.a", "C-SNN-15.b"):
        found = judged(_RANKS, row, tmp_path)
        assert failing(found) == failed
        assert "least ahead of the most frequent class is" in found.evidence


def test_a_lead_that_is_no_lead_is_no_opposite() -> None:
    """Another method is first by nothing: "not first" needs a test, too."""
    found = best_rank(record("tabular", "accuracy", -0.002))
    assert not found.agrees
    assert "has the best average rank" in found.text
    assert found.p > 0.05


@pytest.mark.parametrize(
    ("ahead", "agrees", "significant"),
    [(0.05, True, True), (-0.05, False, True), (0.001, False, False)],
)
def test_areas(tmp_path: Path, ahead: float, agrees: bool, significant: bool) -> None:
    made_up = record("tabular-auc", "auc", ahead)
    found = largest_area(made_up)
    assert (found.agrees, found.p < 0.05) == (agrees, significant)
    curves = {"auc": settled("tabular-auc", lambda _: 0.8, 0.5)}
    saved(tmp_path, replace(made_up, curves=invented("tabular-auc", curves, {}).curves))
    row = judged(_AREAS, "C-SNN-16.b", tmp_path)
    # Of the settings that each method chose none is recorded.
    assert failing(row) == {"tuning"} | (set() if significant else {"test"})
    assert "keel:magic" in row.evidence


@pytest.mark.parametrize(
    ("chosen", "ahead", "failed"),
    [(0.5, 0.05, set()), (0.5, 0.0, {"test"}), (2.5, 0.05, {"tuning"})],
)
def test_pulsars(tmp_path: Path, chosen: float, ahead: float, failed: set[str]) -> None:
    recipe = "tabular-htru2"
    made_up = record(recipe, "auc", ahead)
    factors = tuple((chosen,) * 10 for _ in made_up.config.members)
    curves = {"auc": settled(recipe, lambda _: 0.8, 0.5)}
    layers = {**made_up.layers, "factors_after": factors}
    curves_of = invented(recipe, curves, {}).curves
    saved(tmp_path, replace(made_up, curves=curves_of, layers=layers))
    row = judged(_PULSARS, "C-SNN-16.a", tmp_path)
    assert failing(row) == failed
    assert "printed 0.9803" in row.evidence


def test_scores_average_over_repetitions_and_folds_of_a_table() -> None:
    made_up = record("tabular", "accuracy", 0.0)
    rows = np.random.default_rng(1).random((21, 36))
    layer = tuple(map(tuple, rows.tolist()))
    made_up = replace(made_up, layers={"accuracy_after": layer, "constant_accuracy_after": layer})
    expected = [rows[:3, 2 * i : 2 * i + 2].mean() for i in range(18)]
    np.testing.assert_allclose(table_scores(made_up)["snn"], expected)
    np.testing.assert_allclose(constant_scores(made_up), expected)


def test_printed_numbers_name_the_methods() -> None:
    assert set(PRINTED_RANKS) == set(PRINTED_AREAS) == set(NAMES)
    assert sum(PRINTED_RANKS.values()) == pytest.approx(0, abs=0.01)
