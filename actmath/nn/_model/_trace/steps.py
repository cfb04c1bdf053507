"""A model's pass as a list of operations, each with those that it reads from."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from ..._layer_weights import PartlySumming, SummingLayer

#: What a step is that no operation makes.
INPUT, TENSOR = "input", "tensor"
#: A tensor that was written over by what acted on another view of it.
OVERWRITTEN = "overwritten"
#: torch.nn's modules are looked into where they hold others, except these.
_WHOLE = SummingLayer | PartlySumming


@dataclass(frozen=True, eq=False)
class TraceStep:
    """One operation.

    Args:
        name: the module's path, or the function's name.
        operation: the module, the function, a method's name, ``INPUT``, ``TENSOR`` or
            ``OVERWRITTEN``.
        inputs: the places of the steps whose results it reads, in the order of its arguments.
        call: the operation on values in their place; what else it was given stays.
        constant: of ``TENSOR`` the parameter or buffer itself.
        shapes: of its inputs, where they are known.
    """

    name: str
    operation: Any
    inputs: tuple[int, ...] = ()
    call: Callable[[Sequence[Any]], Any] = field(default=lambda values: values)
    constant: Tensor | None = None
    shapes: tuple[tuple[int, ...], ...] = ()

    @property
    def function(self) -> str:
        """What the operation is called, without the underscores of operators in place."""
        if isinstance(self.operation, str):
            return self.operation.strip("_")
        if isinstance(self.operation, nn.Module):
            return type(self.operation).__name__
        return str(getattr(self.operation, "__name__", "")).strip("_")


@dataclass(frozen=True, eq=False)
class Trace:
    """The steps of one pass in order, and by which way they were found."""

    steps: tuple[TraceStep, ...]
    way: str

    def readers(self) -> list[list[int]]:
        """For each step the places of those that read it."""
        found: list[list[int]] = [[] for _ in self.steps]
        for place, step in enumerate(self.steps):
            for source in dict.fromkeys(step.inputs):
                found[source].append(place)
        return found


def is_whole(module: nn.Module) -> bool:
    """Is a module one step, and not looked into?"""
    # A subclass with a forward method of its own is another function.
    home = type(module).forward.__module__
    if home.startswith("actmath.nn"):
        return True
    if not home.startswith(("torch.nn", "torch.ao.nn")):
        return False
    return isinstance(module, _WHOLE) or not any(True for _ in module.children())


def steps_in_order(model: nn.Module) -> Trace:
    """The modules one after the other, as if each read the one before: a guess."""
    steps = [TraceStep("input", INPUT)]
    inside: set[int] = set()
    for name, module in model.named_modules():
        if id(module) in inside or not is_whole(module):
            continue
        inside |= {id(part) for part in module.modules()}
        steps.append(TraceStep(name, module, (len(steps) - 1,), _calling(module)))
    return Trace(tuple(steps), "the order of the modules")


def _calling(module: nn.Module) -> Callable[[Sequence[Any]], Any]:
    return lambda values: module(*values)


def as_declared(module: nn.Module, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that are given by name in the order in which the forward method has them."""
    names = [*inspect.signature(module.forward).parameters] if given else []
    return {name: given[name] for name in [*names, *given] if name in given}


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors inside tuples, lists, dictionaries and dataclass-like outputs."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from tensors_in(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from tensors_in(part)


def check_model(model: object) -> nn.Module:
    """The model itself; of a compiled one, that from which it was compiled.

    Raises:
        TypeError: for what is no module, is or has a script, or has complex parameters.
        ValueError: for parameters or buffers whose shape is not known yet.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"a module is needed, got {type(model).__name__}")
    inner = getattr(model, "_orig_mod", None)
    model = inner if isinstance(inner, nn.Module) else model
    for place, part in model.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            which = f"{place} is a script, which" if place else "a script"
            raise TypeError(f"{which} hides its layers: give the module from which it was made")
    for name, weight in chain(model.named_parameters(), model.named_buffers()):
        if is_lazy(weight):
            raise ValueError(f"{name} has no shape yet: pass data through its lazy module first")
        if weight.is_complex():
            raise TypeError(f"{name} is complex: the moments here are those of real numbers")
    return model


def is_number(tensor: Tensor) -> bool:
    """Does it hold real floating-point numbers?"""
    return tensor.is_floating_point() and tensor.layout is torch.strided


def weight_identity(layer: nn.Module) -> int:
    """What is drawn once: a weight, or a layer that computes its own at each look."""
    return id(layer._parameters["weight"]) if "weight" in layer._parameters else id(layer)
