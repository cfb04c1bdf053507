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
