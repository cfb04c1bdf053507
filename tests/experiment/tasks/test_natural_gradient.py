"""Angles and bias shift during training: against other code, and member by member."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Condition, Config
from actmath.experiment.tasks.natural_gradient import NaturalGradient, mean_share
from actmath.nn._studies.layer_fisher import layer_scores
from actmath.numeric._geometry.unit_statistics import angle

CPU = torch.device("cpu")


@pytest.fixture
def config(toy: Config) -> Config:
    arms = (
        Condition("elu", "elu", "standardized", "he_normal", 0.02),
        Condition("relu", "relu", "unit", "he_normal", 0.02),
    )
    return replace(toy, task="natural_gradient", conditions=arms, epochs=1, width=6, depth=3)


def test_each_member_as_if_trained_alone(config: Config) -> None:
    together = train(config, progress=False)
    for member, (condition, seed) in enumerate(config.members):
        alone = train(replace(config, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in {**alone.curves, **alone.layers}.items():
            table = {**together.curves, **together.layers}[name]
            np.testing.assert_allclose(table[member], rows[0], rtol=1e-4)


def test_angle_is_the_median_over_units_solved_one_by_one(config: Config) -> None:
    task = NaturalGradient(config, CPU)
    network, x = next(task.each_alone())
    scores = layer_scores(network, network.layers[1], x, task.labels[0][:500])  # type: ignore[arg-type]
    pairs = zip(scores.unit_fisher().numpy(), scores.gradient.numpy(), strict=True)
    angles = [angle(np.linalg.solve(fisher, g), g) for fisher, g in pairs]
    found = task.study()["angle"][0][0]
    assert found == pytest.approx(sorted(angles)[len(angles) // 2 - 1], rel=1e-4)


def test_study_changes_nothing(config: Config) -> None:
    task = NaturalGradient(config, CPU)
    before = {k: v.detach().clone() for k, v in task.stacks["elu"].parameters.items()}
    assert task.study() == task.study()
    assert all(torch.equal(v, before[k]) for k, v in task.stacks["elu"].parameters.items())


def test_mean_share_at_its_ends() -> None:
    assert mean_share(torch.ones(5, 3)) == pytest.approx(1.0)
    assert mean_share(torch.tensor([[1.0], [-1.0]])) == 0.0
    assert mean_share(torch.tensor([[2.0, 0.0], [0.0, 0.0]])) == pytest.approx(0.5)


def test_shift_does_not_depend_on_the_step_where_it_is_small(config: Config) -> None:
    found = [
        NaturalGradient(replace(config, options={"relative_step": step}), CPU).study()["shift"]
        for step in (1e-5, 1e-6)
    ]
    np.testing.assert_allclose(*found, rtol=1e-3)


def test_normalization_is_refused(config: Config) -> None:
    normalized = replace(config.conditions[0], options={"norm": "batch"})
    with pytest.raises(ValueError, match="elu: norm must be none"):
        NaturalGradient(replace(config, conditions=(normalized,)), CPU)
