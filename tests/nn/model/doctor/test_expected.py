"""Predictions from the weights, against wide layers and against plain sums over the weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from actmath.nn import diagnose
from actmath.nn._model._doctor.diagnosis import LayerSigns
from actmath.nn._model._doctor.expected import respond

from ..samples import Twice, normal


class Gating(nn.Module):
    """The product of two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(300, 300), nn.Linear(300, 300)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.a(x) * self.b(x)


LAYERS = (
    nn.Linear(6, 4),
    nn.Conv1d(4, 6, 3, padding=1, stride=2, groups=2),
    nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular"),
    nn.ConvTranspose1d(4, 6, 3, stride=2, groups=2, output_padding=1),
    nn.ConvTranspose2d(2, 3, 3, dilation=2),
    nn.Conv3d(2, 3, 2),
    nn.ConvTranspose3d(2, 3, 2, stride=2, padding=1, output_padding=1),
    nn.Conv2d(2, 4, 2, dilation=2, stride=(1, 2), padding="valid"),
    nn.Linear(6, 4, bias=False),
)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_responds_by_its_own_weights(layer: nn.Module) -> None:
    shapes = {nn.Linear: (5, 6), nn.Conv3d: (2, 2, 4, 4, 4)} | {nn.ConvTranspose3d: (2, 2, 4, 4, 4)}
    flat = (2, 4, 9) if layer.weight.dim() == 3 else (2, 2, 6, 6)
    x = normal(*shapes.get(type(layer), flat))
    torch.testing.assert_close(respond(layer, layer.weight, x, layer.bias), layer(x))


@pytest.mark.parametrize("unit", [nn.ReLU, nn.Tanh, nn.GELU])
def test_wide_layers_do_what_is_predicted(unit: type[nn.Module]) -> None:
    layers = [nn.Linear(400, 400) for _ in range(3)]
    for seed, layer in enumerate(layers):
        layer.weight.data = 0.08 * normal(400, 400, seed=seed)
        layer.bias.data = 0.3 * normal(400, seed=9 + seed)
    model = nn.Sequential(layers[0], unit(), layers[1], unit(), layers[2])
    for row in diagnose(model, normal(300, 400, seed=5) + 0.2).layers:
        assert row.variance == pytest.approx(row.predicted_variance, rel=0.06)
        assert row.mean == pytest.approx(row.predicted_mean, abs=0.03)
        assert row.gradient == pytest.approx(row.predicted_gradient, rel=0.12)


def test_a_convolution_with_padding() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(8, 64, 5, padding=2), nn.ReLU(), nn.Conv2d(64, 64, 3, 2, 1))
    for row in diagnose(model, normal(32, 8, 9, 9)).layers:
        assert row.variance == pytest.approx(row.predicted_variance, rel=0.1)
        assert row.gradient == pytest.approx(row.predicted_gradient, rel=0.15)


def test_what_is_an_output_too_has_its_measured_gradient() -> None:
    torch.manual_seed(0)
    first = diagnose(Twice(), normal(200, 40)).layers[0]
    assert first.predicted_gradient == pytest.approx(first.gradient, rel=0.1)


def test_a_factor_hands_back_the_square_of_the_other() -> None:
    """Of the sum of products a·b the gradient by a is b, whose mean square its weights predict."""
    gate = Gating()
    gate.a.weight.data, gate.b.weight.data = 0.08 * normal(300, 300), 0.1 * normal(300, 300, seed=1)
    first, second = diagnose(gate, normal(200, 300, seed=2), loss=torch.sum).layers
    for one, other in ((first, second), (second, first)):
        square = other.predicted_mean**2 + other.predicted_variance
        assert one.predicted_gradient == pytest.approx(square, rel=1e-6)


