"""Convolutional networks in a stack: as alone, as PyTorch's own layers, with honest options."""

from __future__ import annotations

import math
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from actmath.experiment._engine.train import train
from actmath.experiment._networks.convolutions import BatchedConvolution
from actmath.experiment._record.config import Condition, Config
from actmath.experiment._tasks.stack_task import Batch
from actmath.experiment.tasks.convolutional import Convolutional, ConvolutionalNetwork

CPU = torch.device("cpu")


def arm(name: str, activation: str, **options: str | float | bool) -> Condition:
    stages = {"stages": "1,2"}
    return Condition(name, activation, "unit", "he_normal", 0.02, {**stages, **options})


@pytest.fixture
def config(toy: Config) -> Config:
    arms = (
        arm("plain", "elu"),
        arm("batch", "leaky_relu", norm="batch", slope=0.1),
        arm("shared", "prelu", stages="2"),
        arm("channelwise", "prelu", channelwise=True, decay_slopes=True),
    )
    options = {"momentum": 0.9, "shrink": 4, "dense": 1, "weight_decay": 0.01}
    return replace(
        toy,
        task="convolutional",
        conditions=arms,
        options=options,
        width=3,
        epochs=2,
        train_limit=48,
        test_limit=20,
    )


@pytest.mark.slow
def test_each_member_as_if_trained_alone(config: Config) -> None:
    together = train(config, progress=False)
    for member, (condition, seed) in enumerate(config.members):
        alone = train(replace(config, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in alone.curves.items():
            np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=1e-5)
        for name, rows in alone.layers.items():
            np.testing.assert_allclose(together.layers[name][member], rows[0], rtol=1e-5)


def test_a_batch_of_one_is_refused_at_once(config: Config) -> None:
    with pytest.raises(ValueError, match="33 in batches of 32 leave one alone"):
        Convolutional(replace(config, train_limit=33), CPU)
    Convolutional(replace(config, train_limit=33, conditions=config.conditions[:1]), CPU)


def test_interrupted_run_resumes(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = Convolutional.step, []

    def counted(self: Convolutional, batch: Batch) -> tuple[torch.Tensor, int]:
        calls.append(None)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
        return original(self, batch)

    monkeypatch.setattr(Convolutional, "step", counted)
    with pytest.raises(KeyboardInterrupt):
        train(config, out=tmp_path / "run.json", progress=False)
    resumed = train(config, out=tmp_path / "run.json", progress=False)
    whole = train(config, progress=False)
    assert resumed.curves == whole.curves
    assert resumed.layers == whole.layers


def network_of(config: Config, arm: int) -> ConvolutionalNetwork:
    network = Convolutional(config, CPU).stacks[config.conditions[arm].name].network
    assert isinstance(network, ConvolutionalNetwork)
    return network


def pytorchs(network: ConvolutionalNetwork, member: int) -> list[nn.Module]:
    """The first arm's layers, of one repetition, as modules of PyTorch."""
    found: list[nn.Module] = []
    for layer in network.layers:
        weight, bias = layer.weight.detach()[member], layer.bias.detach()[member].flatten()
        own: nn.Module
        if isinstance(layer, BatchedConvolution):
            outputs, inputs, *_ = weight.shape
            own = nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="circular")
        else:
            weight = weight.T
            own = nn.Linear(weight.shape[1], weight.shape[0])
        own.double().load_state_dict({"weight": weight, "bias": bias})
        found.append(own)
    return found


def test_each_network_is_pytorchs_own_layers(config: Config) -> None:
    network = network_of(config, 0)
    x = torch.randn(2, 5, 1, 7, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    x.requires_grad_()
    for member in range(2):
        first, second, third, dense, last = pytorchs(network, member)
        pooled = nn.Sequential(
            *(first, nn.ELU(), nn.MaxPool2d(2, ceil_mode=True), second, nn.ELU(), third, nn.ELU()),
            *(nn.Flatten(), dense, nn.ELU(), last),
        )
        found, expected = network(x)[member], pooled(x[member])
        torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)
        slopes = [torch.autograd.grad(y.square().sum(), x)[0] for y in (found, expected)]
        torch.testing.assert_close(*slopes, rtol=1e-10, atol=1e-12)
    assert [tuple(h.shape[1:]) for h in network.hidden(x)] == [
        *((5, 1, 7, 7), (5, 3, 7, 7), (5, 3, 4, 4), (5, 3, 4, 4)),
        (5, 12),
    ]


def test_weights_have_the_variance_of_their_fan_in(config: Config) -> None:
    network = network_of(replace(config, width=32), 0)
    for layer in list(network.layers)[1:3]:
        fan_in = math.prod(layer.weight.shape[2:])
        assert layer.weight[0].var().item() == pytest.approx(2 / fan_in, rel=0.05)
        assert not layer.bias.any()


def test_a_prelu_has_a_learned_slope_a_layer_or_a_channel_that_begins_at_a_quarter(
    config: Config,
) -> None:
    shared, channelwise = (network_of(config, arm).units for arm in (2, 3))
    # Three channels, and four times as many units in the dense layer; two repetitions.
    assert [unit.weight.tolist() for unit in shared] == [[[0.25]] * 2] * 3
    wide = [[[0.25] * 3] * 2] * 3 + [[[0.25] * 12] * 2]
    assert [unit.weight.tolist() for unit in channelwise] == wide
    record = train(config, progress=False)
    assert not np.isclose(record.layer("slope_after", "shared"), 0.25, atol=1e-6).any()


def test_slopes_are_recorded_by_layer_and_decay_where_asked(config: Config) -> None:
    arms = (arm("free", "prelu"), arm("decayed", "prelu", decay_slopes=True), arm("relu", "relu"))
    record = train(replace(config, conditions=arms), progress=False)
    assert record.layer("slope_before", "free").tolist() == [[0.25] * 4] * 2
    assert record.layer("slope_after", "relu").shape == (2, 0)
    lower = record.layer("slope_after", "decayed") < record.layer("slope_after", "free")
    assert lower.mean() > 0.8


def test_slopes_may_have_a_rate_of_their_own(config: Config) -> None:
    arms = (arm("free", "prelu"), arm("decayed", "prelu", decay_slopes=True))
    # One update, from equal gradients: each slope's move is proportional to its rate.
    once = replace(config, conditions=arms, epochs=1, batch=config.train_limit or 1)
    moves = []
    for speed in (1.0, 3.0):
        record = train(
            replace(once, options={**config.options, "slope_speed": speed}), progress=False
        )
        slopes = [record.layer("slope_after", name) for name in ("free", "decayed")]
        moves.append(np.array(slopes) - 0.25)
    assert np.abs(moves[0]).max() > 1e-4
    np.testing.assert_allclose(moves[1], 3 * moves[0], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"options": {"stages": "1,,2"}}, "plain: stages must be like '1,4,6', got '1,,2'"),
        ({"options": {"norm": "layer"}}, "norm 'layer' is not known"),
        ({"options": {"slope": 0.1}}, "plain: only leaky_relu takes a slope"),
        ({"weights": "glorot_uniform"}, "initialization 'glorot_uniform' is not known"),
    ],
)
def test_wrong_options_say_what_would_be_right(
    config: Config, changes: dict[str, object], message: str
) -> None:
    wrong = replace(config.conditions[0], **changes)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message):
        Convolutional(replace(config, conditions=(wrong,)), CPU)
