"""Examples are shuffled by repetition, batches resume, measures are means over all examples."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from actmath.experiment._randomness import generator
from actmath.experiment._record.config import Condition, Config
from actmath.experiment._tasks.classification import (
    TEST,
    TRAIN,
    NetworkClassification,
    layer_moments,
)
from actmath.experiment.tasks.dense import Dense
from actmath.experiment.tasks.mlp import MLP

CPU = torch.device("cpu")


def test_orders_are_each_seeds_and_epochs_own(toy: Config) -> None:
    task = MLP(toy, CPU)
    order = task.order(1)
    assert torch.equal(order.sort().values, torch.arange(250).expand(2, -1))
    assert not torch.equal(order[0], order[1])
    assert not torch.equal(order[0], task.order(2)[0])
    assert torch.equal(order[1:], MLP(replace(toy, seeds=(3,)), CPU).order(1))


def test_batches_leave_out_what_is_done(toy: Config) -> None:
    task = MLP(toy, CPU)
    whole, rest = list(task.batches(2, 0)), list(task.batches(2, 5))
    assert [batch.chosen.shape for batch in whole] == [(2, 32)] * 7 + [(2, 26)]
    assert [batch.update for batch in whole] == list(range(16, 24))
    assert torch.equal(torch.cat([batch.chosen for batch in whole], dim=1), task.order(2))
    assert [batch.update for batch in rest] == [21, 22, 23]
    assert torch.equal(rest[0].chosen, whole[5].chosen)
    assert list(task.batches(2, 8)) == []


@pytest.mark.parametrize("task_type", [MLP, Dense])
def test_measures_are_means_over_all_test_examples(
    toy: Config, task_type: type[MLP] | type[Dense], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_type(toy, CPU)
    whole = task.evaluate()
    monkeypatch.setattr(task_type, "EVALUATED_AT_ONCE", 50)  # 50, 50 and 20 of 120
    for name, row in task.evaluate().items():
        assert row == pytest.approx(whole[name], rel=1e-12)
    if task_type is Dense:
        (stack, mine), x = task.networks(toy.conditions[1]), task.inputs["standardized"][TEST]
        logits = stack(x, shared=True)[mine][1]
        expected = nn.functional.cross_entropy(logits, task.labels[TEST]).item()
        assert whole["test_loss"][3] == pytest.approx(expected, rel=1e-9)
        right = (logits.argmax(1) == task.labels[TEST]).double().mean().item()
        assert whole["test_accuracy"][3] == pytest.approx(right)


def test_a_network_that_diverged_answers_nothing_right(toy: Config) -> None:
    task = MLP(toy, CPU)
    labels = torch.zeros(1, 4, dtype=torch.long)
    logits = torch.zeros(1, 4, 10)
    logits[0, 1:3] = torch.tensor([torch.nan, torch.inf])[:, None]
    # Class 0 is the first of equal ones, and not what nan stands for.
    assert task.hits(logits, labels).tolist() == [[1, 0, 0, 1]]


def test_moments_are_over_units_and_examples() -> None:
    h = torch.arange(12.0).reshape(2, 3, 2)
    found = layer_moments([h, h[..., :1]])
    assert found["mean"] == [[2.5, 2.0], [8.5, 8.0]]
    assert found["variance"][0] == pytest.approx([35 / 12, 8 / 3])


class Tiny(NetworkClassification):
    """A task as somebody would add one: any network of PyTorch."""

    def network(self, condition: Condition, seed: int) -> nn.Module:
        layer = nn.Linear(784, 10)
        layer.weight.data = torch.randn(10, 784, generator=generator(seed, "weights")) / 28
        layer.bias.data.zero_()
        return layer


def test_any_network_of_pytorch_is_trained_as_alone(toy: Config) -> None:
    task = Tiny(replace(toy, dtype="float32"), CPU)
    (arm, _), inputs = toy.conditions, task.inputs["unit"][TRAIN]
    alone = task.network(arm, 3)
    descent = torch.optim.SGD(alone.parameters(), lr=arm.learning_rate)
    for _, batch in zip(range(3), task.batches(0, 0), strict=False):
        losses, _ = task.step(batch)
        loss = nn.functional.cross_entropy(
            alone(inputs[batch.chosen[1]]), task.labels[TRAIN][batch.chosen[1]]
        )
        assert losses[1].item() == pytest.approx(loss.item(), rel=1e-5)
        descent.zero_grad()
        torch.autograd.backward(loss)
        descent.step()
