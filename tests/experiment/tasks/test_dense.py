"""A stack of any networks: each member goes its own way, as it would alone."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from actmath.experiment._engine.train import train
from actmath.experiment._networks.weights import draw_weights
from actmath.experiment._record.config import Condition, Config
from actmath.experiment._tasks.stack_task import Batch
from actmath.experiment.tasks.dense import Dense

CPU = torch.device("cpu")
OPTIMIZERS = [("sgd", 0.0), ("sgd", 0.9), ("rmsprop", 0.0), ("adam", 0.0)]


@pytest.fixture
def dense(toy: Config) -> Config:
    """The toy run with arms that differ in everything an arm of this task can differ in."""
    arms = (
        Condition("plain", "selu", "standardized", "lecun_normal", 0.01),
        Condition("batch", "relu", "unit", "he_normal", 0.02, {"norm": "batch", "place": "after"}),
        Condition("layer", "elu", "unit", "he_normal", 0.02, {"norm": "layer"}),
        Condition("residual", "relu", "unit", "he_normal", 0.005, {"residual": True, "depth": 3}),
    )
    return replace(toy, task="dense", conditions=arms, epochs=2)


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "momentum"), OPTIMIZERS)
def test_each_member_as_if_trained_alone(dense: Config, optimizer: str, momentum: float) -> None:
    config = replace(dense, options={"optimizer": optimizer, "momentum": momentum})
    together = train(config, progress=False)
    for member, (condition, seed) in enumerate(config.members):
        alone = train(replace(config, conditions=(condition,), seeds=(seed,)), progress=False)
        for name, rows in alone.curves.items():
            np.testing.assert_allclose(together.curves[name][member], rows[0], rtol=1e-5)
        for name, rows in alone.layers.items():
            np.testing.assert_allclose(together.layers[name][member], rows[0], rtol=1e-5)


class PlainNetwork(nn.Module):
    """An arm's network of PyTorch's own modules, with the weights that a repetition draws."""

    def __init__(self, task: Dense, condition: Condition, seed: int) -> None:
        super().__init__()
        options = task.arm_options[condition.name]
        weights = draw_weights(condition.weights, task.sizes(condition), seed)
        self.layers = nn.ModuleList(linear(weight) for weight in weights)
        kind = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
        norm = kind[str(options["norm"])]
        self.norms = nn.ModuleList(norm(weight.shape[1]) for weight in weights[:-1]).double()
        self.unit = {"relu": nn.ReLU, "selu": nn.SELU, "elu": nn.ELU}[condition.activation]()
        self.before, self.residual = options["place"] == "before", options["residual"]

    def hidden(self, x: Tensor) -> list[Tensor]:
        found = [x]
        for layer, norm in zip(self.layers, self.norms, strict=False):
            h = found[-1]
            y = self.unit(norm(layer(h))) if self.before else norm(self.unit(layer(h)))
            found.append(y + h if self.residual and y.shape == h.shape else y)
        return found

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.layers[-1](self.hidden(x)[-1])
        return logits


def linear(weight: Tensor) -> nn.Linear:
    layer = nn.Linear(*weight.shape, dtype=torch.float64)
    layer.weight.data, layer.bias.data = weight.T.clone(), torch.zeros(weight.shape[1]).double()
    return layer


@pytest.mark.parametrize("arm", range(4))
def test_equals_a_plain_loop_over_pytorch_networks(dense: Config, arm: int) -> None:
    config = replace(dense, conditions=dense.conditions[arm : arm + 1])
    task = Dense(config, CPU)
    condition = config.conditions[0]
    inputs, stack = task.inputs[condition.scaling][0], task.stacks[condition.name]
    networks = [PlainNetwork(task, condition, seed) for seed in config.seeds]
    descents = [torch.optim.SGD(n.parameters(), lr=condition.learning_rate) for n in networks]
    for batch in task.batches(0, 0):
        losses, examples = task.step(batch)
        for member, (network, descent) in enumerate(zip(networks, descents, strict=True)):
            chosen = batch.chosen[member]
            loss = nn.functional.cross_entropy(network(inputs[chosen]), task.labels[0][chosen])
            descent.zero_grad()
            torch.autograd.backward(loss)
            descent.step()
            assert losses[member].item() == pytest.approx(loss.item(), rel=1e-9)
            assert examples == len(chosen)
    for mine, theirs in (("mean", "running_mean"), ("variance", "running_var")):
        for place, buffer in enumerate(b for n, b in stack.buffers.items() if n.endswith(mine)):
            expected = [dict(n.norms[place].named_buffers())[theirs] for n in networks]
            torch.testing.assert_close(buffer[:, 0], torch.stack(expected), rtol=1e-9, atol=1e-12)


def test_arms_of_one_shape_share_a_stack_and_keep_their_order(dense: Config) -> None:
    plain, batch, *_ = dense.conditions
    other = replace(plain, name="other", activation="relu", scaling="unit", learning_rate=0.03)
    config = replace(dense, conditions=(plain, batch, other))
    task = Dense(config, CPU)
    assert {name: [a.name for a in arms] for name, arms in task.arms.items()} == {
        "plain": ["plain", "other"],
        "batch": ["batch"],
    }
    assert task.networks(other) == (task.stacks["plain"], slice(2, 4))
    first = next(task.batches(0, 0))
    losses, _ = task.step(first)
    for member, (condition, seed) in enumerate(config.members):
        network = PlainNetwork(Dense(config, CPU), condition, seed)
        chosen = first.chosen[member % 2]
        logits = network(task.inputs[condition.scaling][0][chosen])
        loss = nn.functional.cross_entropy(logits, task.labels[0][chosen])
        assert losses[member].item() == pytest.approx(loss.item(), rel=1e-9)
    assert len(Dense(replace(config, options={"optimizer": "adam"}), CPU).stacks) == 3


def test_a_diverging_member_leaves_the_others_alone(dense: Config) -> None:
    plain = replace(dense, conditions=dense.conditions[:1])
    task, alone = Dense(plain, CPU), Dense(plain, CPU)
    with torch.no_grad():
        next(iter(task.stacks["plain"].parameters.values()))[1].fill_(torch.nan)
    for first, second in zip(task.batches(0, 0), alone.batches(0, 0), strict=True):
        losses, expected = task.step(first)[0], alone.step(second)[0]
        assert losses[1].isnan()
        assert losses[0] == expected[0]


def test_clip_bounds_every_member_by_itself(dense: Config) -> None:
    # By any optimizer but sgd, whose rates are factors of the gradients.
    config = replace(dense, conditions=dense.conditions[:1], options={"optimizer": "adam"})
    task = Dense(config, CPU)
    stack = task.stacks["plain"]
    batch = next(task.batches(0, 0))
    stack.backward(task.losses("plain", batch) * torch.tensor([1.0, 1e-3]))
    before = member_norms(task)
    stack.clip(0.1)
    after = member_norms(task)
    assert after[0] == pytest.approx(0.1, rel=1e-4)
    assert before[0] > 0.1 > before[1]
    assert after[1] == before[1]


def test_probed_gradient_is_that_of_a_plain_network(dense: Config) -> None:
    task = Dense(dense, CPU)
    condition = dense.conditions[1]
    buffers = {name: buffer.clone() for name, buffer in task.stacks["batch"].buffers.items()}
    found = dict(zip(dense.members, task.probe()["gradient"], strict=True))
    network = PlainNetwork(task, condition, dense.seeds[1])
    layers = network.hidden(task.inputs["unit"][1])
    loss = nn.functional.cross_entropy(network.layers[-1](layers[-1]), task.labels[1])
    total = loss * len(task.labels[1])
    gradients = torch.autograd.grad(total, layers[1:])
    expected = [gradient.square().mean().item() for gradient in gradients]
    np.testing.assert_allclose(found[condition, dense.seeds[1]][1:], expected, rtol=1e-9)
    for name, buffer in task.stacks["batch"].buffers.items():
        assert torch.equal(buffer, buffers[name])


def test_an_arm_has_its_own_depth_and_width(dense: Config) -> None:
    narrow = replace(dense.conditions[0], options={"depth": 2, "width": 7})
    task = Dense(replace(dense, conditions=(narrow, dense.conditions[2])), CPU)
    assert task.sizes(narrow) == (784, 7, 7, 10)
    assert [len(row) for row in task.probe()["mean"]] == [3, 3, 6, 6]


def member_norms(task: Dense) -> list[float]:
    grads = [p.grad.flatten(1) for p in task.stacks["plain"].parameters.values()]
    return torch.cat(grads, dim=1).norm(dim=1).tolist()


@pytest.mark.parametrize("step", [3, 9])
def test_interrupted_run_resumes_with_its_optimizer_and_running_statistics(
    dense: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    config = replace(dense, options={"momentum": 0.9})
    original, calls = Dense.step, []

    def counted(self: Dense, batch: Batch) -> tuple[torch.Tensor, int]:
        calls.append(None)
        if len(calls) == step:
            signal.raise_signal(signal.SIGINT)
        return original(self, batch)

    monkeypatch.setattr(Dense, "step", counted)
    with pytest.raises(KeyboardInterrupt):
        train(config, out=tmp_path / "run.json", progress=False)
    resumed = train(config, out=tmp_path / "run.json", progress=False)
    whole = train(config, progress=False)
    assert resumed.curves == whole.curves
    assert resumed.layers == whole.layers


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"norms": "batch"}, "plain: no option is named 'norms': did you mean norm"),
        ({"residual": 1}, "plain: option residual must be of type bool, got 1"),
        ({"norm": "bach"}, "norm 'bach' is not known: did you mean batch"),
        ({"depth": -1}, "plain: depth -1 and width 0 must be ≥ 0"),
    ],
)
def test_wrong_options_say_what_would_be_right(
    dense: Config, options: dict[str, object], message: str
) -> None:
    wrong = replace(dense.conditions[0], options=options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message):
        train(replace(dense, conditions=(wrong,)), progress=False)


@pytest.mark.parametrize(("batch", "limit"), [(32, 65), (1, 64), (32, 1)])
def test_a_batch_of_one_is_refused_before_the_first_update(
    dense: Config, batch: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batch normalization alone minds; the last batch of an epoch is the one that is short."""
    steps = list[int]()
    monkeypatch.setattr(Dense, "step", lambda *_: steps.append(1))
    small = replace(dense, batch=batch, train_limit=limit, epochs=1)
    with pytest.raises(ValueError, match=f"{limit} in batches of {batch} leave one alone"):
        train(small, progress=False)
    assert not steps


