"""Initial weights whose variance is derived from the activation that follows or precedes them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from enum import StrEnum

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from .._text.kinds import choice_of
from ..numeric._depth.gains import Gains
from ._layer_weights import (
    PartlySumming,
    SummingLayer,
    check_fillable,
    check_settable,
    fans,
    input_weights,
    set_weight,
)
from ._unit_gains import AnyUnit, unit_gains


class Mode(StrEnum):
    """What is to keep its mean square: signals, gradients, or both on an average of variances.

    "forward" and "backward" are other words for the first two.
    """

    FAN_IN = "fan_in"
    FAN_OUT = "fan_out"
    COMPROMISE = "compromise"
    GEOMETRIC = "geometric"

    @classmethod
    def _missing_(cls, value: object) -> Mode:
        other = {"forward": cls.FAN_IN, "backward": cls.FAN_OUT}
        if isinstance(value, str) and value in other:
            return other[value]
        raise ValueError(f"mode must be one of {', '.join(cls)}, got {value!r}")


def weight_std(
    weight: Tensor | nn.Module,
    activation: AnyUnit,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
) -> float:
    """The standard deviation that keeps the mean square at net inputs N(0, length).

    √(length/(n·E f²)) for ``fan_in``, 1/√(n̂·E f′²) for ``fan_out`` (He et al. 2015, Eqs. 10 and
    14, for rectifiers), the root of the harmonic mean of both variances for ``compromise``, and
    of their geometric mean for ``geometric``. Of
    a layer instead of a weight the fans count its groups and strides (``fans``); both inputs of a
    ``torch.nn.Bilinear`` are taken to be f of such net inputs.

    Args:
        weight: a weight ``(outputs, inputs, *kernel)``, or a dense, convolutional or bilinear
            layer.
        activation: a declaration or its name, for which E f² and E f′² are those of ``gains``; or
            any module or function of tensors, element by element, for which they are sums over a
            fine grid, in evaluation mode and float64 (six digits; four where f jumps).
        mode: what is to be kept.
        length: the mean square of the net inputs.

    Raises:
        KeyError: for an unknown activation.
        TypeError: for another kind of layer or unit.
        ValueError: for an unknown mode, a weight without entries, an activation for which no
            variance does it, such as a constant, or one that is not element by element.

    >>> [f"{weight_std(torch.empty(8, 50), unit):.4f}" for unit in ("relu", nn.ReLU(), torch.relu)]
    ['0.2000', '0.2000', '0.2000']
    """
    return _std(weight, unit_gains(activation, length), mode)


def _std(weight: Tensor | nn.Module, found: Gains, mode: Mode | str) -> float:
    chosen = choice_of(mode, Mode, "mode")
    if isinstance(weight, nn.Bilinear):
        # Σᵢⱼ f(zᵢ)Wᵢⱼf(z′ⱼ): every f(zᵢ) meets n′ inputs of mean square E f² = length/forward².
        other = weight.in2_features * found.length / found.forward**2
        inputs, outputs = weight.in1_features * other, weight.out_features * other
    else:
        inputs, outputs = fans(weight)
    # length/(n·E f²) and 1/(n̂·E f′²).
    forward, backward = found.forward**2 / inputs, found.backward**2 / outputs
    # The harmonic mean 2/(1/v + 1/w) is Glorot and Bengio's 2/(n + n̂) where E f² = E f′² = 1.
    variance = {
        Mode.FAN_IN: forward,
        Mode.FAN_OUT: backward,
        Mode.COMPROMISE: 2 / (1 / forward + 1 / backward),
        Mode.GEOMETRIC: math.sqrt(forward) * math.sqrt(backward),
    }[chosen]
    if not 0 < variance < math.inf:
        raise ValueError(
            f"no variance of weights does {chosen} for {found.activation} at length "
            f"{found.length:g}: it would be {variance}"
        )
    return math.sqrt(variance)


@torch.no_grad()
def gain_normal_(
    weight: Tensor,
    activation: AnyUnit,
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
        ValueError: as ``weight_std``; for a weight without a shape yet.
    """
    check_fillable(weight)
    if _is_empty(weight):
        return weight
    return weight.normal_(0, weight_std(weight, activation, mode, length), generator=generator)


