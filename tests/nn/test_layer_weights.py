"""Fans by what a layer does to signals; weights that are set, and those that cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

from actmath.nn import initialize_
from actmath.nn._layer_weights import (
    PartlySumming,
    SummingLayer,
    check_fillable,
    check_settable,
    fans,
    input_weights,
    set_weight,
)

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


def test_entries_share_memory_where_a_stride_is_0() -> None:
    """A dimension of one entry may have any stride."""
    check_fillable(torch.ones(2).as_strided((1, 2), (0, 1)))
    check_fillable(torch.ones(2).as_strided((2, 1), (1, 0)))
    for shape, strides in (((2, 2), (0, 1)), ((2, 2), (1, 0)), ((3, 1), (0, 0))):
        with pytest.raises(TypeError, match=r"^a weight's entries must be separate numbers"):
            check_fillable(torch.ones(9).as_strided(shape, strides))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_numbers_of_two_bytes_and_more_are_filled(dtype: torch.dtype) -> None:
    check_fillable(torch.ones(2, 2, dtype=dtype))
    for narrow in (torch.float8_e4m3fn, torch.float8_e5m2):
        with pytest.raises(TypeError, match=f"real floating-point numbers, got {narrow}"):
            check_fillable(torch.ones(2, 2).to(narrow))


@torch.no_grad()
@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated")
@pytest.mark.parametrize("dim", [0, 1, 2, -1, None])
@pytest.mark.parametrize("normed", [parametrizations.weight_norm, nn.utils.weight_norm])
def test_a_weight_norm_along_any_dimension(
    normed: Callable[..., nn.Conv1d], dim: int | None
) -> None:
    layer = normed(nn.Conv1d(3, 5, 2), dim=dim)
    check_settable(layer)
    value = torch.randn(5, 3, 2, generator=torch.Generator().manual_seed(2))
    set_weight(layer, value)
    torch.testing.assert_close(layer.weight, value)
    signal = torch.ones(1, 3, 4)
    torch.testing.assert_close(layer(signal), nn.functional.conv1d(signal, value, layer.bias))


class Answer(nn.Module):
    """A parametrization whose right inverse gives so many times the value, or raises."""

    def __init__(self, times: float, error: type[Exception] | None = None) -> None:
        super().__init__()
        self.times, self.error, self.asked = times, error, False

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        return numbers

    def right_inverse(self, value: torch.Tensor) -> torch.Tensor:
        # PyTorch asks once while it registers.
        if self.asked and self.error is not None:
            raise self.error("no")
        self.asked = True
        return value * self.times


@pytest.mark.parametrize(("times", "kept"), [(1.0, True), (1.004, True), (1.03, False), (0, False)])
def test_a_parametrization_must_give_what_is_set_to_a_percent(times: float, kept: bool) -> None:
    """Half precisions have two or three digits: bfloat16 rounds by 0.4 percent."""
    layer = nn.Linear(6, 4)
    parametrize.register_parametrization(layer, "weight", Answer(times))
    before = layer.parametrizations.weight.original.clone()
    if kept:
        check_settable(layer)
    else:
        with pytest.raises(ValueError, match=r"^the weight of ParametrizedLinear is computed from"):
            check_settable(layer)
    assert torch.equal(layer.parametrizations.weight.original, before)


@pytest.mark.parametrize("error", [ValueError, RuntimeError, NotImplementedError, AttributeError])
def test_a_parametrization_that_cannot_be_set_is_refused(error: type[Exception]) -> None:
    layer = nn.Linear(6, 4)
    parametrize.register_parametrization(layer, "weight", Answer(1.0, error))
    with pytest.raises(ValueError, match=r"initialize before, or remove it$"):
        check_settable(layer)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weight_norms_of_half_precisions_are_set(dtype: torch.dtype) -> None:
    check_settable(parametrizations.weight_norm(nn.Linear(60, 40, dtype=dtype)))


def names_of(layer: PartlySumming) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    return [(tuple(weight.shape), names) for weight, names in input_weights(layer)]


def test_the_weights_that_multiply_the_input() -> None:
    both = nn.GRU(3, 5, num_layers=2, bidirectional=True)
    forth, back = input_weights(both)
    assert forth[0] is both.weight_ih_l0
    assert back[0] is both.weight_ih_l0_reverse
    assert forth[1] == ("bias_ih_l0", "bias_hh_l0")
    assert back[1] == ("bias_ih_l0_reverse", "bias_hh_l0_reverse")
    assert names_of(nn.LSTMCell(3, 5)) == [((20, 3), ("bias_ih", "bias_hh"))]
    assert names_of(nn.RNN(3, 5)) == [((5, 3), ("bias_ih_l0", "bias_hh_l0"))]
    third = ((8, 8), ("in_proj_bias",))
    assert names_of(nn.MultiheadAttention(8, 2)) == [third] * 3
    apart = nn.MultiheadAttention(8, 2, kdim=3, vdim=5)
    shapes = [(8, 8), (8, 3), (8, 5)]
    assert names_of(apart) == [(shape, ("in_proj_bias",)) for shape in shapes]
