"""A recipe says what it lacks; its presets are the book's configuration with stated changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actmath.experiment._record.config import Condition, Config
from actmath.experiment._record.recipe import DEMANDED, Preset, Recipe
from actmath.experiment._record.scans import RateScan

ARM = Condition("selu", "selu", "unit", "lecun_normal", 0.01)
BOOK = Config("toy", "book", (ARM,), (0, 1), "mnist-5k", 16, 4, 2, 32)
PRESETS = (*DEMANDED, "paper")
WHOLE: dict[str, Any] = {
    "name": "toy",
    "question": "Does it learn?",
    "claims": (),
    "presets": {name: replace(BOOK, preset=name) for name in PRESETS},
    "limits": dict.fromkeys(PRESETS, "Few images."),
}


def recipe(**changes: Any) -> Recipe:
    return Recipe(**{**WHOLE, **changes})


def declared(**changes: Any) -> Recipe:
    parts = {
        "question": "Does it learn?",
        "claims": ("C-TOY-1",),
        "limits": "Few images.",
        "smoke": Preset.of("One epoch.", epochs=1),
        "paper": Preset.of("All images.", data="mnist", train_limit=None),
    }
    return Recipe.of(BOOK, **{**parts, **changes})


@pytest.mark.parametrize("missing", DEMANDED)
def test_two_presets_are_demanded(missing: str) -> None:
    presets = {name: config for name, config in WHOLE["presets"].items() if name != missing}
    with pytest.raises(ValueError, match=f"recipe toy needs a preset '{missing}'"):
        recipe(presets=presets)


def test_a_scale_for_a_gpu_is_demanded_and_only_the_sources_own_is_called_paper() -> None:
    presets = {name: config for name, config in WHOLE["presets"].items() if name in DEMANDED}
    with pytest.raises(ValueError, match="needs a preset 'paper', of the source's own sizes, or"):
        recipe(presets=presets)
    with pytest.raises(ValueError, match="or 'large', which says how it falls short"):
        declared(paper=None)
    large = declared(paper=None, large=Preset.of("Digits for photographs.", data="mnist"))
    assert list(large.presets) == ["smoke", "book", "large"]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("text", ["", "  "])
def test_every_preset_says_what_it_leaves_out(preset: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"toy needs limits for the preset '{preset}'"):
        recipe(limits={**WHOLE["limits"], preset: text})


def test_a_question_is_demanded() -> None:
    with pytest.raises(ValueError, match="recipe toy needs a question"):
        recipe(question=" ")


def test_a_configuration_of_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="preset book: its configuration calls itself toy, smoke"):
        recipe(presets={**WHOLE["presets"], "book": replace(BOOK, preset="smoke")})


def test_an_unknown_preset_lists_those_there_are() -> None:
    with pytest.raises(ValueError, match="no preset 'huge': it has smoke, book, paper"):
        recipe().config("huge")


def test_presets_are_the_books_configuration_with_changes() -> None:
    made = declared()
    assert made.name == "toy"
    assert list(made.presets) == ["smoke", "book", "paper"]
    assert made.config("book") == BOOK
    assert made.config("smoke") == replace(BOOK, preset="smoke", epochs=1)
    assert made.config("paper") == replace(BOOK, preset="paper", data="mnist", train_limit=None)
    assert made.limits == {"smoke": "One epoch.", "book": "Few images.", "paper": "All images."}
    assert made.scan is None


def test_a_misspelt_field_is_named() -> None:
    with pytest.raises(ValueError, match="toy, preset smoke: a configuration has no field epoch"):
        declared(smoke=Preset.of("One epoch.", epoch=1))


def test_a_scan_runs_every_arm_at_every_rate_on_a_part_of_the_training_set() -> None:
    rule = RateScan((ARM,), (0.1, 0.01))
    made = declared(scan=(rule, Preset.of("To choose the rate.", seeds=(100,))))
    config = made.config("scan")
    assert made.scan is rule
    assert [c.name for c in config.conditions] == ["selu@0.1", "selu@0.01"]
    assert (config.evaluate_on, config.seeds) == ("validation", (100,))
    assert made.limits["scan"] == "To choose the rate."
