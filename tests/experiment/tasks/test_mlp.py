"""The stack trains every member as it would be trained alone, and as PyTorch's own parts do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from actmath.experiment._engine.train import train
from actmath.experiment._networks.weights import draw_weights
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
    place = toy.seeds.index(seed)
    orders = [MLP(toy, CPU).order(epoch)[place] for epoch in range(toy.epochs)]
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
    return [weight.detach() for weight in networks.stacks["all"].parameters.values()]


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


def test_arms_see_the_same_images_in_the_same_order(toy: Config) -> None:
    same = replace(toy.conditions[1], scaling="unit")
    task = MLP(replace(toy, conditions=(toy.conditions[0], same)), CPU)
    inputs, labels = task.examples("all", next(task.batches(0, 0)))
    assert inputs.shape == (4, 32, 784)
    assert torch.equal(inputs[:2], inputs[2:])
    assert torch.equal(labels[:2], labels[2:])
    assert not torch.equal(inputs[0], inputs[1])


def test_a_step_is_one_of_gradient_descent_at_each_arms_rate(toy: Config) -> None:
    task = MLP(toy, CPU)
    batch, weight = next(task.batches(0, 0)), task.stacks["all"].parameters["last"]
    before = weight.detach().clone()
    gradient = torch.autograd.grad(task.losses("all", batch).sum(), weight)[0]
    task.step(batch)
    rates = torch.tensor([0.05, 0.05, 0.02, 0.02], dtype=torch.float64)[:, None, None]
    torch.testing.assert_close(weight, before - rates * gradient)


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
    with pytest.raises(ValueError, match="scaling 'log' is not known"):
        train(replace(toy, conditions=(odd,)), progress=False)
