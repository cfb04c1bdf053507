"""Noisy members go their own way, resume as if unbroken, and are the library's own networks."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from actmath.experiment._networks.members import Draws
from actmath.experiment.tasks._noisy import NoisyTask, Turn
from torch import Tensor, nn

from actmath import catalog
from actmath.experiment._engine.train import train
from actmath.experiment._networks.noisy_units import FIXED, KINDS, LEARNED
from actmath.experiment._networks.recurrent import MemberCell, MemberGRU, MemberLSTM
from actmath.experiment._record.config import Condition, Config
from actmath.experiment.tasks.characters import Characters
from actmath.experiment.tasks.noisy_dense import NoisyDense
from actmath.experiment.tasks.sequence import Sequence, distinct
from actmath.nn import Elementwise, NoisyGRU, NoisyLSTM

CPU = torch.device("cpu")
NAN = {"noise": "nan", "level": 3.0, "end": 0.5}


def arms(**more: Mapping[str, str | float | bool]) -> tuple[Condition, ...]:
    named = {"soft": {}, "nan": NAN, "nanil": {"noise": "nanil"}, **more}
    return tuple(
        Condition(n, "hard_tanh" if o else "tanh", "stored", "lecun_normal", 0.02, dict(o))
        for n, o in named.items()
    )


@pytest.fixture
def dense(toy: Config) -> Config:
    chosen = tuple(replace(arm, scaling="standardized") for arm in arms())
    small = replace(toy, width=8, depth=2, epochs=2, train_limit=90, test_limit=40)
    return replace(small, task="noisy_dense", conditions=chosen, options={"optimizer": "rmsprop"})


@pytest.fixture
def sequence(toy: Config) -> Config:
    small = replace(toy, width=4, depth=1, epochs=2, train_limit=40, test_limit=20)
    options = {"optimizer": "adam", "clip": 0.5, "head": 5}
    chosen = arms(curriculum={"noise": "nani", "level": 0.3, "curriculum": True})
    return replace(
        small, task="sequence", data="unique-integers", conditions=chosen, options=options
    )


@pytest.fixture
def characters(toy: Config) -> Config:
    small = replace(toy, width=6, depth=1, epochs=2, train_limit=70, test_limit=20)
    options = {"optimizer": "adam", "length": 5}
    return replace(
        small, task="characters", data="python-topics", conditions=arms(), options=options
    )


@pytest.fixture(params=["dense", "sequence", "characters"])
def config(request: pytest.FixtureRequest) -> Config:
    found: Config = request.getfixturevalue(request.param)
    return found


def test_each_member_as_if_trained_alone(config: Config) -> None:
    together = train(config, progress=False)
    for member, (condition, seed) in enumerate(config.members):
        alone = train(replace(config, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in alone.curves.items():
            np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=2e-6)


@pytest.mark.parametrize("step", [2, 3])
def test_interrupted_run_resumes_as_if_unbroken(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    original, calls = NoisyTask.step, []

    def counted(self: NoisyTask, batch: Turn) -> tuple[Tensor, int]:
        calls.append(None)
        if len(calls) == step:
            signal.raise_signal(signal.SIGINT)
        return original(self, batch)

    monkeypatch.setattr(NoisyTask, "step", counted)
    with pytest.raises(KeyboardInterrupt):
        train(config, out=tmp_path / "run.json", progress=False)
    resumed = train(config, out=tmp_path / "run.json", progress=False)
    assert resumed.curves == train(config, progress=False).curves


def test_noise_differs_by_seed_and_update_and_not_by_arm(dense: Config) -> None:
    task = NoisyDense(dense, CPU)
    first, second = list(task.batches(0, 0))[:2]
    noise = task.noise(first)
    assert noise.shape == (2, 2, 32, 8)
    assert torch.equal(noise, task.noise(first))
    assert not torch.equal(noise[0], noise[1])
    assert not torch.equal(noise, task.noise(second))


def test_level_is_annealed_from_start_to_end(dense: Config) -> None:
    task = NoisyDense(dense, CPU)
    levels = []
    for epoch in range(dense.epochs):
        for batch in task.batches(epoch, 0):
            task.step(batch)
            levels.append(task.stacks["nan"].buffers["units.0.noisy.level"].item())
    assert (levels[0], levels[-1]) == (3.0, pytest.approx(0.5))
    assert levels == sorted(levels, reverse=True)
    assert task.stacks["nanil"].buffers["units.1.noisy.level"] == 1


def test_clip_bounds_every_member_by_itself(sequence: Config) -> None:
    task = Sequence(sequence, CPU)
    stack, batch = task.stacks["nan"], next(task.batches(0, 0))
    inputs, labels = task.examples(sequence.conditions[1], batch)
    losses = task.loss(stack(inputs, task.noise(batch)), labels)
    stack.backward(losses * torch.tensor([1.0, 1e-3]))
    before = norms(stack.parameters)
    stack.clip(1e-2)
    after = norms(stack.parameters)
    assert after[0] == pytest.approx(1e-2, rel=1e-3)
    assert before[0] > 1e-2 > before[1] == after[1]


def norms(parameters: Mapping[str, Tensor]) -> list[float]:
    flat = [p.grad.reshape(len(p), -1) for p in parameters.values() if p.grad is not None]
    return torch.cat(flat, dim=1).norm(dim=1).tolist()


class Given(nn.Module):
    """A unit of the library that takes its noise from a list."""

    def __init__(self, unit: nn.Module, noise: list[Tensor]) -> None:
        super().__init__()
        self.unit, self.noise = unit, noise

    def forward(self, x: Tensor) -> Tensor:
        xi = self.noise.pop(0)
        return self.unit(x) if isinstance(self.unit, Elementwise) else self.unit.with_noise(x, xi)


def maker(name: str, kind: str, noise: list[Tensor]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        kinds = {**LEARNED, **FIXED}
        unit = catalog.get(name)
        return Given(Elementwise(unit) if kind == "none" else kinds[kind](unit, level=2.0), noise)

    return make


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("cell_type", "layers_type"), [(MemberLSTM, NoisyLSTM), (MemberGRU, NoisyGRU)]
)
def test_cells_are_those_of_the_library(
    kind: str, cell_type: type[MemberCell], layers_type: Callable[..., nn.Module]
) -> None:
    draws = Draws("lecun_normal", (0, 1))
    cell = cell_type(5, 4, "tanh", kind, 2.0, draws).double()
    symbols = torch.arange(12).reshape(2, 2, 3) % 5
    noise = torch.randn(
        2, 3, cell.calls(), 2, 4, generator=torch.Generator().manual_seed(0)
    ).double()
    states = cell(symbols, noise)
    for member in range(2):
        # The library's LSTM calls i, f, g, o in another order than it lists them.
        order = [1, 0, 2, 3, 4] if cell_type is MemberLSTM else [1, 0, 2]
        given = [noise[member, t, i] for t in range(3) for i in order]
        gate, candidate = (maker(name, kind, given) for name in ("sigmoid", "tanh"))
        layers = layers_type(5, 4, batch_first=True, gate=gate, candidate=candidate).double()
        copy_member(cell, layers, member, kind)
        expected, _ = layers(nn.functional.one_hot(symbols[member], 5).double())
        torch.testing.assert_close(states[member], expected, rtol=1e-10, atol=1e-12)


def copy_member(cell: MemberCell, layers: nn.Module, member: int, kind: str) -> None:
    (theirs,) = layers.cells
    names = {
        4: ("input", "forget", "cell", "output", "state"),
        3: ("reset", "keep", "new"),
    }[cell.BLOCKS]
    with torch.no_grad():
        theirs.weight_ih.copy_(cell.weight_ih[member].T)
        theirs.weight_hh.copy_(cell.weight_hh[member].T)
        theirs.bias_ih.copy_(cell.bias[member, 0])
        theirs.bias_hh.zero_()
        if kind in LEARNED:
            for name, unit in zip(names, cell.units, strict=True):
                theirs.activations[name].unit.p.copy_(unit.noisy.p[member])


def test_curriculum_counts_what_is_shown(sequence: Config) -> None:
    task = Sequence(replace(sequence, epochs=8), CPU)
    for epoch, length in ((0, 2), (1, 10), (5, 26)):
        batch = next(task.batches(epoch, 0))
        inputs, labels = task.examples(sequence.conditions[3], batch)
        assert inputs.shape == (2, 32, length)
        counts = [len(set(row)) - 1 for row in inputs[0].tolist()]
        assert labels[0].tolist() == counts
        whole, classes = task.examples(sequence.conditions[0], batch)
        assert torch.equal(distinct(whole, 11) - 1, classes)


def test_curriculum_elsewhere_is_refused(sequence: Config) -> None:
    with pytest.raises(ValueError, match="curriculum needs sequences whose beginnings can be"):
        Sequence(replace(sequence, data="associative-recall"), CPU)


def test_characters_are_scored_one_by_one(characters: Config) -> None:
    task = Characters(characters, CPU)
    assert task.test_text.shape == (20, 6)
    logits = task.stacks["soft"](task.test_text[:, :-1], shared=True)
    expected = nn.functional.cross_entropy(logits[1].flatten(0, 1), task.test_text[:, 1:].flatten())
    assert task.evaluate()["test_loss"][1] == pytest.approx(expected.item())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise": "nam"}, "noise 'nam' is not known: did you mean nan"),
        ({"nois": "nan"}, "soft: no option is named 'nois': did you mean noise"),
        ({"level": 1}, "option level must be of type float, got 1"),
    ],
)
def test_wrong_options_say_what_would_be_right(
    config: Config, options: dict[str, str], message: str
) -> None:
    wrong = replace(config.conditions[0], options=options)
    with pytest.raises(ValueError, match=message):
        train(replace(config, conditions=(wrong,)), progress=False)


def test_wrong_length(characters: Config) -> None:
    with pytest.raises(ValueError, match="length must be from 1 to 200, got 201"):
        train(replace(characters, options={"length": 201}), progress=False)
