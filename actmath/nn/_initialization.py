"""Initial weights whose variance is derived from the activation that follows or precedes them."""

from __future__ import annotations

import math
from enum import StrEnum

import torch
from torch import Tensor, nn

from ..activation import Activation
from ..numeric._depth.gains import gains


class Mode(StrEnum):
    """What is to keep its mean square: signals, gradients, or both on harmonic average."""

    FAN_IN = "fan_in"
    FAN_OUT = "fan_out"
    COMPROMISE = "compromise"


def fans(weight: Tensor) -> tuple[int, int]:
    """Inputs to a response and responses of an input, of a dense or convolutional weight.

    Raises:
        ValueError: for fewer than two dimensions.
    """
    if weight.dim() < 2:
        raise ValueError(f"a weight needs at least two dimensions, got shape {tuple(weight.shape)}")
    # The receptive field: k² for a k×k convolution, 1 for a dense layer.
    field = math.prod(weight.shape[2:])
    # PyTorch's weights are (outputs, inputs, *kernel).
    return weight.shape[1] * field, weight.shape[0] * field


def weight_std(
    weight: Tensor, activation: Activation | str, mode: Mode | str = Mode.FAN_IN, length: float = 1
) -> float:
    """The standard deviation that keeps the mean square at net inputs N(0, length).

    √(length/(n·E f²)) for ``fan_in``, 1/√(n̂·E f′²) for ``fan_out`` (He et al. 2015, Eqs. 10 and
    14, for rectifiers), and for ``compromise`` the root of the harmonic mean of both variances.

    Raises:
        KeyError: for an unknown activation. ValueError: for an unknown mode.

    >>> f"{weight_std(torch.empty(8, 50), 'relu'):.4f}"
    '0.2000'
    """
    found, (inputs, outputs) = gains(activation, length), fans(weight)
    # length/(n·E f²) and 1/(n̂·E f′²).
    forward, backward = found.forward**2 / inputs, found.backward**2 / outputs
    # The harmonic mean 2/(1/v + 1/w) is Glorot and Bengio's 2/(n + n̂) where E f² = E f′² = 1.
    variances = {
        Mode.FAN_IN: forward,
        Mode.FAN_OUT: backward,
        Mode.COMPROMISE: 2 / (1 / forward + 1 / backward),
    }
    return math.sqrt(variances[Mode(mode)])


@torch.no_grad()
def gain_normal_(
    weight: Tensor,
    activation: Activation | str,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Fill with N(0, std²), std from ``weight_std``.

    For relu the same as ``torch.nn.init.kaiming_normal_``, for identity LeCun's 1/n, and for SELU
    at length 1 the paper's 1/n, where ``torch.nn.init.calculate_gain("selu")`` is 3/4.
    """
    return weight.normal_(0, weight_std(weight, activation, mode, length), generator=generator)


@torch.no_grad()
def gain_uniform_(
    weight: Tensor,
    activation: Activation | str,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Fill with U(−√3·std, √3·std), std from ``weight_std``."""
    # Var U(−r, r) = r²/3.
    bound = math.sqrt(3) * weight_std(weight, activation, mode, length)
    return weight.uniform_(-bound, bound, generator=generator)


@torch.no_grad()
def initialize_(
    module: nn.Module,
    activation: Activation | str,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
) -> nn.Module:
    """Give every dense and convolutional layer inside normal weights, and biases of 0.

    >>> layer = initialize_(nn.Linear(400, 100), "selu")
    >>> abs(layer.weight.std().item() - 0.05) < 0.002
    True
    """
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d):
            gain_normal_(layer.weight, activation, mode, length, generator)
            if layer.bias is not None:
                layer.bias.zero_()
    return module
