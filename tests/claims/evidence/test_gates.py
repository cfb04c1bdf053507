"""Each gate on made-up records: one that passes, and one that it has to stop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from actmath.claims._evidence import gates
from actmath.experiment import RunRecord
from actmath.experiment.data import load_mnist_5k
from actmath.experiment.recipes import RECIPES

from ..made_up import Level, made_up, moving, seeded, settled

ARMS = ("relu", "leaky_relu", "elu")
MNIST = "elu-mnist"


def accurate(level: Level) -> RunRecord:
    return made_up(MNIST, {"test_accuracy": settled(MNIST, level, 0.1)}, {})


def test_learning_is_beating_the_constant_answer() -> None:
    assert gates.learned(accurate(lambda _: 0.9), ARMS).held
    idle = gates.learned(accurate(lambda name: 0.1 if name == "elu" else 0.9), ARMS)
    assert not idle.held
    assert "not beyond the best trivial answer: elu; elu 10.0 %" in idle.sentence
    assert str(idle).startswith("[learned] not beyond")


def test_learning_is_an_interval_not_a_mean() -> None:
    """Two of eight seeds learned: the mean is above chance, the interval is not."""
    few = [[0.7 if seed < 2 else 0.1] * 45 for seed in range(8)]
    record = made_up(MNIST, {"test_accuracy": lambda _: few}, {})
    assert np.mean([row[-1] for row in few]) == 0.25
    assert not gates.learned(record, ["elu"]).held


def with_nan(recipe: str, curve: str, lost: str, level: float) -> RunRecord:
    """One arm's curve is nan, all others are at the level."""

    def rows(name: str) -> Sequence[Sequence[float]]:
        good = settled(recipe, lambda _: level, 0.1)(name)
        return [[math.nan] * len(row) for row in good] if name == lost else good

    return made_up(recipe, {curve: rows}, {})


@pytest.mark.parametrize("lost", ARMS)
def test_an_arm_that_is_no_number_did_not_learn(lost: str) -> None:
    gate = gates.learned(with_nan(MNIST, "test_accuracy", lost, 0.9), ARMS)
    assert not gate.held
    assert f"not beyond the best trivial answer: {lost}; {lost} nan %" in gate.sentence


@pytest.mark.parametrize("place", [0, 1])
def test_an_error_that_is_no_number_is_not_below(place: int) -> None:
    recipe = "elu-autoencoder"
    arms = [c.name for c in RECIPES[recipe].config("book").conditions][:2]
    gate = gates.reconstructed(with_nan(recipe, "test_loss", arms[place], 0.03), arms)
    assert not gate.held
    assert f"not below the best trivial answer: {arms[place]}; " in gate.sentence


def test_a_gate_over_no_arms_does_not_hold() -> None:
    record = accurate(lambda _: 0.9)
    assert not gates.learned(record, []).held
    assert not gates.acted(record, []).held
    assert not gates.acted_within(record, "test_accuracy", "test_accuracy", []).held


def test_a_treatment_within_an_arm() -> None:
    """One arm's two curves are the same numbers."""
    level = settled(MNIST, lambda _: 0.5)

    def rows(name: str) -> Sequence[Sequence[float]]:
        return level(name if name == "elu" else "relu")

    def other(name: str) -> Sequence[Sequence[float]]:
        return level("elu")

    record = made_up(MNIST, {"with": rows, "without": other}, {})
    assert gates.acted_within(record, "with", "without", ["relu"]).held
    gate = gates.acted_within(record, "with", "without", ["relu", "elu"])
    assert (gate.held, gate.sentence) == (
        False,
        "with equals without number by number of elu in 8 of 8 seeds",
    )


def test_an_autoencoder_beats_the_mean_image_and_principal_components() -> None:
    recipe = "elu-autoencoder"
    config = RECIPES[recipe].config("book")
    arms = [c.name for c in config.conditions][:2]
    good, bad = (
        gates.reconstructed(
            made_up(recipe, {"test_loss": settled(recipe, lambda _, e=error: e)}, {}), arms
        )
        for error in (0.03, 0.05)
    )
    assert good.held
    assert not bad.held
    # By another way: singular values of the centred training images.
    data = load_mnist_5k().limited(config.train_limit, config.test_limit)
    train, test = (part / 255 for part in (data.train, data.test))
    rest = test - train.mean(axis=0)
    basis = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)[2][:8]
    left = rest - (rest @ basis.T) @ basis
    figures = f"the mean image {np.mean(rest**2):.3g}, principal components of the code's size"
    assert f"{figures} {np.mean(left**2):.3g}" in bad.sentence


