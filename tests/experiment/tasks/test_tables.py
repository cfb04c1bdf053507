"""Members go their own way at their own rates, and keep out what their tables lack."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Config
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import tables
from actmath.experiment.tasks.tables import TableBatch, Tables
from actmath.nn import AlphaDropout

CPU = torch.device("cpu")


@pytest.fixture
def small() -> Config:
    smoke = RECIPES["tabular"].config("smoke")
    options = {**smoke.options, "updates": 3, "depths": "1,3", "factors": "0.1,1"}
    return replace(
        smoke, width=5, depth=3, batch=8, seeds=(0, 4), train_limit=60, dtype="float64",
        options=options,
    )  # fmt: skip


def test_each_member_as_if_trained_alone(small: Config) -> None:
    together = train(small, progress=False)
    for member, (condition, seed) in enumerate(small.members):
        if seed == 4 and condition.name in ("snn", "highway", "batchnorm"):
            alone = train(replace(small, conditions=(condition,), seeds=(seed,)), progress=False)
            for name, rows in alone.curves.items():
                np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=1e-5)
            row = together.layers["accuracy_after"][member]
            np.testing.assert_allclose(row, alone.layers["accuracy_after"][0], rtol=1e-5)
            assert together.layers["factors_after"][member] == alone.layers["factors_after"][0]
            assert set(alone.layers["factors_after"][0]) <= {0.1, 1.0}


def test_the_constant_answer_is_the_training_parts_most_frequent_class(small: Config) -> None:
    task = Tables(small, CPU)
    found = task.probe()["constant_accuracy"]
    # Of every member a row, of two tables and two outer folds.
    assert (len(found), {len(row) for row in found}) == (len(small.members), {4})
    expected = []
    for fold in task.folds[len(task.grid.points) * 3 - 1 :: len(task.grid.points) * 3]:
        values, counts = np.unique(task.joint.labels[fold.train], return_counts=True)
        answer = values[counts.argmax()]
        expected.append((task.joint.labels[fold.judged] == answer).mean())
    np.testing.assert_allclose(np.ravel(found[:2]), expected, rtol=1e-6)
    area = replace(small, data="sklearn:breast_cancer", options={**small.options, "score": "auc"})
    assert set(np.ravel(Tables(area, CPU).probe()["constant_auc"])) == {0.5}


def test_columns_far_from_zero_keep_their_digits(small: Config, tmp_path: Path) -> None:
    """As seconds since 1970: in single precision one is 128 s from the next."""
    spread, scaled = np.linspace(-2, 2, 60), []
    for name, column in (("near", spread), ("far", 1.6e9 + 10 * spread)):
        lines = [f"{x!r},{'ab'[i // 30]}" for i, x in enumerate(column.tolist())]
        (tmp_path / f"{name}.csv").write_text("\n".join(["x,kind", *lines]))
        task = Tables(replace(small, dtype="float32", data=f"csv:{tmp_path / name}.csv"), CPU)
        scaled.append(task._inputs("standardized", task.judged))
    torch.testing.assert_close(scaled[1], scaled[0], rtol=1e-5, atol=1e-5)


def test_rows_are_judged_the_same_in_blocks(small: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    once, parts = Tables(small, CPU), Tables(small, CPU)
    inputs = once._inputs("standardized", once.judged)
    monkeypatch.setattr(tables, "BLOCK", 7)
    in_blocks = parts._scores("batchnorm 3", inputs)
    monkeypatch.setattr(tables, "BLOCK", 10_000)
    torch.testing.assert_close(in_blocks, once._scores("batchnorm 3", inputs))


def test_interrupted_run_resumes(
    small: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(small, conditions=small.conditions[::6])
    original, calls = Tables.step, []

    def counted(self: Tables, batch: TableBatch) -> object:
        calls.append(None)
        if len(calls) == 5:
            signal.raise_signal(signal.SIGINT)
        return original(self, batch)

    monkeypatch.setattr(Tables, "step", counted)
    with pytest.raises(KeyboardInterrupt):
        train(config, out=tmp_path / "run.json", progress=False)
    resumed = train(config, out=tmp_path / "run.json", progress=False)
    whole = train(config, progress=False)
    assert resumed.curves == whole.curves
    assert resumed.layers == whole.layers


def test_first_step_is_gradient_descent_at_each_networks_rate(small: Config) -> None:
    task = Tables(replace(small, conditions=small.conditions[1:2], seeds=(0,)), CPU)
    networks, batch = task.stacks["msra 1"].network, next(task.batches(0, 0))
    before = networks.last.detach().clone()
    gradient = torch.autograd.grad(task.losses("msra 1", batch).sum(), networks.last)[0]
    task.step(batch)
    rates = torch.tensor([0.005, 0.005, 0.05, 0.05]).double().repeat(len(before) // 4)
    torch.testing.assert_close(networks.last, before - rates[:, None, None] * gradient)


def test_columns_and_classes_that_a_table_lacks_stay_out(small: Config) -> None:
    task = Tables(small, CPU)
    task.step(next(task.batches(0, 0)))
    iris = torch.tensor([fold.table == 0 for fold in task.folds])
    for condition in small.conditions:
        first = task.stacks[f"{condition.name} 3"].network.layers[0].weight
        assert first[iris, 4:].abs().max() == 0
        assert (first[~iris, 4:] != 0).all()
    assert task.present.all()
    two = replace(small, data="sklearn:breast_cancer,iris")
    networks = Tables(two, CPU).stacks["snn 1"].network
    logits = networks(torch.randn(len(networks.last), 2, 30, dtype=torch.float64))
    binary = networks.present[:, 0, 2].logical_not()
    assert (logits[binary][..., 2] == -torch.inf).all()
    assert logits[..., :2].isfinite().all()


def test_each_network_drops_with_its_own_probability(small: Config) -> None:
    task = Tables(replace(small, options={**small.options, "dropouts": "0,0.5"}), CPU)
    batch = next(task.batches(0, 0))
    keep = batch.keep
    assert (keep[:, ::2] == 1).all()
    assert keep[:, 1::2].mean().item() == pytest.approx(0.5, abs=0.02)
    y = torch.randn(keep[0].shape, dtype=torch.float64)
    alpha = AlphaDropout(0.5)
    for condition in small.conditions[:2]:
        dropout = task.stacks[f"{condition.name} 1"].network.layers[0].dropout
        found = dropout(y, keep[0] if condition.name == "snn" else batch.factor[0])
        torch.testing.assert_close(found[::2], y[::2])
        kept, value = (alpha.scale, alpha.value) if condition.name == "snn" else (2.0, 0.0)
        shift = alpha.shift if condition.name == "snn" else 0.0
        expected = kept * torch.where(keep[0] > 0, y, value) + shift
        torch.testing.assert_close(found[1::2], expected[1::2])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"evaluate_on": "validation"}, "leave out evaluate_on"),
        ({"options": {"score": "acc"}}, "score 'acc' is not known"),
        ({"options": {"score": "auc"}}, "two classes"),
        ({"data": "sklearn:iri"}, "no table of scikit-learn is named 'iri'"),
        ({"data": "mnist-5k"}, "no table is named 'mnist-5k:'"),
    ],
)
def test_wrong_settings_say_what_would_be_right(
    small: Config, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Tables(replace(small, **change), CPU)  # type: ignore[arg-type]
