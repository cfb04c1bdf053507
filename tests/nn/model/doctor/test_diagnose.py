"""The doctor on models of all kinds, which stay what they were."""

from __future__ import annotations

import copy
import math
import re

import pytest
import torch
from torch import nn

from actmath.experiment import draw_weights
from actmath.nn import diagnose, initialize_
from actmath.nn._model._doctor.measured import effective_samples

from ..samples import ByData, ByName, Gate, Twice, normal, small_resnet

TRANSFORMER = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.1, batch_first=True)
MODELS = (
    (small_resnet(), normal(6, 3, 9, 9)),
    (TRANSFORMER, normal(4, 7, 32)),
    (nn.Sequential(Gate(20), nn.Dropout(0.3), Gate(20)), normal(30, 20)),
    (ByData(), normal(20, 30)),
    (ByName(), {"tokens": torch.arange(9)}),
    (Twice(), normal(20, 40)),
    (nn.GRU(5, 6), normal(4, 3, 5)),
    (nn.Bilinear(3, 4, 5), (normal(6, 3), normal(6, 4))),
    (nn.ReLU(inplace=True), normal(6, 3)),
    (nn.Sequential(), normal(6, 3)),
    (nn.Sequential(nn.Linear(3, 2).bfloat16(), nn.Tanh()), normal(6, 3).bfloat16()),
    (nn.utils.parametrizations.spectral_norm(nn.Linear(3, 2)), normal(6, 3)),
    (nn.Sequential(nn.Conv2d(3, 4, 1), nn.Hardtanh()), normal(3, 5, 5)),
)


@pytest.mark.parametrize(("model", "batch"), MODELS)
def test_every_model_is_looked_at_and_stays_what_it_was(model: nn.Module, batch: object) -> None:
    before = copy.deepcopy(model.state_dict())
    state = torch.get_rng_state()
    training = model.training
    first = diagnose(model, batch)
    assert repr(first) == repr(diagnose(model, batch))
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training is training
    assert all(p.grad is None for p in model.parameters())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    first.to_json()


def test_the_transformer_and_the_resnet_are_healthy_once_drawn() -> None:
    resnet = small_resnet()
    initialize_(resnet, generator=torch.Generator().manual_seed(0))
    found = diagnose(resnet, normal(16, 3, 12, 12, seed=1))
    assert found.healthy, found.first
    assert found.untold == ("3",)
    assert [row.unit for row in found.layers if row.layer == "add"] == ["relu", "relu"]
    block = nn.TransformerEncoderLayer(64, 4, 256, 0, "gelu", batch_first=True, norm_first=True)
    x = normal(16, 12, 64, seed=1)
    initialize_(block, batch=x, generator=torch.Generator().manual_seed(0))
    found = diagnose(block, x)
    assert found.healthy, found.first
    assert [row.unit for row in found.layers if row.layer == "linear1"] == ["gelu"]
    assert found.untold == ("self_attn",)


@pytest.mark.parametrize(("unit", "healthy"), [(nn.SELU, True), (nn.ReLU, False)])
def test_the_fifty_layers_of_the_book(unit: type[nn.Module], healthy: bool) -> None:
    weights = draw_weights("lecun_normal", [100] * 51, 0)
    layers = [nn.Linear(100, 100, bias=False) for _ in weights]
    for layer, weight in zip(layers, weights, strict=True):
        layer.weight.data = weight.T.float().contiguous()
    model = nn.Sequential(*[part for layer in layers for part in (layer, unit())])
    found = diagnose(model, normal(64, 100))
    assert found.healthy is healthy
    if found.first is not None:
        assert (found.first.layer, found.first.cause) == ("2", "gain")
        assert found.first.factor == pytest.approx(0.5, rel=0.1)


def test_a_loss_of_ones_own_and_gradients_that_are_there() -> None:
    model, x = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)), normal(5, 4)
    model(x).sum().backward()
    before = model[0].weight.grad.clone()
    target = torch.zeros(5, dtype=torch.int64)
    with torch.no_grad():
        found = diagnose(model, x, lambda out: nn.functional.cross_entropy(out, target))
    wanted = nn.functional.cross_entropy(model(x), target)
    assert found.loss == pytest.approx(float(wanted.detach()))
    assert torch.equal(model[0].weight.grad, before)
    model.requires_grad_(False)
    assert diagnose(model, x).layers[0].gradient > 0


