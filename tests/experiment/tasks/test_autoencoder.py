"""The stacked autoencoder against a plain network, and its shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Condition, Config
from actmath.experiment.tasks.autoencoder import Autoencoder

CPU = torch.device("cpu")


@pytest.fixture
def config(toy: Config) -> Config:
    arms = tuple(
        Condition(f"{unit}@{rate:g}", unit, "unit", "he_normal", rate)
        for unit in ("relu", "elu")
        for rate in (0.1, 0.01)
    )
    options = {"encoder": "9,4"}
    return replace(
        toy, task="autoencoder", conditions=arms, options=options, depth=3, epochs=1, test_limit=40
    )


@pytest.mark.parametrize(
    ("loss", "times", "momentum"),
    [("mean", 1.0, 0.0), ("half_sum", 784 / 2, 0.0), ("mean", 1, 0.9)],
)
def test_each_member_is_a_plain_autoencoder(
    config: Config, loss: str, times: float, momentum: float
) -> None:
    # The same steps from a loss that is so many times as large.
    arms = tuple(replace(c, learning_rate=c.learning_rate / times) for c in config.conditions)
    options = {**config.options, "loss": loss, "momentum": momentum}
    config = replace(config, conditions=arms, options=options)
    record = train(config, progress=False)
    task = Autoencoder(config, CPU)
    images, test = task.inputs["unit"]
    network = task.stacks["all"].network
    weights = [*(layer.weight for layer in network.layers), network.last]
    for member, (condition, seed) in enumerate(config.members):
        unit = nn.ReLU() if condition.activation == "relu" else nn.ELU()
        layers = [nn.Linear(*w.shape[1:], dtype=torch.float64) for w in weights]
        for layer, weight in zip(layers, weights, strict=True):
            layer.weight.data = weight[member].detach().T.clone()
            nn.init.zeros_(layer.bias)
        parts = [part for layer in layers[:-1] for part in (layer, unit)]
        plain = nn.Sequential(*parts, layers[-1])
        before = nn.functional.mse_loss(plain(test), test).item()
        descent = torch.optim.SGD(plain.parameters(), lr=condition.learning_rate, momentum=momentum)
        for chosen in task.order(0)[config.seeds.index(seed)].split(config.batch):
            descent.zero_grad()
            error = nn.functional.mse_loss(plain(images[chosen]), images[chosen])
            torch.autograd.backward(error * times)
            descent.step()
        after = nn.functional.mse_loss(plain(test), test).item()
        assert record.curves["test_loss"][member] == pytest.approx([after], rel=1e-5)
        assert record.layers["error_before"][member] == pytest.approx([before], rel=1e-5)


def test_the_decoder_mirrors_the_encoder(config: Config) -> None:
    assert Autoencoder(config, CPU).sizes(config.conditions[0]) == (784, 9, 4, 9, 784)


def test_each_member_as_if_trained_alone(config: Config) -> None:
    together = train(config, progress=False)
    alone = train(replace(config, conditions=config.conditions[2:3], seeds=(3,)), progress=False)
    for name, rows in alone.curves.items():
        np.testing.assert_allclose(together.curves[name][5], rows[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("encoder", "message"),
    [("9,,4", "encoder must be like '128,64,32,8', got '9,,4'"), ("9,4,2", "depth must be 5")],
)
def test_wrong_encoders(config: Config, encoder: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Autoencoder(replace(config, options={"encoder": encoder}), CPU)