def test_wrong_optimizer(dense: Config) -> None:
    with pytest.raises(ValueError, match="optimizer 'adm' is not known: did you mean adam"):
        train(replace(dense, options={"optimizer": "adm"}), progress=False)


def test_unknown_task(dense: Config) -> None:
    with pytest.raises(ValueError, match="no task is named 'dens': did you mean dense"):
        train(replace(dense, task="dens"), progress=False)


# PyTorch's compiler looks for a gradient everywhere and hides that warning of its own; where
# warnings are errors it cannot.
@pytest.mark.slow
@pytest.mark.filterwarnings("default:The .grad attribute of a Tensor that is not a leaf")
@pytest.mark.parametrize("task", ["mlp", "dense"])
def test_compiled_and_bfloat16_runs_stay_near(dense: Config, task: str) -> None:
    plain = replace(dense, task=task, dtype="float32", conditions=dense.conditions[:1], epochs=1)
    usual = train(plain, progress=False)
    for other, tolerance in (
        (replace(plain, compile=True), 1e-3),
        (replace(plain, precision="bf16"), 0.02),
    ):
        found = train(other, progress=False)
        assert found.config.hash != plain.hash
        loss = found.final("train_loss", "plain")
        np.testing.assert_allclose(loss, usual.final("train_loss", "plain"), rtol=tolerance)
        assert loss != usual.final("train_loss", "plain") or other.compile
