"""The module of every catalog entry: written where PyTorch has one of its own, else made here."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch import nn

from ..activation import Activation
from ..catalog import CATALOG
from ..names import DuplicateNameError, Entry, Registry
from ..number import Number
from ._elementwise.elementwise import Elementwise
from ._mirrored import modules, rectified, shrinking
from ._module_names import module_name


@lru_cache(maxsize=256)
def make_module(activation: Activation) -> type[Elementwise]:
    """The class whose instances evaluate an activation, its parameters as keyword arguments.

    One class for each activation; instances can be pickled, and are made again from it.

    >>> import pickle
    >>> from actmath import Activation
    >>> Cubic = make_module(Activation("cubic", "x**3"))
    >>> pickle.loads(pickle.dumps(Cubic()))
    Cubic(cubic)
    """

    def initialize(self: Elementwise, **parameters: Number) -> None:
        Elementwise.__init__(self, activation, **parameters)

    def reduce(self: Elementwise) -> tuple[Any, ...]:
        # A class that is made is no attribute of any module, by which pickle would find it.
        return _blank, (activation,), self.__getstate__()

    name = module_name(activation)
    body = {
        "__init__": initialize,
        "__reduce__": reduce,
        "__signature__": _signature(activation),
        "__doc__": _docstring(activation),
        # The door gives the class by its name, where the catalog holds the activation.
        "__module__": __package__,
    }
    return type(name, (Elementwise,), body)


def _blank(activation: Activation) -> Elementwise:
    """An instance of an activation's class before its state is set."""
    made = make_module(activation)
    return made.__new__(made)


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
        for file in (modules, rectified, shrinking)
        for name, module in vars(file).items()
        # Leaves out what those files import, such as Elementwise.
        if isinstance(module, type) and module.__module__ == file.__name__
    }
    # What else the package gives by name: no module that is made may take one of these.
    stub = Path(__file__).with_name("__init__.pyi").read_text("utf-8")
    others = set(re.findall(r" as (\w+)$", stub, re.MULTILINE)) - set(written)
    taken: dict[str, str] = {}
    for activation in CATALOG.values():
        name = module_name(activation)
        if name in taken or name in others:
            other = taken.get(name, "something else here")
            raise DuplicateNameError(
                f"the modules of {activation.name} and of {other} would both be called {name}"
            )
        taken[name] = activation.name
        module = written.get(name) or make_module(activation)
        place = f"{module.__module__}.{module.__name__}"
        yield Entry.of(activation.name, module, place, activation.aliases)


#: The module of every activation in the catalog, by the catalog's names.
MODULES: Registry[type[nn.Module]] = Registry("module", _entries, CATALOG.spelled, CATALOG.instead)
