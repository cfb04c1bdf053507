"""Recipes are sound, the rate follows its rule, and the recorded runs are those of the recipes."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import actmath.experiment as experiment
from actmath import catalog
from actmath.experiment import tasks
from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Config
from actmath.experiment._tasks.grid import Grid
from actmath.experiment.data import is_data_name
from actmath.experiment.recipes import RECIPES
from actmath.experiment.recipes.tabular import joined_scores, table_by_table

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "book" / "results"
EVERY = [(name, preset) for name, recipe in RECIPES.items() for preset in recipe.presets]


@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_every_name_in_a_preset_is_known(name: str, preset: str) -> None:
    config = RECIPES[name].config(preset)
    assert is_data_name(config.data)
    assert config.task in tasks.TASKS
    for condition in config.conditions:
        assert condition.activation in catalog.CATALOG


def test_presets_that_prose_names_exist() -> None:
    """In claims and pages: "the preset large of snn-depth", "train snn-depth --preset large"."""
    files = [*(ROOT / "actmath").rglob("*.py"), *(ROOT / "book").glob("*.md"), *ROOT.glob("*.md")]
    text = "\n".join(file.read_text("utf-8") for file in files)
    named = {(recipe, preset) for preset, recipe in re.findall(r"preset (\w+) of ([a-z-]+)", text)}
    named |= set(re.findall(r"train ([a-z-]+) --preset ([a-z]+)", text))
    assert ("snn-depth", "large") in named
    assert {pair for pair in named if pair[0] in RECIPES} <= set(EVERY)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in RECIPES if name != "fifty-layers"])
def test_smoke_preset_runs_and_repeats(name: str) -> None:
    smoke = replace(RECIPES[name].config("smoke"), epochs=1)
    records = [train(smoke, device="cpu", progress=False) for _ in range(2)]
    first, second = (record.to_json() for record in records)
    assert first["curves"] == second["curves"]
    assert first["layers"] == second["layers"]
    assert all(None not in row for rows in first["curves"].values() for row in rows)


def test_unknown_recipe_suggests() -> None:
    with pytest.raises(ValueError, match="did you mean fifty-layers"):
        RECIPES["fifty-layer"]


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_recorded_runs_are_those_of_the_recipes(path: Path) -> None:
    config = experiment.load_record(path).config
    assert path.stem == f"{config.recipe}-{config.preset}"
    assert config == RECIPES[config.recipe].config(config.preset)
    assert path.stat().st_size < 1_000_000


SCANNED = [name for name, recipe in RECIPES.items() if recipe.scan]


# The scan of he-depth says who learns at which rate, and chooses none.
@pytest.mark.parametrize("name", [name for name in SCANNED if name != "he-depth"])
def test_every_arm_has_the_rate_that_the_rule_says(name: str) -> None:
    rule, scan = RECIPES[name].scan, experiment.recorded(name, "scan", RESULTS)
    assert rule
    for arm in RECIPES[name].config("book").conditions:
        # An arm that shows its rate is one at the rate for all.
        chooses = replace(rule, alone=False) if "@" in arm.name else rule
        assert arm.learning_rate == chooses.best_rate(scan, arm.name)


@pytest.mark.parametrize("name", SCANNED)
def test_scans_are_judged_on_training_examples_and_other_seeds(name: str) -> None:
    scan, book = (RECIPES[name].config(preset) for preset in ("scan", "book"))
    assert scan.evaluate_on == "validation"
    if name != "fifty-layers":  # which promises other images, not other seeds
        assert not set(scan.seeds) & set(book.seeds)


def test_a_large_run_is_done_one_table_and_seed_at_a_time(tmp_path: Path) -> None:
    """The scores are those of the runs, by table, whatever the order."""
    smoke = RECIPES["tabular"].config("smoke")
    options = {**smoke.options, "depths": "2", "factors": "1", "updates": 2}
    tiny = replace(smoke, conditions=smoke.conditions[:2], epochs=1, seeds=(0, 1), options=options)
    parts = table_by_table(tiny)
    assert list(parts)[:2] == [f"tabular-smoke@seed=0,data={table}" for table in ("iris", "wine")]
    records = experiment.sweep(parts, tmp_path, device="cpu", progress=False)
    found = joined_scores(records.values())
    assert {name: len(scores) for name, scores in found.items()} == {"snn": 2, "msra": 2}
    iris = [experiment.table_scores(r) for key, r in records.items() if key.endswith("iris")]
    assert found["snn"][0] == pytest.approx(sum(one["snn"][0] for one in iris) / 2)
    with pytest.raises(ValueError, match="every table needs the seeds"):
        joined_scores(list(records.values())[:3])


@pytest.mark.parametrize("name", ["tabular", "tabular-auc"])
def test_a_part_of_a_large_run_fits_a_device(name: str) -> None:
    """Weights, gradients and momenta of one table and seed; highway layers have two matrices."""
    large = RECIPES[name].config("large")
    part = next(iter(table_by_table(large).values()))
    assert (len(part.seeds), part.data.count(",")) == (1, 0)
    outer, inner = int(part.options["outer"]), int(part.options["inner"])
    grid = Grid.of(part.options)
    networks = outer * (inner + 1) * len(grid.points) * (len(part.conditions) + 1)
    weights = networks * sum(grid.depths) * part.width**2
    assert 3 * 4 * weights < 40e9


def test_book_makes_as_many_updates_as_the_paper() -> None:
    book, paper = (RECIPES["fifty-layers"].config(preset) for preset in ("book", "paper"))
    assert book.epochs * 4000 == paper.epochs * 60000
    assert book.batch == paper.batch


@pytest.mark.parametrize(("seeds", "members"), [(None, (0, 3)), (1, (0,)), ([5, 7], (5, 7))])
def test_run(toy: Config, seeds: int | list[int] | None, members: tuple[int, ...]) -> None:
    scales = {name: replace(toy, preset=name, epochs=1) for name in ("smoke", "book", "paper")}
    recipe = experiment.Recipe("toy", "?", (), scales, dict.fromkeys(scales, "a toy"))
    record = experiment.run(recipe, "smoke", seeds=seeds, device="cpu", progress=False)
    assert record.config.seeds == members


def test_run_has_fifty_layers() -> None:
    recipe = RECIPES["fifty-layers"]
    short = replace(recipe.config("smoke"), epochs=1, train_limit=32)
    one = replace(recipe, presets={**recipe.presets, "smoke": short})
    record = experiment.run(one, "smoke", seeds=1, progress=False)
    before = record.layer("variance_before", "relu-raw")[0]
    assert before.shape == (51,)
    assert before[50] < 1e-12 < 0.1 < record.layer("variance_before", "selu-raw")[0, 50]


def test_run_of_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="did you mean fifty-layers"):
        experiment.run("fifty-layer", "smoke")
    with pytest.raises(ValueError, match="fifty-layers has no preset 'huge'"):
        experiment.run("fifty-layers", "huge")


@pytest.mark.slow
def test_reading_records_does_not_load_torch() -> None:
    code = (
        "import sys, actmath.experiment as e; "
        f"e.recorded('fifty-layers', 'scan', {str(RESULTS)!r}).outcomes; "
        "print('torch' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.strip() == "False", found.stderr
