"""The weights of dense and convolutional layers: how many inputs they sum, and how they are set."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.nn.utils import parametrize
from torch.nn.utils.weight_norm import WeightNorm

_Convolution = nn.Conv1d | nn.Conv2d | nn.Conv3d
_Transposed = nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d
#: A response of these is a sum over independent weights.
SummingLayer = nn.Linear | _Convolution | _Transposed | nn.Bilinear
#: Of these the first weights are: what comes later reads states and averages.
Recurrent = nn.RNNBase | nn.RNNCellBase
PartlySumming = Recurrent | nn.MultiheadAttention


def input_weights(layer: PartlySumming) -> list[tuple[Tensor, tuple[str, ...]]]:
    """The weights that multiply the layer's input, each as a dense layer's, with its biases' names.

    The first layer's of recurrent layers, in every direction; query, key and value of an attention.
    Weights that are computed from others, as behind a weight norm, are not among them.
    """
    if isinstance(layer, nn.MultiheadAttention):
        whole = layer._parameters.get("in_proj_weight")
        apart = [layer._parameters.get(f"{name}_proj_weight") for name in "qkv"]
        weights = whole.chunk(3) if whole is not None else apart
        return [(weight, ("in_proj_bias",)) for weight in weights if weight is not None]
    endings = ("_l0", "_l0_reverse") if isinstance(layer, nn.RNNBase) else ("",)
    # The net input is W_ih x + b_ih + W_hh h + b_hh.
    biases = [(f"bias_ih{e}", f"bias_hh{e}") for e in endings]
    found = [layer._parameters.get(f"weight_ih{e}") for e in endings]
    return [
        (weight, names) for weight, names in zip(found, biases, strict=True) if weight is not None
    ]


def fans(layer: Tensor | nn.Module) -> tuple[float, float]:
    """Inputs to a response and responses of an input, of a dense or convolutional layer.

    Of a layer with its groups and strides: an input of a convolution with stride s has 1/s as many
    responses along each axis on average, a response of a transposed one 1/s as many inputs. A bare
    weight (outputs, inputs, *kernel) cannot tell them: it is read as one group with stride 1.

    Raises:
        TypeError: for another kind of module.
        ValueError: for a weight with fewer than two dimensions, without entries, or whose shape is
            not known yet.

    >>> fans(nn.Conv2d(64, 64, 3, groups=64)), fans(nn.ConvTranspose1d(8, 4, 6, stride=2))
    ((9.0, 9.0), (24.0, 24.0))
    """
    if isinstance(layer, Tensor):
        outputs, inputs, *kernel = _shape(layer)
        return float(inputs * math.prod(kernel)), float(outputs * math.prod(kernel))
    if not isinstance(layer, SummingLayer) or isinstance(layer, nn.Bilinear):
        raise TypeError(
            f"fans are those of a weight or of a dense or convolutional layer, got {_kind(layer)}"
        )
    shape = _shape(layer.weight)
    # The receptive field: k² for a k×k convolution, 1 for a dense layer.
    field = math.prod(shape[2:])
    if isinstance(layer, nn.Linear):
        return float(shape[1]), float(shape[0])
    step = math.prod(layer.stride)
    inputs, outputs = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    if isinstance(layer, _Transposed):
        return inputs * field / step, float(outputs * field)
    return float(inputs * field), outputs * field / step


def _shape(weight: Tensor) -> torch.Size:
    _check_known(weight)
    if weight.dim() < 2:
        raise ValueError(f"a weight needs at least two dimensions, got shape {tuple(weight.shape)}")
    if not weight.numel():
        raise ValueError(f"a weight of shape {tuple(weight.shape)} has no entries to be set")
    return weight.shape


def _check_known(weight: Tensor) -> None:
    if is_lazy(weight):
        raise ValueError("the weight has no shape yet: pass data through its lazy module first")


def check_fillable(weight: Tensor) -> None:
    """Refuse what normal numbers cannot be written to.

    Raises:
        TypeError: for integers, complex numbers, sparse tensors, tensors without data, and those
            whose entries share memory.
        ValueError: for one whose shape is not known yet.
    """
    if not isinstance(weight, Tensor):
        raise TypeError(f"a weight must be a tensor, got {_kind(weight)}")
    _check_known(weight)
    if weight.is_meta:
        raise TypeError("the weight is on the meta device and has no data: materialize it first")
    if weight.layout is not torch.strided:
        raise TypeError(f"a weight must be dense, got the layout {weight.layout}")
    # A dimension that is expanded has the stride 0.
    pairs = zip(weight.shape, weight.stride(), strict=True)
    if any(size > 1 and not stride for size, stride in pairs):
        raise TypeError("a weight's entries must be separate numbers: clone what is expanded first")
    # A number of one byte has at most four bits of a normal number, and PyTorch draws none.
    if not weight.is_floating_point() or weight.dtype.itemsize < 2:
        raise TypeError(f"a weight must hold real floating-point numbers, got {weight.dtype}")


def check_settable(layer: SummingLayer) -> None:
    """Refuse a layer whose weight would not be what it is set to.

    Raises:
        ValueError: for weights that are computed from others so that not every value can be had,
            as with spectral norm or pruning.
    """
    if "weight" in layer._parameters or _weight_norm(layer) is not None:
        return
    if parametrize.is_parametrized(layer, "weight"):
        # Numbers of no special form, in a copy: what comes out must be what went in.
        trial, numbers = copy.deepcopy(layer), torch.Generator().manual_seed(0)
        # The copy is asked for its shape: spectral norm steps on whenever its weight is read.
        now = trial.weight
        wanted = torch.randn(now.shape, generator=numbers).to(now)
        try:
            trial.weight = wanted
            kept = torch.allclose(trial.weight, wanted, rtol=1e-2, atol=1e-3)
        except (ValueError, RuntimeError, NotImplementedError, AttributeError):
            kept = False
        if kept:
            return
    raise ValueError(
        f"the weight of {_kind(layer)} is computed from others and would not keep the values it "
        f"is given (a parametrization, spectral norm, pruning): initialize before, or remove it"
    )


def set_weight(layer: SummingLayer, value: Tensor) -> None:
    """Make the layer's weight the value, through a parametrization where there is one."""
    normalized = _weight_norm(layer)
    if normalized is None:
        # Through a parametrization: its right inverse finds the numbers that give the value.
        layer.weight = value
        return
    direction, size = layer._parameters["weight_v"], layer._parameters["weight_g"]
    assert direction is not None
    assert size is not None
    direction.copy_(value)
    # w = g·v/‖v‖ is v where g is its own norm.
    size.copy_(torch.norm_except_dim(value, 2, normalized.dim))
    layer.weight = normalized.compute_weight(layer)


def _weight_norm(layer: nn.Module) -> WeightNorm | None:
    """The older weight norm, which is a hook that computes the weight before each call."""
    for hook in layer._forward_pre_hooks.values():
        if isinstance(hook, WeightNorm) and hook.name == "weight":
            return hook
    return None


def _kind(value: object) -> str:
    return type(value).__name__