def test_what_a_record_does_not_keep_cannot_be_seen() -> None:
    gate = gates.no_trivial_answer("the majority's share")
    assert (gate.held, gate.sentence) == (False, "the record does not keep the majority's share")


def test_a_treatment_that_changes_no_number_did_not_act() -> None:
    good = accurate(lambda _: 0.9)
    assert gates.acted(good, [("elu", "relu"), ("elu", "leaky_relu")]).held

    def silent(name: str) -> Sequence[Sequence[float]]:
        found: list[list[float]] = good.curve("test_accuracy", name).tolist()
        return silent("relu") if name == "elu" else found

    gate = gates.acted(made_up(MNIST, {"test_accuracy": silent}, {}), [("elu", "relu")])
    assert not gate.held
    assert gate.sentence == "elu equals relu number by number in 8 of 8 seeds"


def test_one_equal_seed_is_enough_and_nan_equals_nan() -> None:
    def rows(name: str) -> Sequence[Sequence[float]]:
        own = 0.5 if name == "elu" else 0.6
        return [[math.nan] * 45, *[[own + seed / 100] * 45 for seed in range(7)]]

    gate = gates.acted(made_up(MNIST, {"train_loss": rows}, {}), [("elu", "relu")])
    assert "in 1 of 8 seeds" in gate.sentence


def test_without_curves_tables_are_compared() -> None:
    record = made_up(MNIST, {}, {"mean_after": lambda _: [[0.0]] * 8})
    assert not gates.acted(record, [("elu", "relu")]).held


def test_a_curve_on_its_way_is_not_flat() -> None:
    ends = {"train_loss": settled(MNIST, lambda _: 0.1)}
    assert gates.flat(made_up(MNIST, ends, {}), "train_loss", ARMS).held
    on_its_way = made_up(MNIST, {"train_loss": moving(MNIST, lambda _: 0.1)}, {})
    still = gates.flat(on_its_way, "train_loss", ARMS)
    assert not still.held
    assert "the run ends before the curves are flat: train loss of " in still.sentence
    # 100 examples in batches of 64, 45 epochs.
    assert "in 90 updates" in still.sentence


def test_a_curve_that_still_falls_is_long_enough_to_be_below_a_bound() -> None:
    falls = made_up(MNIST, {"train_loss": moving(MNIST, lambda _: 0.1)}, {})
    gate = gates.flat_or_falling(falls, "train_loss", ARMS)
    assert gate.held
    assert gate.by_curve
    assert "still falls" in gate.sentence
    rises = made_up(MNIST, {"train_loss": moving(MNIST, lambda _: 0.9, 0.1)}, {})
    assert not gates.flat_or_falling(rises, "train_loss", ARMS).held
    still = made_up(MNIST, {"train_loss": settled(MNIST, lambda _: 0.1)}, {})
    assert "are flat" in gates.flat_or_falling(still, "train_loss", ARMS).sentence
    lost = made_up(MNIST, {"train_loss": lambda _: [[math.nan] * 45] * 8}, {})
    assert not gates.flat_or_falling(lost, "train_loss", ARMS).held


@pytest.mark.parametrize(
    ("mean", "moved"),
    [
        ([1.0, 0.5, 0.5, 0.5], 0.0),
        ([1.0, 0.8, 0.6, 0.5], 0.2),
        ([0.1, 0.1, 0.1, 0.1], 0.0),
        ([1.0, math.nan, 0.5, 0.5], math.inf),
        ([0.5, 0.7, 0.6, 0.5], math.inf),
        ([1.0, 0.5], math.inf),
    ],
    ids=["flat", "moving", "never moved", "diverged", "there and back", "two epochs"],
)
def test_movement_by_hand(mean: list[float], moved: float) -> None:
    assert gates._movement(mean) == pytest.approx(moved)


def test_other_reasons_hold_by_what_the_claim_is() -> None:
    assert gates.course("speed").held
    assert gates.nothing_compared("one kind of network").held
    record = accurate(lambda _: 0.9)
    assert not gates.sources_length(record, 60_000, 3).held
    whole = replace(record, train_size=60_000)
    assert gates.sources_length(whole, 60_000, record.config.epochs).held
    assert not gates.sources_length(whole, 60_000, record.config.epochs + 1).held


def test_updates_count_short_batches() -> None:
    record = made_up(MNIST, {}, {"x": seeded(MNIST, lambda _: 0.0)})
    assert gates.updates(record.config, replace(record, train_size=65)) == 2 * 45
    tables = made_up("tabular", {}, {})
    # 12 epochs of 32 updates, whatever the tables' sizes.
    assert gates.updates(tables.config, tables) == 12 * 32
