"""Every layer of a model drawn for the units around it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, overload

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from ..._text.kinds import choice_of
from .._initialization import Mode, fill_layer, initialize_all_
from .._layer_weights import (
    PartlySumming,
    SummingLayer,
    check_fillable,
    check_settable,
    input_weights,
)
from .._unit_gains import AnyUnit, unit_gains
from ._trace.kept_state import kept_state
from ._trace.recorded import recorded_steps
from ._trace.steps import Trace, check_model, steps_in_order
from ._trace.symbolic import symbolic
from .initialized import InitializedLayer, InitializedModel
from .plan import Plan, Wanted

_WHY = (
    (nn.modules.batchnorm._BatchNorm | nn.LayerNorm | nn.GroupNorm | nn.RMSNorm, "a normalization"),
    (nn.Embedding | nn.EmbeddingBag, "an embedding: a look-up, no sum"),
)


@overload
def initialize_(  # noqa: D418
    model: nn.Module,
    activation: AnyUnit,
    mode: Mode | str = ...,
    length: float = ...,
    generator: torch.Generator | None = ...,
) -> nn.Module:
    """One unit for all layers gives the model."""


@overload
def initialize_(  # noqa: D418
    model: nn.Module,
    activation: None = None,
    mode: Mode | str = ...,
    length: float = ...,
    generator: torch.Generator | None = ...,
    *,
    batch: Any = ...,
    default: AnyUnit | None = ...,
) -> InitializedModel:
    """The units that a trace finds give a report."""


def initialize_(
    model: nn.Module,
    activation: AnyUnit | None = None,
    mode: Mode | str = Mode.FAN_IN,
    length: float = 1,
    generator: torch.Generator | None = None,
    *,
    batch: Any = None,
    default: AnyUnit | None = None,
) -> nn.Module | InitializedModel:
    """Draw every weighted layer of a model for the units around it, in place, and say what it did.

    Without ``activation`` the model is traced, and each layer drawn with Var w = length/(n·E x²)
    for what it reads ("forward"), 1/(n̂·E f′²) for the unit f that follows ("backward"), or an
    average of both; biases become 0. ``InitializedModel`` says what is done with what.

    Args:
        activation: one unit for all layers, without a trace; the model is returned.
        mode, length: as in ``weight_std``.
        generator: of the random numbers.
        batch: what the model takes; one pass over it stands for the symbolic trace.
        default: the unit that a layer is taken to read where that cannot be told.

    Raises:
        TypeError: for what is no module, and weights on the meta device, complex or not dense.
        ValueError: for a weight that would not keep what it is given or has no shape yet, an
            unknown mode, a batch that the model does not take.

    >>> initialize_(nn.Sequential(nn.Linear(50, 80), nn.Tanh(), nn.Linear(80, 10)))
    2 drawn, 0 left alone; fan_in at length 1; found by a symbolic trace
      layer  kind    reads      then        fan in  fan out  gain   std     done
      0      Linear  the input  tanh        50      80       1      0.1414  drawn
      2      Linear  tanh       the output  80      10       1.593  0.1781  drawn
    """
    if activation is not None:
        return initialize_all_(model, activation, mode, length, generator)
    model = check_model(model)
    chosen = choice_of(mode, Mode, "mode")
    length = unit_gains("identity", length).length
    known = None if default is None else _default(default, length)
    trace, start = _traced(model, batch)
    with kept_state(model):
        plan = Plan(trace, chosen, length, known, start)
    rows = _fill(model, plan, generator)
    return InitializedModel(tuple(rows), trace.way, str(chosen), length)


def _default(unit: AnyUnit, length: float) -> tuple[str, float]:
    """Its name and E f²."""
    found = unit_gains(unit, length)
    return f"{found.activation} (default)", length / found.forward**2


def _traced(model: nn.Module, batch: Any) -> tuple[Trace, tuple[float, float]]:
    """The steps, and mean and variance of the input."""
    standard = (0.0, 1.0)
    if batch is None:
        return symbolic(model) or steps_in_order(model), standard
    seen: list[tuple[float, float]] = []

    def observe(place: int, step: object, tensor: Tensor) -> None:
        if not place and tensor.is_floating_point():
            values = tensor.detach().double()
            seen.append((float(values.mean()), float(values.var(correction=0))))

    with kept_state(model):
        trace = recorded_steps(model, batch, observe).trace
    return trace, seen[0] if seen else standard


@dataclass(frozen=True)
class _InputWeight:
    """A weight of an attention or a recurrent layer that multiplies what the layer is given."""

    name: str
    part: PartlySumming
    weight: Tensor
    biases: tuple[str, ...]
    reads: str
    std: float


def _input_weights(plan: Plan) -> Iterator[_InputWeight]:
    """Those whose inputs are known; what follows them is no unit, so that ``fan_in`` it must be."""
    laws = plan.propagation.laws
    seen: set[int] = set()
    for step in plan.propagation.trace.steps:
        part = step.operation
        if not isinstance(part, PartlySumming) or id(part) in seen or plan.mode is not Mode.FAN_IN:
            continue
        seen.add(id(part))
        # Query, key and value, where they are told apart; the one input of a recurrent layer.
        read = [laws[k] for k in step.inputs] or [None]
        apart = isinstance(part, nn.MultiheadAttention) and len(read) > 2
        for index, (weight, biases) in enumerate(input_weights(part)):
            law = read[index if apart else 0]
            name, square = (law.name, law.square) if law else plan.default or ("", 0.0)
            if square > 0:
                std = math.sqrt(plan.length / (weight.shape[1] * square))
                yield _InputWeight(step.name, part, weight, biases, name, std)


@torch.no_grad()
def _fill(
    model: nn.Module, plan: Plan, generator: torch.Generator | None
) -> Iterator[InitializedLayer]:
    """Check everything, then draw; a row for each layer."""
    drawn = [wanted for wanted in plan.layers if not math.isnan(wanted.std)]
    for wanted in drawn:
        check_settable(wanted.layer)
        check_fillable(wanted.layer.weight)
    partly = list(_input_weights(plan))
    for each in partly:
        check_fillable(each.weight)
    for wanted in drawn:
        fill_layer(wanted.layer, wanted.std, generator)
        for other in wanted.others:
            # The weight is drawn: its bias alone.
            fill_layer(other, 0.0, generator)
    for each in partly:
        each.weight.normal_(0, each.std, generator=generator)
        for zeros in (each.part._parameters.get(name) for name in each.biases):
            if zeros is not None:
                zeros.zero_()
    for wanted in plan.layers:
        yield _row(wanted, _sharing(model, wanted.layer))
    # One row for a layer: of an attention all three have a deviation of their own.
    yield from map(_input_row, {id(each.part): each for each in reversed(partly)}.values())
    layers = chain.from_iterable((w.layer, *w.others) for w in plan.layers)
    met = {id(part) for part in chain(layers, (each.part for each in partly))}
    yield from _left(model, met)


def _sharing(model: nn.Module, layer: nn.Module) -> list[str]:
    """What else holds the layer's weight: an embedding that is tied to it."""
    weight = layer._parameters.get("weight")
    parts = ((n, m) for n, m in model.named_modules() if m is not layer)
    return [n for n, m in parts if weight is not None and m._parameters.get("weight") is weight]


