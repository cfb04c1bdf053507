"""Fans by what a layer does to signals; weights that are set, and those that cannot be."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

from actmath.nn import initialize_
from actmath.nn._layer_weights import SummingLayer, check_fillable, check_settable, fans, set_weight

LAYERS = [
    nn.Linear(12, 7),
    nn.Conv2d(64, 64, 3, groups=64),
    nn.Conv1d(8, 12, 5, groups=2, stride=3),
    nn.Conv2d(6, 4, (3, 5), stride=(2, 1), dilation=2),
    nn.ConvTranspose1d(6, 4, 4, stride=2),
    nn.ConvTranspose2d(8, 12, 3, groups=4),
    nn.ConvTranspose3d(4, 6, 2, stride=2, groups=2),
]


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_fans_are_counted_by_a_layer_of_ones(layer: SummingLayer) -> None:
    """A response of ones counts its inputs, a gradient of ones the responses of each input."""
    axes = layer.weight.dim() - 2
    size = 24 if axes == 3 else 48
    shape = (1, layer.weight.shape[1]) if not axes else (1, layer.in_channels, *[size] * axes)
    signal = torch.ones(shape, requires_grad=True)
    weight, bias = torch.ones_like(layer.weight), torch.zeros_like(layer.bias)
    response = torch.func.functional_call(layer, {"weight": weight, "bias": bias}, (signal,))
    response.sum().backward()
    # Away from the borders, over a whole number of strides.
    middle = (..., *[slice(size // 4, 3 * size // 4)] * axes)
    counted = response[middle].mean().item(), signal.grad[middle].mean().item()
    assert counted == pytest.approx(fans(layer), rel=1e-6)


def test_the_issue_s_depthwise_convolution() -> None:
    assert fans(nn.Conv2d(64, 64, 3, groups=64)) == (9, 9)


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (nn.LazyLinear(3), ValueError, "no shape yet"),
        (torch.empty(0, 3), ValueError, "no entries"),
        (torch.empty(3), ValueError, "two dimensions"),
        (nn.ReLU(), TypeError, "got ReLU"),
        ("weight", TypeError, "got str"),
    ],
)
def test_no_fans(layer: object, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        fans(layer)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (torch.ones(2, 2, dtype=torch.int64), "int64"),
        (torch.ones(2, 2, dtype=torch.complex64), "complex64"),
        (torch.ones(2, 2, device="meta"), "meta"),
        (torch.ones(2, 2).to_sparse(), "layout"),
        ([[1.0]], "list"),
        (torch.ones(1, 2).expand(3, 2), "clone what is expanded"),
    ],
)
def test_what_cannot_be_filled(weight: object, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        check_fillable(weight)


@torch.no_grad()
@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated")
@pytest.mark.parametrize("normed", [parametrizations.weight_norm, nn.utils.weight_norm])
def test_behind_a_weight_norm_the_weight_becomes_the_value(normed: object) -> None:
    layer = normed(nn.Conv2d(3, 5, 2))
    check_settable(layer)
    value = torch.randn(5, 3, 2, 2, generator=torch.Generator().manual_seed(2))
    set_weight(layer, value)
    torch.testing.assert_close(layer.weight, value)
    signal = torch.ones(1, 3, 4, 4)
    wanted = nn.functional.conv2d(signal, value, layer.bias)
    torch.testing.assert_close(layer(signal), wanted)


@pytest.mark.filterwarnings("ignore:.*(spectral|weight)_norm.* is deprecated")
@pytest.mark.parametrize(
    "changed",
    [
        parametrizations.spectral_norm,
        parametrizations.orthogonal,
        nn.utils.spectral_norm,
        lambda layer: prune.random_unstructured(layer, "weight", 0.5),
        # A weight norm of the bias is none of the weight.
        lambda layer: nn.utils.spectral_norm(nn.utils.weight_norm(layer, "bias", dim=None)),
    ],
)
def test_weights_that_would_not_keep_their_value(changed: object) -> None:
    layer = changed(nn.Linear(6, 4))
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    with pytest.raises(ValueError, match="computed from others"):
        initialize_(layer, "relu")
    for name, value in layer.state_dict().items():
        assert torch.equal(value, before[name])
