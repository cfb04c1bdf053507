"""Initial weights whose variance is derived from the activation that follows or precedes them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from enum import StrEnum

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from ..activation import Activation
from ..numeric._depth.gains import gains
from ._layer_weights import SummingLayer, check_fillable, check_settable, fans, set_weight


class Mode(StrEnum):
    """What is to keep its mean square: signals, gradients, or both on harmonic average."""

    FAN_IN = "fan_in"
    FAN_OUT = "fan_out"
    COMPROMISE = "compromise"


def weight_std(
    weight: Tensor | nn.Module,
    activation: Activation | str,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
) -> float:
    """The standard deviation that keeps the mean square at net inputs N(0, length).

    √(length/(n·E f²)) for ``fan_in``, 1/√(n̂·E f′²) for ``fan_out`` (He et al. 2015, Eqs. 10 and
    14, for rectifiers), and for ``compromise`` the root of the harmonic mean of both variances. Of
    a layer instead of a weight the fans count its groups and strides (``fans``).

    Raises:
        KeyError: for an unknown activation.
        ValueError: for an unknown mode, a weight without entries, or an activation for which no
            variance does it, such as a constant.

    >>> f"{weight_std(torch.empty(8, 50), 'relu'):.4f}"
    '0.2000'
    """
    if mode not in list(Mode):
        raise ValueError(f"mode must be one of {', '.join(Mode)}, got {mode!r}")
    chosen = Mode(mode)
    found, (inputs, outputs) = gains(activation, length), fans(weight)
    # length/(n·E f²) and 1/(n̂·E f′²).
    forward, backward = found.forward**2 / inputs, found.backward**2 / outputs
    # The harmonic mean 2/(1/v + 1/w) is Glorot and Bengio's 2/(n + n̂) where E f² = E f′² = 1.
    variance = {
        Mode.FAN_IN: forward,
        Mode.FAN_OUT: backward,
        Mode.COMPROMISE: 2 / (1 / forward + 1 / backward),
    }[chosen]
    if not 0 < variance < math.inf:
        raise ValueError(
            f"no variance of weights does {chosen} for {found.activation} at length {length}: "
            f"it would be {variance}"
        )
    return math.sqrt(variance)


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
    at length 1 the paper's 1/n, where ``torch.nn.init.calculate_gain("selu")`` is 3/4. A weight
    does not know of groups or strides: ``initialize_`` takes the layer.

    Raises:
        TypeError: for what is no dense tensor of real floating-point numbers.
        ValueError: as ``weight_std``.
    """
    check_fillable(weight)
    return weight.normal_(0, weight_std(weight, activation, mode, length), generator=generator)


@torch.no_grad()
def gain_uniform_(
    weight: Tensor,
    activation: Activation | str,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Fill with U(−√3·std, √3·std), std from ``weight_std``; refuses what ``gain_normal_`` does."""
    check_fillable(weight)
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

    Transposed and grouped convolutions too, and weights behind a weight norm. Other weights with
    two or more dimensions, as those of embeddings, attention and recurrent layers, are no sums over
    f: they stay as they are, and a warning names them. All checks come before the first change.

    Raises:
        TypeError: for what is no module, and as ``gain_normal_``.
        ValueError: for a weight that would not keep what it is given (spectral norm, pruning), that
            is shared by layers which need different variances, or has no shape yet; as
            ``weight_std``.

    >>> layer = initialize_(nn.Linear(400, 100), "selu")
    >>> abs(layer.weight.std().item() - 0.05) < 0.002
    True
    """
    if not isinstance(module, nn.Module):
        raise TypeError(f"a module is needed, got {type(module).__name__}")
    layers = list(_layers(module))
    deviations: dict[int, float] = {}
    for layer in layers:
        check_settable(layer)
        std = weight_std(layer, activation, mode, length)
        check_fillable(layer.weight)
        # The first layer that holds a shared weight sets it.
        if deviations.setdefault(_identity(layer), std) != std:
            raise ValueError("a weight is shared by layers that need different variances")
    for layer in layers:
        std = deviations.pop(_identity(layer), 0.0)
        if std and "weight" in layer._parameters:
            layer.weight.normal_(0, std, generator=generator)
        elif std:
            drawn = torch.empty_like(layer.weight).normal_(0, std, generator=generator)
            set_weight(layer, drawn)
        if layer.bias is not None:
            layer.bias.zero_()
    _say_what_is_left(module, layers)
    return module


def _layers(module: nn.Module) -> Iterator[SummingLayer]:
    """Those to be set: all but the output layer of an attention, which is left as a whole."""
    inside = _within(m for m in module.modules() if isinstance(m, nn.MultiheadAttention))
    for part in module.modules():
        if isinstance(part, SummingLayer) and id(part) not in inside:
            yield part


def _within(parts: Iterable[nn.Module]) -> set[int]:
    """The modules inside of some, without themselves."""
    return {id(inner) for part in parts for inner in part.modules() if inner is not part}


def _identity(layer: SummingLayer) -> int:
    # A computed weight is another tensor at each look: then the layer itself is what is told apart.
    return id(layer.weight) if "weight" in layer._parameters else id(layer)


def _say_what_is_left(module: nn.Module, layers: list[SummingLayer]) -> None:
    # With a layer its parametrizations, with an attention its output layer.
    whole = [m for m in module.modules() if isinstance(m, nn.MultiheadAttention)]
    seen = {id(layer) for layer in layers} | _within([*layers, *whole])
    filled = {id(layer.weight) for layer in layers if "weight" in layer._parameters}
    left: list[str] = []
    changed: list[str] = []
    for name, part in module.named_modules():
        own = part._parameters.values() if id(part) not in seen else ()
        weights = [p for p in own if p is not None and (is_lazy(p) or p.dim() > 1)]
        if weights:
            shared = any(id(weight) in filled for weight in weights)
            (changed if shared else left).append(
                f"{name or 'the module itself'} ({type(part).__name__})"
            )
    if left or not layers:
        warnings.warn(f"not initialized: {', '.join(left) or 'there is no layer'}", stacklevel=4)
    if changed:
        warnings.warn(f"initialized with the layer they share: {', '.join(changed)}", stacklevel=4)
