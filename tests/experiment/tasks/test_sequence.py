"""Sequences: a curriculum shows beginnings, the states are pooled."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from actmath.experiment import variations
from actmath.experiment._record.config import Config
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import TASKS
from actmath.experiment.tasks.sequence import Sequence, distinct

CPU = torch.device("cpu")


def test_curriculum_counts_what_is_shown(sequence: Config) -> None:
    task = Sequence(replace(sequence, epochs=8), CPU)
    for epoch, length in ((0, 2), (1, 10), (5, 26)):
        batch = next(task.batches(epoch, 0))
        inputs, labels = task.examples("curriculum", batch)
        assert inputs.shape == (2, 32, length)
        counts = [len(set(row)) - 1 for row in inputs[0].tolist()]
        assert labels[0].tolist() == counts
        whole, classes = task.examples("soft", batch)
        assert torch.equal(distinct(whole, 11) - 1, classes)


def test_curriculum_elsewhere_is_refused(sequence: Config) -> None:
    with pytest.raises(ValueError, match="curriculum needs sequences whose beginnings can be"):
        Sequence(replace(sequence, data="associative-recall"), CPU)


def test_pools_differ_in_what_the_head_sees(sequence: Config) -> None:
    mean = Sequence(sequence, CPU).stacks["soft"].network
    last = Sequence(replace(sequence, options={**sequence.options, "pool": "last"}), CPU)
    x = torch.arange(12).reshape(2, 2, 3) % 5
    states = mean.cell(x)
    torch.testing.assert_close(mean(x), mean.head(states.mean(2)))
    torch.testing.assert_close(last.stacks["soft"].network(x), mean.head(states[:, :, -1]))


def test_unknown_pool(sequence: Config) -> None:
    with pytest.raises(ValueError, match="pool 'men' is not known: did you mean mean"):
        Sequence(replace(sequence, options={"pool": "men"}), CPU)


@pytest.mark.parametrize("name", ["noisy-recall", "noisy-charlm"])
def test_a_depth_that_a_recurrent_network_does_not_have(name: str) -> None:
    """Runs of every depth would be the same under different names."""
    (deeper,) = variations(RECIPES[name].config("smoke"), {"depth": [3]}).values()
    with pytest.raises(ValueError, match="depth must be 1, of the one recurrent layer, got 3"):
        TASKS[deeper.task](deeper, torch.device("cpu"))
