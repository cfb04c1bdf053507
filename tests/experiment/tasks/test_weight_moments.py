"""omega and tau of trained units: what is counted, and that members stay apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Condition, Config
from actmath.experiment.tasks.weight_moments import WeightMoments

CPU = torch.device("cpu")


@pytest.fixture
def config(toy: Config) -> Config:
    arms = (
        Condition("wide", "selu", "standardized", "lecun_normal", 0.01),
        Condition("narrow", "selu", "standardized", "lecun_normal", 0.1, {"width": 8, "depth": 2}),
    )
    return replace(toy, task="weight_moments", conditions=arms, epochs=1)


def test_shares_are_those_of_a_count_over_units(config: Config) -> None:
    task = WeightMoments(replace(config, conditions=config.conditions[:1]), CPU)
    with torch.no_grad():
        for name, matrices in task.stacks["wide"].parameters.items():
            if name.endswith("weight"):
                matrices.fill_(0.0)
                matrices[0, :2] = torch.tensor([[0.72], [-0.72]])
    found = task.evaluate()
    assert found["share_inside"] == [1.0, 0.0]
    assert found["share_omega"] == [1.0, 1.0]
    assert found["share_tau"] == [1.0, 0.0]
    assert task.probe()["tau_mean"][0] == pytest.approx([2 * 0.72**2] * 5)
    assert task.probe()["unit_omega"][0] == pytest.approx([0.0] * 12)


def test_before_training_all_inside_are_kept(config: Config) -> None:
    wide = Condition("w", "selu", "standardized", "lecun_normal", 0.01, {"width": 64, "depth": 3})
    task = WeightMoments(replace(config, conditions=(wide,)), CPU)
    assert task.evaluate()["share_kept"] == [1.0, 1.0]


def test_each_member_as_if_trained_alone(config: Config) -> None:
    together = train(config, progress=False)
    for member, (condition, seed) in enumerate(config.members):
        alone = train(replace(config, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in {**alone.curves, **alone.layers}.items():
            table = {**together.curves, **together.layers}[name]
            np.testing.assert_allclose(table[member], rows[0], rtol=1e-5)