@pytest.mark.parametrize(
    ("model", "batch", "loss", "kind", "said"),
    [
        (3, normal(2, 2), None, TypeError, "module is needed"),
        (nn.Linear(2, 2), None, None, TypeError, "tensor or holds some"),
        (nn.Linear(2, 2), normal(2, 3), None, ValueError, "does not take this batch"),
        (nn.Linear(2, 2, device="meta"), normal(2, 2), None, ValueError, "meta"),
        (nn.Linear(2, 2), normal(2, 2), lambda out: out, TypeError, "one real number"),
        (nn.Linear(2, 2), normal(2, 2), lambda out: 3.0, TypeError, "one real number"),
        (nn.Linear(2, 2), normal(2, 2), lambda out: 1 / 0, ValueError, "loss does not take .*zero"),
        (nn.Linear(2, 2), normal(2, 2), 3, ValueError, "loss does not take .*not callable"),
        (nn.Linear(2, 2, dtype=torch.cfloat), normal(2, 2), None, TypeError, "complex"),
        (nn.Linear(2, 2), normal(2, 2).to(torch.complex64), None, TypeError, "complex"),
    ],
)
def test_what_cannot_be_looked_at(
    model: object, batch: object, loss: object, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        diagnose(model, batch, loss)


@pytest.mark.parametrize(
    ("scale", "said"),
    [(1e25, "input's mean square is 1e\\+50"), (1e-25, "1e-50"), (0.0, "What it reads is 0")],
)
def test_the_size_of_an_input_is_named_where_its_squares_leave_float32(
    scale: float, said: str
) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(300, 300), nn.ReLU(), nn.Linear(300, 300))
    x = normal(200, 300)
    x *= scale / x.square().mean().sqrt()
    initialize_(model)
    with torch.no_grad():
        model[0].bias += 0.1
    first = diagnose(model, x).first
    assert first is not None
    assert first.cause == "scale of the input"
    assert re.search(said, f"{first.sentence} {first.remedy}")


def test_an_operation_without_a_derivative_gives_no_gradient() -> None:
    class Blind(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, z: torch.Tensor) -> torch.Tensor:
            return z.sign()

        @staticmethod
        def backward(ctx: object, gradient: torch.Tensor) -> None:
            return None

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return Blind.apply(self.a(x))

    assert math.isnan(diagnose(Model(), normal(5, 4)).layers[0].gradient)


class Several(nn.Module):
    """Gives numbers, whole numbers and numbers again."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 3), nn.Linear(4, 5)

    def forward(self, x: torch.Tensor) -> dict[str, object]:
        one, other = self.a(x), self.b(x)
        return {"one": one, "index": one.argmax(1), "more": [other, 3]}


def test_the_direction_is_fixed_and_over_all_numbers_that_a_model_gives() -> None:
    model, x = Several(), normal(6, 4)
    random = torch.Generator().manual_seed(0)
    drawn = [torch.randn(6, n, generator=random) for n in (3, 5)]
    with torch.no_grad():
        wanted = sum(
            (layer(x) * d).sum() for layer, d in zip((model.a, model.b), drawn, strict=True)
        )
    found = diagnose(model, x)
    # A sum of 48 products of either sign, in single precision.
    assert found.loss == pytest.approx(float(wanted), rel=1e-5, abs=1e-5)
    for row, each in zip(found.layers, drawn, strict=True):
        assert row.gradient == pytest.approx(float(each.square().mean()), rel=1e-5)
        assert row.predicted_gradient == row.gradient
    with pytest.raises(TypeError, match="no real numbers: say by loss=…"):
        diagnose(nn.Sequential(Counts()), x)


class Counts(nn.Module):
    """Gives whole numbers."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.argmax(1)


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        (lambda out: out.new_full((1, 1), 3.0), 3.0),
        (lambda out: torch.tensor(2), 2.0),
        (lambda out: out.new_ones(2), None),
        (lambda out: torch.tensor(1j), None),
        (lambda out: [out.sum()], None),
    ],
)
def test_a_loss_is_one_real_number(loss: object, value: float | None) -> None:
    model, x = nn.Sequential(nn.Linear(4, 3)), normal(5, 4)
    if value is None:
        with pytest.raises(TypeError, match="a loss must give a tensor with one real number"):
            diagnose(model, x, loss)
        return
    found = diagnose(model, x, loss)
    # It does not depend on the model, so that no gradient comes back.
    assert found.loss == value
    assert math.isnan(found.layers[0].gradient)
    with torch.inference_mode():
        assert diagnose(model, x).layers[0].gradient > 0


def test_the_tolerance_is_four_deviations_of_the_layer_s_own_width() -> None:
    model, x = nn.Sequential(nn.Linear(30, 20), nn.Linear(20, 10, bias=False)), normal(9, 30)
    with torch.no_grad():
        one = model[0](x)
        two = model[1](one)
    own = [2 / (z.shape[1] * effective_samples(z)) for z in (one, two)]
    first, second = diagnose(model, x).layers
    assert first.tolerance == pytest.approx(4 * math.sqrt(own[0]), rel=1e-4)
    assert second.tolerance == pytest.approx(4 * math.sqrt(own[0] + own[1]), rel=1e-4)


