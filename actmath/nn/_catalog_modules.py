"""The module of every catalog entry: written where PyTorch has one of its own, else made here."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from torch import nn

from ..activation import Activation
from ..catalog import CATALOG
from ..names import Entry, Registry
from ..number import Number
from . import _modules, _rectified
from ._elementwise.elementwise import Elementwise
from ._module_names import module_name


def make_module(activation: Activation) -> type[Elementwise]:
    """The class whose instances evaluate an activation, its parameters as keyword arguments.

    >>> from actmath import catalog
    >>> Bent = make_module(catalog.leaky_relu)
    >>> Bent(a=0.5)
    LeakyReLU(leaky_relu, a=0.5)
    """

    def initialize(self: Elementwise, **parameters: Number) -> None:
        Elementwise.__init__(self, activation, **parameters)

    name = module_name(activation)
    body = {
        "__init__": initialize,
        "__signature__": _signature(activation),
        "__doc__": _docstring(activation),
        # Where pickle finds the class again: the door gives it by its name.
        "__module__": __package__,
    }
    return type(name, (Elementwise,), body)


def _signature(activation: Activation) -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(p.name, inspect.Parameter.KEYWORD_ONLY, default=p.default)
            for p in activation.parameters
        ]
    )


def _docstring(activation: Activation) -> str:
    source = f" ({activation.source})" if activation.source else ""
    lines = [f"y = {activation.expr}{source}."]
    if activation.parameters:
        lines += ["", "Args:"]
        lines += [f"    {p.name}: {p.meaning}." for p in activation.parameters]
    return "\n".join(lines)


def _entries() -> Iterator[Entry[type[nn.Module]]]:
    written = {
        name: module
        for file in (_modules, _rectified)
        for name, module in vars(file).items()
        if isinstance(module, type) and module.__module__ == file.__name__
    }
    for activation in CATALOG.values():
        module = written.get(module_name(activation)) or make_module(activation)
        place = f"{module.__module__}.{module.__name__}"
        yield Entry.of(activation.name, module, place)


#: The module of every activation in the catalog, by the catalog's name.
MODULES: Registry[type[nn.Module]] = Registry("module", _entries)
