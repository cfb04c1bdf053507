"""The median over units of their mean activations, against a loop over members and units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Condition, Config
from actmath.experiment.tasks.median_activation import MedianActivation

ARMS = (
    Condition("relu", "relu", "unit", "he_normal", 0.05),
    Condition("slight", "leaky_relu", "unit", "he_normal", 0.05),
    Condition("leaky", "leaky_relu", "unit", "he_normal", 0.05, {"slope": 0.1}),
)


@pytest.fixture
def config(toy: Config) -> Config:
    return replace(toy, task="median_activation", conditions=ARMS, epochs=1)


def test_median_by_hand(config: Config) -> None:
    task = MedianActivation(config, torch.device("cpu"))
    found = task.evaluate()["median_activation"]
    weights = [layer.weight.detach() for layer in task.stacks["all"].network.layers]
    for member, (condition, _) in enumerate(config.members):
        slope = {"relu": 0.0, "slight": 0.01, "leaky": 0.1}[condition.name]
        x, means = task.inputs["unit"][0], []
        for layer in weights:
            z = x @ layer[member]
            x = torch.where(z > 0, z, slope * z)
            means += x.mean(0).tolist()
        assert found[member] == pytest.approx(np.median(means), rel=1e-9)


def test_each_member_as_if_trained_alone(config: Config) -> None:
    together = train(config, progress=False)
    for member, (condition, seed) in enumerate(config.members):
        alone = train(replace(config, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in alone.curves.items():
            np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=1e-5)
