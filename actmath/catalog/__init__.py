"""The catalog: every activation of the book, declared once, found by name.

>>> from actmath import catalog
>>> catalog.get("selu").source.locator
'Eq. 2; defaults Eq. 14'
>>> catalog.get("tahn")
Traceback (most recent call last):
...
actmath.names.UnknownNameError: no activation is named 'tahn': did you mean tanh or arctan?
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import MappingProxyType, ModuleType

from ..activation import Activation
from ..names import Entry, Registry, UnknownNameError, modules
from .exponential import celu, elu, selu
from .hard import hard_sigmoid, hard_swish, hard_tanh
from .rectified import abs_, identity, leaky_relu, prelu, relu, relu6, rrelu, shifted_relu
from .sigmoidal import arctan, sigmoid, softsign, tanh
from .smooth import gelu, mish, silu, softplus

#: Files of this package, in the order of the book.
_FAMILIES = ("rectified", "exponential", "sigmoidal", "hard", "smooth")


def _declared(module: ModuleType) -> dict[str, Activation]:
    """A family's activations by the variable that holds each."""
    return {k: v for k, v in vars(module).items() if isinstance(v, Activation)}


def _entries() -> Iterator[Entry[Activation]]:
    for module in modules(sys.modules[__name__]):
        for variable, activation in _declared(module).items():
            place = f"{module.__name__}.{variable}"
            yield Entry.of(activation.name, activation, place)


CATALOG: Registry[Activation] = Registry(
    "activation", _entries, lambda name: name.strip().lower().replace("-", "_")
)

FAMILIES = MappingProxyType(
    {
        m.__name__.rpartition(".")[2]: tuple(_declared(m).values())
        for m in modules(sys.modules[__name__])
    }
)


def get(name: str) -> Activation:
    """The activation of that name; hyphens and capitals do not matter.

    Raises:
        UnknownNameError: if there is none (a KeyError); the message lists the near ones.
    """
    return CATALOG[name]


__all__ = [
    "CATALOG",
    "FAMILIES",
    "UnknownNameError",
    "abs_",
    "arctan",
    "celu",
    "elu",
    "gelu",
    "get",
    "hard_sigmoid",
    "hard_swish",
    "hard_tanh",
    "identity",
    "leaky_relu",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "shifted_relu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "tanh",
]