def _row(wanted: Wanted, sharing: list[str]) -> InitializedLayer:
    gain = wanted.std * math.sqrt(wanted.fan_in)
    known = not math.isnan(wanted.std)
    done = "drawn" if known else f"left alone: {wanted.because}"
    if known and len(wanted.places) > 1:
        done += f", called {len(wanted.places)} times"
    if known and sharing:
        done += f", and with it {', '.join(sharing)}"
    fans = (wanted.fan_in, wanted.fan_out)
    return InitializedLayer(
        wanted.name,
        _kind(wanted.layer),
        wanted.reads,
        wanted.followed_by,
        *fans,
        gain,
        wanted.std,
        done,
    )


def _kind(layer: nn.Module) -> str:
    return type(layer).__name__.removeprefix("Parametrized")


def _input_row(each: _InputWeight) -> InitializedLayer:
    fan, rest = float(each.weight.shape[1]), "the output layer reads averages"
    if not isinstance(each.part, nn.MultiheadAttention):
        rest = "what multiplies states is left alone"
    return InitializedLayer(
        *(each.name, type(each.part).__name__, each.reads, "", fan, math.nan),
        *(each.std * math.sqrt(fan), each.std, f"input weights drawn; {rest}"),
    )


def _left(model: nn.Module, met: set[int]) -> Iterator[InitializedLayer]:
    """A row for each module with weights that nothing was done with."""
    inside: set[int] = set()
    for name, part in model.named_modules():
        if id(part) in inside | met:
            inside |= {id(each) for each in part.modules()}
            continue
        own = [p for p in part._parameters.values() if p is not None]
        why = next((words for kinds, words in _WHY if isinstance(part, kinds)), "")
        if not why and isinstance(part, SummingLayer | PartlySumming):
            inside |= {id(each) for each in part.modules()}
            why = "the trace does not meet it as a layer, or cannot tell what it reads"
        elif not why and any(is_lazy(p) or p.dim() > 1 for p in own):
            why = "no sum over a layer's inputs"
        elif not own and _holds_numbers(part):
            why = "its numbers are no parameters"
        # Behind a parametrization the layer itself has none.
        some = any(True for _ in part.parameters())
        if why and (some or not isinstance(part, SummingLayer | PartlySumming)):
            nan, done = math.nan, f"left alone: {why}"
            yield InitializedLayer(name, _kind(part), "", "", nan, nan, nan, nan, done)


def _holds_numbers(part: nn.Module) -> bool:
    """Does a module without others in it keep a matrix, or give one, as quantized layers do?"""
    held = (*vars(part).values(), *part._buffers.values())
    tensors = [each for each in held if isinstance(each, Tensor)]
    # A mask is none.
    matrix = any(each.dim() > 1 and each.is_floating_point() for each in tensors)
    return (matrix and not part._modules) or callable(getattr(part, "weight", None))
