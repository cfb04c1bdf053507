"""Learning rates: one rule for all arms, that looks where the claim looks, off the grid's edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from actmath.claims._evidence import tuning
from actmath.experiment import Condition, Preset, RateScan, Recipe, RunRecord
from actmath.experiment._record.binding import BoundRecord
from actmath.experiment._record.provenance import Stopped
from actmath.experiment.recipes import RECIPES

from .. import made_up as invented
from ..made_up import made_up, records_of, seeded, settled

ARMS = ("relu", "elu")
LAST = ("train_loss", "last")


def recipe(rates: Mapping[str, float], alone: bool = True) -> Recipe:
    """Two arms at these rates, out of 0.01, 0.1, 1."""
    book = RECIPES["elu-mnist"].config("book")
    arms = tuple(Condition(name, name, "unit", "he_normal", rate) for name, rate in rates.items())
    scan = RateScan(arms if alone else arms[:1], (0.01, 0.1, 1.0), alone=alone)
    return Recipe.of(
        replace(book, recipe="toy-rates", conditions=arms),
        question="?",
        claims=(),
        limits="A toy.",
        smoke=Preset("A toy."),
        paper=Preset("A toy."),
        scan=(scan, Preset("A toy.")),
    )


Make = Callable[..., tuning.Records]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Make:
    """From rates, and the best rate of each arm in the scan, to the records."""

    def make(rates: Sequence[float], best: Sequence[float], alone: bool = True) -> tuning.Records:
        known = {"toy-rates": recipe(dict(zip(ARMS, rates, strict=True)), alone)}
        monkeypatch.setattr(tuning, "RECIPES", known)
        monkeypatch.setattr(invented, "RECIPES", known)

        def loss(name: str) -> float:
            arm, _, rate = name.partition("@")
            return 0.1 if rate and float(rate) == best[ARMS.index(arm)] else 0.5

        run, scan = (
            made_up(
                "toy-rates", {"train_loss": settled("toy-rates", loss, 1.0, preset)}, {}, preset
            )
            for preset in ("book", "scan")
        )
        return records_of(tmp_path, run, scan)

    return make


def test_each_arms_own_best_rate(toy: Make) -> None:
    runs = toy((0.1, 0.1), (0.1, 0.1))
    gate = tuning.own_rates(runs, ARMS, LAST)
    assert gate.held, gate.sentence
    assert gate.sentence == "each arm's own best rate out of 0.01, 0.1, 1: relu 0.1, elu 0.1"
    assert [file.file for file in runs.files] == ["toy-rates-book.json", "toy-rates-scan.json"]


def test_a_scan_that_a_budget_ended_chooses_nothing(toy: Make, tmp_path: Path) -> None:
    runs = toy((0.1, 0.1), (0.1, 0.1))
    assert isinstance(runs.scan, BoundRecord)
    whole, planned = runs.scan.record, runs.scan.record.config.epochs
    shorter = {name: tuple(row[:-1] for row in t) for name, t in whole.curves.items()}
    ended = replace(whole.provenance, stopped=Stopped("budget", planned - 1, planned))
    cut = records_of(tmp_path, runs.record, replace(whole, provenance=ended, curves=shorter))
    said = f"the scan was ended by its budget after {planned - 1} of {planned} epochs"
    for gate in (tuning.own_rates(cut, ARMS, LAST), tuning.every_rate(cut, "relu", 0.1)):
        assert not gate.held
        assert said in gate.sentence


MEAN, TEST = ("train_loss", "mean"), ("test_loss", "last")


@pytest.mark.parametrize(
    ("rates", "best", "alone", "looks_at", "fault"),
    [
        ((0.1, 0.1), (0.1, 0.1), True, MEAN, "the claim at the mean train_loss"),
        ((0.1, 0.1), (0.1, 0.1), True, TEST, "the claim at the last test_loss"),
        ((0.1, 1.0), (0.1, 1.0), True, LAST, "on the edge of the grid 0.01 … 1: elu 1"),
        ((0.01, 0.1), (0.01, 0.1), True, LAST, "on the edge of the grid 0.01 … 1: relu 0.01"),
        ((0.1, 0.1), (0.1, 0.01), True, LAST, "not the rate that the rule chooses: elu"),
        ((0.1, 0.1), (0.1, 0.1), False, LAST, "one serves all, chosen by relu alone"),
    ],
    ids=["last epoch", "other curve", "upper edge", "lower edge", "not chosen", "one for all"],
)
def test_unequal_tuning_is_named(
    toy: Make,
    rates: Sequence[float],
    best: Sequence[float],
    alone: bool,
    looks_at: tuple[str, str],
    fault: str,
) -> None:
    gate = tuning.own_rates(toy(rates, best, alone), ARMS, looks_at)
    assert not gate.held
    assert fault in gate.sentence


def test_a_rule_that_looks_at_the_mean(toy: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = toy((0.1, 0.1), (0.1, 0.1))
    assert runs.recipe.scan
    looks = replace(runs.recipe.scan, when="mean")
    monkeypatch.setattr(runs, "recipe", replace(runs.recipe, scan=looks))
    assert tuning.own_rates(runs, ARMS, MEAN).held
    last = tuning.own_rates(runs, ARMS, LAST)
    assert "looks at the mean train_loss, the claim at the last train_loss" in last.sentence


def test_without_a_scan_nothing_is_known(toy: Make, tmp_path: Path) -> None:
    runs = toy((0.1, 0.1), (0.1, 0.1))
    (tmp_path / "toy-rates-scan.json").unlink()
    gate = tuning.own_rates(runs, ARMS, LAST)
    assert not gate.held
    assert "the scan that chose the rates is not here: no recorded run" in gate.sentence
    assert not tuning.every_rate(runs, "elu", 0.1).held
    assert [file.file for file in runs.files] == ["toy-rates-book.json"]


def test_a_recipe_without_a_rule(tmp_path: Path) -> None:
    run = made_up("elu-mnist", {"train_loss": settled("elu-mnist", lambda _: 0.1)}, {})
    gate = tuning.own_rates(records_of(tmp_path, run), ARMS, LAST)
    assert (gate.held, gate.sentence) == (False, "no rule chose the rates: relu 0.01, elu 0.01")


def test_the_sources_rate() -> None:
    record = made_up("elu-mnist", {}, {})
    assert tuning.sources_rate(record, ARMS, 0.01, "Section 4.1").held
    assert not tuning.sources_rate(record, ARMS, 0.02, "Section 4.1").held


def test_rates_that_are_not_chosen_are_several() -> None:
    record = made_up("weight-moments", {}, {})
    assert tuning.each_setting(record, ["64-slow", "64-fast"]).held
    assert not tuning.each_setting(record, ["64-slow", "256-slow"]).held


@pytest.mark.parametrize(
    ("from_rate", "held", "words"),
    [
        (0.0, True, "relu-raw learns at any of 0.0001"),
        (1.0, True, "relu-raw does not learn at any of 0.0001"),
        (0.01, False, "relu-raw learns at 0.01, 0.03, 0.1 and not at 0.0001, 0.0003, 0.001, 0.003"),
    ],
)
def test_an_answer_at_every_rate(tmp_path: Path, from_rate: float, held: bool, words: str) -> None:
    def accuracy(name: str) -> float:
        return 0.9 if float(name.partition("@")[2] or 0) >= from_rate else 0.15

    run = made_up("fifty-layers", {}, {"x": seeded("fifty-layers", lambda _: 0.0)})
    curve = settled("fifty-layers", accuracy, 0.1, "scan")
    scan = made_up("fifty-layers", {"test_accuracy": curve}, {}, "scan")
    gate = tuning.every_rate(records_of(tmp_path, run, scan), "relu-raw", 0.1)
    assert gate.held is held
    assert words in gate.sentence


def inner(choices: list[float]) -> RunRecord:
    """Records in which a method chose these factors, the others the one in the middle."""
    config = replace(RECIPES["tabular"].config("book"), options={"factors": "0.1,1,10"})
    rows = tuple(
        tuple(choices if c.name == "snn" else [1.0] * len(choices)) for c, _ in config.members
    )
    return replace(made_up("tabular", {}, {}), config=config, layers={"factors_after": rows})


def test_choices_inside_the_run_are_mostly_within_the_grid() -> None:
    assert tuning.inner_grid(inner([0.1, 1, 1, 10]), "factors").held
    gate = tuning.inner_grid(inner([0.1, 10, 10, 1]), "factors")
    assert not gate.held
    assert "snn's choices, 75 %" in gate.sentence
    kept = replace(inner([1]), layers={})
    assert "does not keep which" in tuning.inner_grid(kept, "factors").sentence


def test_a_grid_of_two_values_has_only_edges() -> None:
    gate = tuning.inner_grid(made_up("tabular-auc", {}, {}), "factors")
    assert not gate.held
    assert "from 2 values, 0.1, 1, each of which is on the edge" in gate.sentence


def test_one_rate_shows_that_it_learns_but_not_that_it_does_not() -> None:
    record = made_up("he-depth", {}, {})
    assert tuning.shown_by_one_rate(record, "he-30", agrees=True).held
    assert not tuning.shown_by_one_rate(record, "he-30", agrees=False).held
    assert tuning.needs_no_choice(made_up("he-depth", {}, {}), "he-30").held
