"""Characters: each is predicted from those before it in its row."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Config
from actmath.experiment.tasks.characters import Characters

CPU = torch.device("cpu")


def test_characters_are_scored_one_by_one(characters: Config) -> None:
    task = Characters(characters, CPU)
    inputs, labels = task.inputs["stored"][1], task.labels[1]
    assert inputs.shape == labels.shape == (20, 5)
    assert torch.equal(inputs[:, 1:], labels[:, :-1])
    logits = task.stacks["soft"](inputs, shared=True)
    expected = nn.functional.cross_entropy(logits[1].flatten(0, 1), labels.flatten())
    assert task.evaluate()["test_loss"][1] == pytest.approx(expected.item())


def test_wrong_length(characters: Config) -> None:
    with pytest.raises(ValueError, match="length must be from 1 to 200, got 201"):
        train(replace(characters, options={"length": 201}), progress=False)


def test_a_character_is_predicted_without_those_after_it(characters: Config) -> None:
    network = Characters(characters, CPU).stacks["soft"].network
    x = torch.arange(20).reshape(2, 2, 5)
    changed = x.clone()
    changed[:, :, 3] += 7
    assert torch.equal(network(x)[:, :, :3], network(changed)[:, :, :3])
    assert not torch.equal(network(x)[:, :, 3], network(changed)[:, :, 3])


def test_chance_is_the_commonest_character(characters: Config) -> None:
    task = Characters(characters, CPU)
    labels = task.labels[1].flatten().tolist()
    assert task.chance == pytest.approx(max(map(labels.count, labels)) / len(labels))


def test_unknown_scaling(characters: Config) -> None:
    odd = replace(characters.conditions[0], scaling="log")
    with pytest.raises(ValueError, match="scaling 'log' is not known"):
        Characters(replace(characters, conditions=(odd,)), CPU)