@torch.no_grad()
def gain_uniform_(
    weight: Tensor,
    activation: AnyUnit,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Fill with U(−√3·std, √3·std), std from ``weight_std``; refuses what ``gain_normal_`` does."""
    check_fillable(weight)
    if _is_empty(weight):
        return weight
    # Var U(−r, r) = r²/3.
    bound = math.sqrt(3) * weight_std(weight, activation, mode, length)
    return weight.uniform_(-bound, bound, generator=generator)


@torch.no_grad()
def initialize_all_(
    module: nn.Module,
    activation: AnyUnit,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
) -> nn.Module:
    """Give every dense and convolutional layer inside weights for one unit, and biases of 0.

    Transposed and grouped convolutions and bilinear layers too, weights behind a weight norm, the
    first input weights of recurrent layers, and query, key and value of attentions. Other weights
    with two or more dimensions, as embeddings, and what multiplies states or averages, are no sums
    over f: they stay as they are, further recurrent layers with their biases, and a warning names
    them. All checks come before any change.

    Raises:
        TypeError: for what is no module, and as ``gain_normal_``.
        ValueError: for a weight that would not keep what it is given (spectral norm, pruning), that
            is shared by layers which need different variances, or has no shape yet; as
            ``weight_std``.

    >>> layer = initialize_all_(nn.Linear(400, 100), "selu")
    >>> abs(layer.weight.std().item() - 0.05) < 0.002
    True
    """
    if not isinstance(module, nn.Module):
        raise TypeError(f"a module is needed, got {type(module).__name__}")
    found = unit_gains(activation, length)
    layers = list(_layers(module))
    deviations = _deviations(layers, found, mode)
    partly = [part for part in module.modules() if isinstance(part, PartlySumming)]
    first = [(part, *pair) for part in partly for pair in input_weights(part)]
    for _, weight, _ in first:
        check_fillable(weight)
    # The last that may refuse: from here on everything is set.
    stds = [_std(weight, found, mode) for _, weight, _ in first]
    for layer in layers:
        fill_layer(layer, deviations.pop(_identity(layer), 0.0), generator)
    for (part, weight, biases), std in zip(first, stds, strict=True):
        weight.normal_(0, std, generator=generator)
        for zeros in (part._parameters.get(name) for name in biases):
            if zeros is not None:
                zeros.zero_()
    _say_what_is_left(module, layers, partly)
    return module


def _deviations(layers: list[SummingLayer], found: Gains, mode: Mode | str) -> dict[int, float]:
    """What each layer's weight is drawn with, 0 for one without entries; all may refuse."""
    deviations: dict[int, float] = {}
    for layer in layers:
        check_settable(layer)
        std = 0.0 if _is_empty(layer.weight, above=6) else _std(layer, found, mode)
        check_fillable(layer.weight)
        # The first layer that holds a shared weight sets it.
        if deviations.setdefault(_identity(layer), std) != std:
            raise ValueError("a weight is shared by layers that need different variances")
    return deviations


def fill_layer(layer: SummingLayer, std: float, generator: torch.Generator | None) -> None:
    """Draw the weight from N(0, std²), and put the bias to 0; with std 0 the bias alone."""
    if std and "weight" in layer._parameters:
        layer.weight.normal_(0, std, generator=generator)
    elif std:
        drawn = torch.empty_like(layer.weight).normal_(0, std, generator=generator)
        set_weight(layer, drawn)
    if layer.bias is not None:
        layer.bias.zero_()


def _is_empty(weight: Tensor, above: int = 4) -> bool:
    """No entries, of which PyTorch's own initializers warn, at the caller so many calls above."""
    empty = not is_lazy(weight) and weight.numel() == 0
    if empty:
        warnings.warn("a weight without entries: nothing is initialized", stacklevel=above)
    return empty


def _layers(module: nn.Module) -> Iterator[SummingLayer]:
    """Those to be set: all but the output layer of an attention, which reads averages."""
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


def _say_what_is_left(
    module: nn.Module, layers: list[SummingLayer], partly: list[PartlySumming]
) -> None:
    # With a layer its parametrizations.
    seen = {id(layer) for layer in layers} | _within(layers)
    filled = {id(layer.weight) for layer in layers if "weight" in layer._parameters}
    # Of an attention whose three weights are one, each is a view of it.
    first = {_storage(weight) for part in partly for weight, _ in input_weights(part)}
    left: list[str] = []
    changed: list[str] = []
    for name, part in module.named_modules():
        own = part._parameters.items() if id(part) not in seen else ()
        weights = {n: p for n, p in own if p is not None and (is_lazy(p) or p.dim() > 1)}
        kind, title = f"({type(part).__name__})", name or "the module itself"
        if any(id(weight) in filled for weight in weights.values()):
            changed.append(f"{title} {kind}")
            continue
        rest = [n for n, p in weights.items() if is_lazy(p) or _storage(p) not in first]
        # By its name alone where none of its weights is set.
        whole = [title] if len(rest) == len(weights) else [f"{name}.{n}" for n in rest]
        left += [f"{each.lstrip('.')} {kind}" for each in whole if rest]
    if left or not (layers or partly):
        warnings.warn(f"not initialized: {', '.join(left) or 'there is no layer'}", stacklevel=5)
    if changed:
        warnings.warn(f"initialized with the layer they share: {', '.join(changed)}", stacklevel=5)


def _storage(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)
