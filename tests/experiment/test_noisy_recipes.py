"""The noisy recipes' learning rates follow their rules, from runs that saw no test example."""

from __future__ import annotations

from pathlib import Path

import pytest

from actmath.experiment import recorded
from actmath.experiment.recipes import get, noisy_charlm, noisy_mlp, noisy_recall, noisy_unique

RESULTS = Path(__file__).parents[2] / "book" / "results"


@pytest.mark.parametrize("arm", noisy_mlp.RATES)
def test_rate_of_an_arm_is_what_the_rule_says(arm: str) -> None:
    scan = recorded("noisy-mlp", "scan", RESULTS)
    assert (
        noisy_mlp.best_rate(scan, arm)
        == get("noisy-mlp").config("book").condition(arm).learning_rate
    )


@pytest.mark.parametrize("recipe", [noisy_unique, noisy_recall, noisy_charlm], ids=lambda m: m.NAME)
def test_every_arm_has_the_references_best_rate(recipe: object) -> None:
    scan = recorded(recipe.NAME, "scan", RESULTS)
    rates = {c.learning_rate for c in get(recipe.NAME).config("book").conditions}
    assert rates == {recipe.best_rate(scan)}


@pytest.mark.parametrize("name", ["noisy-mlp", "noisy-unique", "noisy-recall", "noisy-charlm"])
def test_scans_are_judged_on_training_examples_and_other_seeds(name: str) -> None:
    scan, book = (get(name).config(preset) for preset in ("scan", "book"))
    assert scan.evaluate_on == "validation"
    assert not set(scan.seeds) & set(book.seeds)
