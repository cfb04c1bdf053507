"""Nested folds never leak, members go their own way, the methods are what they say."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from actmath.experiment._networks.stacked_methods import METHODS, BatchNorm, Dropout, Plain
from torch import nn

from actmath.experiment._engine.randomness import generator
from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Config
from actmath.experiment.data._folds import JointTable, stratified_folds
from actmath.experiment.data._tables import TableData
from actmath.experiment.recipes import get
from actmath.experiment.tasks._scores import accuracy, auc
from actmath.experiment.tasks.tables import Tables, best_by_inner_folds
from actmath.nn import AlphaDropout

CPU = torch.device("cpu")
RANDOM = np.random.default_rng(0)


@pytest.fixture
def small() -> Config:
    smoke = get("tabular").config("smoke")
    options = {**smoke.options, "updates": 3, "depths": "1,3"}
    return replace(
        smoke, width=5, depth=3, batch=8, seeds=(0, 4), train_limit=60, dtype="float64",
        options=options,
    )  # fmt: skip


def toy(n: int, columns: int, classes: int) -> TableData:
    labels = np.arange(n, dtype=np.uint8) % classes
    return TableData("toy", RANDOM.normal(size=(n, columns)), labels, "")


def test_folds_deal_every_class_out_evenly() -> None:
    labels = np.array([0] * 11 + [1] * 4 + [2] * 6, dtype=np.uint8)
    found = stratified_folds(labels, 3, generator(0, "folds"))
    counts = np.array([np.bincount(labels[found == fold], minlength=3) for fold in range(3)])
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.ptp(counts.sum(axis=1)) <= 1


def test_no_network_sees_a_row_that_it_or_its_choice_is_judged_on() -> None:
    joint = JointTable.of([toy(40, 3, 2), toy(30, 2, 3)], None)
    folds = list(joint.nested(outer=4, inner=3, seed=0))
    assert len(folds) == 2 * 4 * 4
    for start in range(0, len(folds), 4):
        *inner, last = folds[start : start + 4]
        outer = set(last.judged)
        assert outer | set(last.train) == set(range(*((0, 40), (40, 70))[last.table]))
        for fold in inner:
            assert fold.table == last.table
            assert not outer & (set(fold.train) | set(fold.judged))
            assert not set(fold.train) & set(fold.judged)
        assert set.union(*(set(fold.judged) for fold in inner)) == set(last.train)
    for table, rows in ((0, 40), (1, 30)):
        judged = [row for f in folds[3::4] if f.table == table for row in f.judged]
        assert len(judged) == len(set(judged)) == rows


def test_the_choice_looks_at_inner_folds_only() -> None:
    scores = torch.tensor(
        [  # depth 1: two inner parts and the last, each at two rates; then depth 2
            [0.5, 0.6, 0.5, 0.8, 0.11, 0.22],
            [0.9, 0.6, 0.3, 0.6, 0.33, 0.99],
        ]
    )
    assert best_by_inner_folds(scores, (1, 1, 1, 3)).item() == pytest.approx(0.22)
    tied = torch.full((2, 6), 0.5)
    tied[:, 4:] = torch.tensor([[0.1, 0.2], [0.3, 0.4]])
    assert best_by_inner_folds(tied, (1, 1, 1, 3)).item() == pytest.approx(0.1)


def test_each_member_as_if_trained_alone(small: Config) -> None:
    together = train(small, progress=False)
    for member, (condition, seed) in enumerate(small.members):
        if seed == 4 and condition.name in ("snn", "highway", "batchnorm"):
            alone = train(replace(small, conditions=(condition,), seeds=(seed,)), progress=False)
            for name, rows in alone.curves.items():
                np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=1e-5)
            row = together.layers["accuracy_after"][member]
            np.testing.assert_allclose(row, alone.layers["accuracy_after"][0], rtol=1e-5)


def test_interrupted_run_resumes(
    small: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(small, conditions=small.conditions[::6])
    original, calls = Tables.step, []

    def counted(self: Tables, batch: tuple[torch.Tensor, torch.Tensor]) -> object:
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
    networks = task.networks["msra", 1]
    before = networks.last.detach().clone()
    rows, keep = next(task.batches(0, 0))
    logits = networks(task._inputs("standardized", rows), keep[:1]).transpose(1, 2)
    losses = nn.functional.cross_entropy(logits, task.labels[rows], reduction="none").mean(1)
    gradient = torch.autograd.grad(losses.sum(), networks.last)[0]
    task.step((rows, keep))
    rates = torch.tensor([0.005, 0.005, 0.05, 0.05]).double().repeat(len(before) // 4)
    torch.testing.assert_close(networks.last, before - rates[:, None, None] * gradient)


def test_columns_and_classes_that_a_table_lacks_stay_out(small: Config) -> None:
    task = Tables(small, CPU)
    task.step(next(task.batches(0, 0)))
    iris = torch.tensor([fold.table == 0 for fold in task.folds])
    for condition in small.conditions:
        first = task.networks[condition.name, 3].layers[0].weight
        assert first[iris, 4:].abs().max() == 0
        assert (first[~iris, 4:] != 0).all()
    assert task.present.all()
    two = replace(small, data="sklearn:breast_cancer,iris")
    networks = Tables(two, CPU).networks["snn", 1]
    logits = networks(torch.randn(len(networks.last), 2, 30, dtype=torch.float64))
    binary = networks.present[:, 0, 2].logical_not()
    assert (logits[binary][..., 2] == -torch.inf).all()
    assert logits[..., :2].isfinite().all()


def layer(method: str, **settings: object) -> Plain:
    random = torch.Generator().manual_seed(1)
    weight, gate = torch.randn(2, 3, 4, 4, generator=random, dtype=torch.float64)
    return METHODS[method](weight, gate, nn.Tanh(), Dropout(**settings))  # type: ignore[arg-type]


X = torch.randn(3, 6, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


@pytest.mark.parametrize("method", ["plain", "weight_norm"])
def test_a_fresh_layer_is_a_product(method: str) -> None:
    found = layer(method)
    torch.testing.assert_close(found(X, None), torch.tanh(X @ found.weight))


def test_weight_norm_depends_on_directions_only() -> None:
    found = layer("weight_norm")
    before = found(X, None)
    with torch.no_grad():
        found.weight.mul_(3)
    torch.testing.assert_close(found(X, None), before)


def test_layer_norm_is_pytorchs() -> None:
    found = layer("layer_norm")
    torch.testing.assert_close(found.normalize(X), nn.LayerNorm(4).double()(X))


def test_batch_norm_is_pytorchs_with_its_running_moments() -> None:
    found, own = layer("batch_norm"), nn.BatchNorm1d(4).double()
    torch.testing.assert_close(found.normalize(X)[1], own(X[1]))
    biased = X[1].var(0, correction=0) / X[1].var(0)
    assert isinstance(found, BatchNorm)
    torch.testing.assert_close(found.mean[1, 0], own.running_mean)
    running = own.running_var
    assert running is not None
    torch.testing.assert_close(found.variance[1, 0] - 0.9, (running - 0.9) * biased)
    found.eval()
    moments = (X[1] - found.mean[1]) / (found.variance[1] + 1e-5).sqrt()
    torch.testing.assert_close(found.normalize(X)[1], moments)


def test_gates_and_shortcuts() -> None:
    highway, residual = layer("highway"), layer("residual")
    y = torch.tanh(X @ highway.weight)
    t = torch.sigmoid(X @ highway.gate - 1)  # type: ignore[operator]
    torch.testing.assert_close(highway(X, None), t * y + (1 - t) * X)
    torch.testing.assert_close(residual(X, None), X + y)


def test_dropout() -> None:
    keep = (torch.rand(X.shape, generator=torch.Generator().manual_seed(3)) < 0.5).double()
    torch.testing.assert_close(Dropout(2.0)(X, keep), X * keep * 2)
    dropped = Dropout(0.9, 0.1, -1.7)(X, keep)
    torch.testing.assert_close(dropped, torch.where(keep > 0, 0.9 * X, 0.9 * -1.7) + 0.1)


def test_each_network_drops_with_its_own_probability(small: Config) -> None:
    task = Tables(replace(small, options={**small.options, "dropouts": "0,0.5"}), CPU)
    _, keep = next(task.batches(0, 0))
    assert (keep[:, ::2] == 1).all()
    assert keep[:, 1::2].mean().item() == pytest.approx(0.5, abs=0.02)
    y = torch.randn(keep[0].shape, dtype=torch.float64)
    alpha = AlphaDropout(0.5)
    for condition in small.conditions[:2]:
        dropout = task.networks[condition.name, 1].layers[0].dropout
        found = dropout(y, keep[0])
        torch.testing.assert_close(found[::2], y[::2])
        kept, value = (alpha.scale, alpha.value) if condition.name == "snn" else (2.0, 0.0)
        shift = alpha.shift if condition.name == "snn" else 0.0
        expected = kept * torch.where(keep[0] > 0, y, value) + shift
        torch.testing.assert_close(found[1::2], expected[1::2])


def test_scores_of_undefined_answers() -> None:
    labels, real = torch.tensor([[0, 1]]), torch.ones(1, 2, dtype=torch.bool)
    lost = torch.full((1, 2, 2), torch.nan)
    assert accuracy(lost, labels, real).item() == 0
    assert auc(lost, labels, real).item() == 0


def test_area_counts_pairs() -> None:
    random = torch.Generator().manual_seed(4)
    scores = torch.randint(0, 6, (5, 40), generator=random).double()
    scores[0, 3], scores[1, 4] = torch.nan, torch.nan
    labels = (torch.rand(5, 40, generator=random) < 0.4).long()
    real = torch.rand(5, 40, generator=random) < 0.8
    logits = torch.stack([torch.zeros_like(scores), scores], dim=2)
    for i, found in enumerate(auc(logits, labels, real)):
        ones, zeros = scores[i][(labels[i] == 1) & real[i]], scores[i][(labels[i] == 0) & real[i]]
        wins = (ones[:, None] > zeros).double() + (ones[:, None] == zeros).double() / 2
        assert found.item() == pytest.approx(wins.mean().item())


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