def test_what_stands_in_each_row() -> None:
    model = nn.Sequential(
        nn.Linear(40, 50), nn.Tanh(), nn.Linear(50, 60), nn.LayerNorm(60), nn.ReLU()
    )
    initialize_(model, generator=torch.Generator().manual_seed(1))
    x = normal(30, 40)
    model[0].bias.data[:5] = 40.0
    rows = diagnose(model, x).layers
    assert [(row.layer, row.kind, row.unit) for row in rows] == [
        ("0", "Linear", "tanh"),
        ("2", "Linear", ""),
        ("3", "LayerNorm", "relu"),
    ]
    with torch.no_grad():
        z = model[0](x)
        normed = model[:4](x)
    assert rows[0].mean == pytest.approx(float(z.mean()), rel=1e-5)
    assert rows[0].variance == pytest.approx(float(z.var(correction=0)), rel=1e-5)
    # tanh is flat to rounding at 40; 1 − tanh² < 0.05 beyond.
    assert rows[0].dead == pytest.approx(5 / 50)
    slopes = 1 - torch.tanh(z.double()) ** 2
    assert rows[0].saturated == pytest.approx(float((slopes < 0.05).double().mean()))
    assert math.isnan(rows[1].dead)
    assert math.isnan(rows[1].saturated)
    assert rows[2].dead == pytest.approx(float((normed <= 0).all(0).double().mean()))
    assert rows[2].saturated == pytest.approx(float((normed <= 0).double().mean()))
    # What a normalization reads, and what it gives, is not judged.
    assert [math.isnan(row.tolerance) for row in rows] == [False, True, True]
    alone = diagnose(nn.Linear(4, 3), normal(5, 4)).layers[0]
    assert (alone.layer, alone.kind) == ("Linear", "Linear")


class Also(nn.Module):
    """A layer that a normalization reads, and something else."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.norm = nn.Linear(4, 4), nn.LayerNorm(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.a(x)
        return self.norm(h) + torch.softmax(h, 1)


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm", "group_norm"])
def test_a_normalization_that_is_a_function_takes_the_scale_out(name: str) -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(40, 40)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            shape = 1 if name == "group_norm" else (40,)
            return getattr(nn.functional, name)(self.a(x), shape)

    model = Model()
    initialize_(model, generator=torch.Generator().manual_seed(1))
    model.a.weight.data *= 30
    found = diagnose(model, normal(50, 40))
    assert found.healthy, found.first
    assert math.isnan(found.layers[0].tolerance)


def test_a_layer_is_judged_where_not_normalizations_alone_read_it() -> None:
    assert diagnose(Also(), normal(5, 4)).layers[0].tolerance > 0


@pytest.mark.parametrize("between", [nn.Identity(), nn.Flatten(), nn.Unflatten(1, (40, 1))])
def test_an_input_of_another_shape_is_the_input(between: nn.Module) -> None:
    layers = (
        [nn.Flatten(), nn.Linear(40, 50)]
        if isinstance(between, nn.Unflatten)
        else [nn.Linear(40, 50)]
    )
    model = nn.Sequential(between, *layers)
    initialize_(model, generator=torch.Generator().manual_seed(1))
    first = diagnose(model, 5 * normal(60, 40)).first
    assert first is not None
    assert first.cause == "scale of the input"
    assert first.factor == pytest.approx(25, rel=0.1)


def test_steps_that_are_not_told_are_named_once_each() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
            self.soft = nn.Softmax(1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.sort(self.b(self.soft(self.soft(self.a(x)))))[0]

    found = diagnose(Model(), normal(5, 4))
    assert found.untold[0] == "soft"
    assert len(set(found.untold)) == len(found.untold) > 1
    assert all("sort" in name for name in found.untold[1:])


def test_gradients_are_not_compared_across_what_cannot_be_told() -> None:
    """Behind a sort nobody knows what a factor of 1e-3, squared 1e-6, was for."""

    class Model(nn.Module):
        def __init__(self, *, known: bool) -> None:
            super().__init__()
            self.a, self.b, self.known = nn.Linear(90, 90), nn.Linear(90, 90), known

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            h = self.a(x)
            h = h if self.known else torch.sort(h)[0]
            return self.b(torch.sin(1e-3 * h))

    for known in (True, False):
        model = Model(known=known)
        for seed, layer in enumerate((model.a, model.b)):
            layer.weight.data = 90**-0.5 * normal(90, 90, seed=seed)
            layer.bias.data.zero_()
        said = [each.sentence for each in diagnose(model, normal(90, 90, seed=2)).findings]
        assert any("gradient vanishes" in sentence for sentence in said) == known
