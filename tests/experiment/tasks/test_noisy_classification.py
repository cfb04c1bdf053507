"""Noisy repetitions go their own way, resume as if unbroken, and share their noise with no one."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Config
from actmath.experiment._tasks.noisy_classification import NoisyBatch, NoisyClassification
from actmath.experiment.tasks.noisy_dense import NoisyDense
from actmath.experiment.tasks.sequence import Sequence

CPU = torch.device("cpu")


def test_each_member_as_if_trained_alone(noisy: Config) -> None:
    together = train(noisy, progress=False)
    for member, (condition, seed) in enumerate(noisy.members):
        alone = train(replace(noisy, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in alone.curves.items():
            np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=2e-6)


@pytest.mark.parametrize("step", [2, 3])
def test_interrupted_run_resumes_as_if_unbroken(
    noisy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    original, calls = NoisyClassification.step, []

    def counted(self: NoisyClassification, batch: NoisyBatch) -> tuple[Tensor, int]:
        calls.append(None)
        if len(calls) == step:
            signal.raise_signal(signal.SIGINT)
        return original(self, batch)

    monkeypatch.setattr(NoisyClassification, "step", counted)
    with pytest.raises(KeyboardInterrupt):
        train(noisy, out=tmp_path / "run.json", progress=False)
    resumed = train(noisy, out=tmp_path / "run.json", progress=False)
    assert resumed.curves == train(noisy, progress=False).curves


def test_noise_differs_by_seed_and_update(noisy_dense: Config) -> None:
    task = NoisyDense(noisy_dense, CPU)
    first, second = (batch.noise for batch in list(task.batches(0, 0))[:2])
    assert first is not None
    assert second is not None
    assert first.shape == (2, 2, 32, 8)
    again = next(task.batches(0, 0)).noise
    assert again is not None
    assert torch.equal(first, again)
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first, second)


def test_nothing_is_drawn_where_no_arm_is_noisy(noisy_dense: Config) -> None:
    task = NoisyDense(replace(noisy_dense, conditions=noisy_dense.conditions[:1]), CPU)
    assert next(task.batches(0, 0)).noise is None


def test_level_is_annealed_from_start_to_end(noisy_dense: Config) -> None:
    task = NoisyDense(noisy_dense, CPU)
    levels = []
    for epoch in range(noisy_dense.epochs):
        for batch in task.batches(epoch, 0):
            task.step(batch)
            levels.append(task.stacks["nan"].buffers["units.0.noisy.level"].item())
    assert (levels[0], levels[-1]) == (3.0, pytest.approx(0.5))
    assert levels == sorted(levels, reverse=True)
    assert task.stacks["nanil"].buffers["units.1.noisy.level"] == 1


def test_clip_bounds_every_member_by_itself(sequence: Config) -> None:
    task = Sequence(sequence, CPU)
    stack, batch = task.stacks["nan"], next(task.batches(0, 0))
    losses = task.losses("nan", batch)
    stack.backward(losses * torch.tensor([1.0, 1e-3]))
    before = norms(stack.parameters)
    stack.clip(1e-2)
    after = norms(stack.parameters)
    assert after[0] == pytest.approx(1e-2, rel=1e-3)
    assert before[0] > 1e-2 > before[1] == after[1]


def norms(parameters: Mapping[str, Tensor]) -> list[float]:
    flat = [p.grad.reshape(len(p), -1) for p in parameters.values() if p.grad is not None]
    return torch.cat(flat, dim=1).norm(dim=1).tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise": "nam"}, "noise 'nam' is not known: did you mean nan"),
        ({"nois": "nan"}, "soft: no option is named 'nois': did you mean noise"),
        ({"level": 1}, "option level must be of type float, got 1"),
    ],
)
def test_wrong_options_say_what_would_be_right(
    noisy: Config, options: dict[str, str], message: str
) -> None:
    wrong = replace(noisy.conditions[0], options=options)
    with pytest.raises(ValueError, match=message):
        train(replace(noisy, conditions=(wrong,)), progress=False)