def test_a_batch_norm_takes_each_channel_by_its_own_variance() -> None:
    torch.manual_seed(11)
    parts = [(nn.Linear(200, 200), nn.BatchNorm1d(200), nn.ReLU()) for _ in range(3)]
    model = nn.Sequential(*[part for each in parts for part in each], nn.Linear(200, 200))
    for row in diagnose(model, normal(300, 200)).layers:
        assert row.gradient == pytest.approx(row.predicted_gradient, rel=0.1)


def test_through_dropout_come_more_squares() -> None:
    """1/(1 − p) of them on average; in evaluation nothing is dropped."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(400, 400), nn.ReLU(), nn.Dropout(0.6), nn.Linear(400, 400))
    through = {}
    for training in (True, False):
        row = diagnose(model.train(training), normal(300, 400)).layers[0]
        assert row.predicted_gradient == pytest.approx(row.gradient, rel=0.1)
        through[training] = row.predicted_gradient
    assert through[True] / through[False] == pytest.approx(1 / (1 - 0.6), rel=1e-6)


def test_the_variance_of_few_units_is_that_of_their_biases_too() -> None:
    """All at 0 but ±1 as biases: variance 1; one unit alone: its bias is all mean."""
    for biases, mean, variance in (([1.0, -1.0], 0, 1), ([3.0], 3, 0)):
        layer = nn.Linear(4, len(biases))
        layer.weight.data.zero_()
        layer.bias.data = torch.tensor(biases)
        (row,) = diagnose(nn.Sequential(layer), normal(20, 4)).layers
        assert (row.predicted_mean, row.predicted_variance) == (mean, variance)


N = 300


class Wired(nn.Module):
    """Wide layers a, b and c, put together by a formula."""

    def __init__(self, formula: object, *parts: nn.Module) -> None:
        super().__init__()
        self.formula = formula
        self.a, self.b, self.c = nn.Linear(N, N), nn.Linear(N, N), nn.Linear(N, N)
        self.parts = nn.ModuleList(parts)
        for seed, layer in enumerate((self.a, self.b, self.c)):
            layer.weight.data = 0.09 * normal(N, N, seed=seed)
            layer.bias.data = 0.4 * normal(N, seed=9 + seed) + 0.2

    def forward(self, x: Tensor) -> Tensor:
        return self.formula(self, x)


def spread(norm: nn.Module) -> nn.Module:
    """With a line whose numbers differ, and other means and variances than the batch's."""
    for parameter, seed in zip(norm.parameters(), (3, 4), strict=False):
        parameter.data = 1.5 + 0.5 * normal(N, seed=seed)
    if isinstance(norm, nn.BatchNorm1d):
        norm.running_var.copy_(0.5 + normal(N, seed=5).square())
        norm.running_mean.copy_(normal(N, seed=6))
    return norm


half = N // 2
WIRED = {
    "layer norm": Wired(lambda m, x: m.b(m.parts[0](m.a(x))), spread(nn.LayerNorm(N))),
    "group norm": Wired(lambda m, x: m.b(m.parts[0](m.a(x))), spread(nn.GroupNorm(3, N))),
    "root mean square": Wired(lambda m, x: m.b(m.parts[0](m.a(x))), spread(nn.RMSNorm(N))),
    "no line": Wired(lambda m, x: m.b(m.parts[0](m.a(x))), nn.LayerNorm(N, bias=False)),
    "batch norm": Wired(lambda m, x: m.b(m.parts[0](m.a(x))), spread(nn.BatchNorm1d(N))),
    "batch norm, evaluated": Wired(
        lambda m, x: m.b(m.parts[0](m.a(x))), spread(nn.BatchNorm1d(N)).eval()
    ),
    "glu": Wired(lambda m, x: functional.glu(torch.cat([m.a(x), m.b(x)], -1))),
    "a gate": Wired(lambda m, x: m.c(torch.relu(m.a(x)) * m.b(x))),
    "a shortcut": Wired(lambda m, x: (lambda h: h + m.b(torch.tanh(h)))(m.a(x))),
    "a difference": Wired(lambda m, x: m.c(m.a(x) - m.b(x))),
    "two readers": Wired(lambda m, x: (lambda h: m.b(h) + m.c(h))(torch.relu(m.a(x)))),
    "two units": Wired(lambda m, x: (lambda z: m.b(torch.relu(z)) + m.c(torch.tanh(z)))(m.a(x))),
    "views": Wired(lambda m, x: m.b(torch.relu(m.a(x).view(-1, N)).unsqueeze(0)).squeeze(0)),
    "dropped": Wired(lambda m, x: m.c(functional.dropout(m.a(x), 0.3))),
    "an output on the way": Wired(lambda m, x: (lambda h: (m.b(torch.tanh(h)), h))(m.a(x))),
    "softmax between": Wired(lambda m, x: m.b(N * torch.softmax(m.a(x), -1))),
}


