"""Predictions from the weights, against wide layers and against plain sums over the weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath.nn import diagnose
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
)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_responds_by_its_own_weights(layer: nn.Module) -> None:
    shapes = {nn.Linear: (5, 6), nn.Conv3d: (2, 2, 4, 4, 4)}
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
