"""The stack trains every member as it would be trained alone, and as PyTorch's own parts do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from actmath.experiment._networks.models import draw_weights
from torch import nn
from torch.nn.functional import cross_entropy

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Condition, Config
from actmath.experiment.data import prepare
from actmath.experiment.tasks.mlp import MLP

CPU = torch.device("cpu")
UNITS = {"relu": nn.ReLU, "selu": nn.SELU}


def plain_network(config: Config, condition: Condition, seed: int) -> nn.Sequential:
    """The member built from PyTorch's layers, from the same weights."""
    sizes = (784, *[config.width] * config.depth, 10)
    parts: list[nn.Module] = []
    for weight in draw_weights(condition.weights, sizes, seed):
        layer = nn.Linear(weight.shape[0], weight.shape[1], dtype=torch.float64)
        layer.weight.data, layer.bias.data = weight.T.contiguous(), torch.zeros_like(weight[0])
        parts += [layer, UNITS[condition.activation]()]
    return nn.Sequential(*parts[:-1])


def scaled(images: np.ndarray, train: np.ndarray, scaling: str) -> torch.Tensor:
    if scaling == "unit":
        return torch.tensor(images / 255)
    deviation = train.std(axis=0)
    deviation[deviation == 0] = np.inf
    return torch.tensor((images - train.mean(axis=0)) / deviation)


@pytest.mark.parametrize("member", range(4))
def test_equals_pytorch_layers_and_sgd(toy: Config, member: int) -> None:
    condition, seed = toy.members[member]
    data, record = prepare(toy), train(toy, progress=False)
    orders = [MLP(toy, CPU).order(epoch)[member] for epoch in range(toy.epochs)]
    model = plain_network(toy, condition, seed)
    descent = torch.optim.SGD(model.parameters(), lr=condition.learning_rate)
    x, labels = scaled(data.train, data.train, condition.scaling), data.train_labels
    test, test_labels = scaled(data.test, data.train, condition.scaling), data.test_labels
    for epoch, order in enumerate(orders):
        total = 0.0
        for chosen in torch.split(order, toy.batch):
            loss = cross_entropy(model(x[chosen]), torch.tensor(labels).long()[chosen])
            descent.zero_grad()
            torch.autograd.backward(loss)
            descent.step()
            total += loss.item() * len(chosen)
        assert record.curves["train_loss"][member][epoch] == pytest.approx(total / 250, rel=1e-5)
        logits, right = model(test), torch.tensor(test_labels).long()
        expected = cross_entropy(logits, right).item()
        assert record.curves["test_loss"][member][epoch] == pytest.approx(expected, rel=1e-5)
        share = float((logits.argmax(1) == right).double().mean())
        assert record.curves["test_accuracy"][member][epoch] == pytest.approx(share, rel=1e-5)


def final_weights(config: Config) -> list[torch.Tensor]:
    networks = MLP(config, CPU)
    for epoch in range(config.epochs):
        for batch in networks.batches(epoch, 0):
            networks.step(batch)
    return [weight.detach() for weight in networks.model.parameters()]


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 2e-4)])
def test_each_member_as_if_trained_alone(toy: Config, dtype: str, tolerance: float) -> None:
    config = replace(toy, dtype=dtype)
    together = final_weights(config)
    for member, (condition, seed) in enumerate(config.members):
        alone = final_weights(replace(config, conditions=(condition,), seeds=(seed,)))
        for ours, theirs in zip(together, alone, strict=True):
            torch.testing.assert_close(ours[member], theirs[0], rtol=tolerance, atol=tolerance)


def test_a_diverging_member_leaves_the_others_alone(toy: Config) -> None:
    wild = replace(toy.conditions[1], name="wild", learning_rate=1e4)
    mixed = train(replace(toy, conditions=(toy.conditions[0], wild)), progress=False)
    plain = train(replace(toy, conditions=(toy.conditions[0],)), progress=False)
    assert not np.isfinite(mixed.final("train_loss", "wild")).any()
    np.testing.assert_allclose(
        mixed.curve("train_loss", "relu"), plain.curve("train_loss", "relu"), rtol=1e-5
    )


def test_conditions_share_seeds(toy: Config) -> None:
    networks = MLP(toy, CPU)
    order = networks.order(1)
    assert torch.equal(order[0], order[2])
    assert not torch.equal(order[0], order[1])
    assert not torch.equal(order[0], networks.order(2)[0])
    assert torch.equal(order.sort().values, torch.arange(250).expand(4, -1))


def test_batches_leave_out_what_is_done(toy: Config) -> None:
    networks = MLP(toy, CPU)
    whole, rest = list(networks.batches(0, 0)), list(networks.batches(0, 5))
    assert [labels.shape for _, labels in whole] == [(4, 32)] * 7 + [(4, 26)]
    assert len(rest) == 3
    assert torch.equal(rest[0][0], whole[5][0])
    assert list(networks.batches(0, 8)) == []


def test_moments_by_layer(toy: Config) -> None:
    data = prepare(toy)
    found = MLP(toy, CPU).probe()
    for member, (condition, seed) in enumerate(toy.members):
        h = scaled(data.test, data.train, condition.scaling)
        for layer, part in enumerate([nn.Identity(), *plain_network(toy, condition, seed)]):
            h = part(h)
            if isinstance(part, nn.Identity | nn.ReLU | nn.SELU):
                place = (layer + 1) // 2
                assert found["mean"][member][place] == pytest.approx(h.mean().item(), abs=1e-12)
                variance = h.var(correction=0).item()
                assert found["variance"][member][place] == pytest.approx(variance, rel=1e-9)
    assert len(found["mean"][0]) == toy.depth + 1


def test_unknown_scaling(toy: Config) -> None:
    odd = replace(toy.conditions[0], scaling="log")
    with pytest.raises(ValueError, match="no scaling is named 'log': known are stored, unit"):
        train(replace(toy, conditions=(odd,)), progress=False)