def told(row: LayerSigns) -> None:
    assert row.predicted_mean == pytest.approx(row.mean, abs=0.05 * row.variance**0.5 + 1e-3)
    assert row.predicted_variance == pytest.approx(row.variance, rel=0.1)
    assert row.predicted_gradient == pytest.approx(row.gradient, rel=0.15)


@pytest.mark.parametrize("name", WIRED)
def test_what_each_kind_of_wiring_does_is_predicted(name: str) -> None:
    """Mean, variance and gradient of all layers, wide and with biases, as they are measured."""
    torch.manual_seed(2)
    model = WIRED[name]
    found = diagnose(model, normal(200, N, seed=8) + 0.3)
    layers = [row for row in found.layers if row.kind == "Linear"]
    assert len(layers) >= 2
    for row in layers:
        told(row)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv1d(8, 60, 3, padding=1, groups=2), (60, 8, 20)),
        (nn.Conv2d(6, 40, 3, padding=1, stride=2), (40, 6, 11, 11)),
        (nn.Conv3d(4, 30, 2), (20, 4, 5, 5, 5)),
        (nn.ConvTranspose2d(6, 40, 3, stride=2), (40, 6, 7, 7)),
        (nn.Conv2d(6, 40, 3, padding=2, padding_mode="circular"), (40, 6, 9, 9)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_convolutions_of_every_kind_are_predicted(layer: nn.Module, shape: tuple[int, ...]) -> None:
    for parameter, seed in zip(layer.parameters(), (1, 2), strict=True):
        parameter.data = 0.3 * normal(*parameter.shape, seed=seed)
    (row, *_) = diagnose(nn.Sequential(layer), 0.5 + normal(*shape, seed=3)).layers
    assert row.predicted_mean == pytest.approx(row.mean, abs=0.05 * row.variance**0.5)
    assert row.predicted_variance == pytest.approx(row.variance, rel=0.1)


def test_of_a_layer_of_two_inputs_nothing_is_predicted() -> None:
    found = diagnose(nn.Bilinear(5, 6, 7), (normal(9, 5), normal(9, 6))).layers[0]
    # What is measured stands in its place.
    assert (found.predicted_mean, found.predicted_variance) == (found.mean, found.variance)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_a_single_layer_s_prediction_is_that_of_its_own_numbers(dtype: torch.dtype) -> None:
    """μΣw + b and νΣw² for each response, in NumPy and double precision."""
    layer = nn.Linear(7, 5, dtype=dtype)
    x = (normal(30, 7, seed=1) + 0.5).to(dtype)
    row = diagnose(nn.Sequential(layer), x).layers[0]
    weight, bias = (p.detach().double().numpy() for p in layer.parameters())
    mean, variance = float(x.double().mean()), float(x.double().var(correction=0))
    means = mean * weight.sum(axis=1) + bias
    squares = (weight**2).sum(axis=1)
    # Half precisions are measured in single precision, and responses of either sign are summed.
    digits = {torch.float64: 1e-11}.get(dtype, 1e-4)
    assert row.predicted_mean == pytest.approx(means.mean(), rel=digits, abs=digits / 100)
    wanted = variance * squares.mean() + means.var()
    assert row.predicted_variance == pytest.approx(wanted, rel=digits)
