"""The catalog: every activation of the book, declared once, found by name.

>>> from actmath import catalog
>>> catalog.get("selu").source.locator
'Eq. 2; defaults Eq. 14'
>>> catalog.get("tahn")
Traceback (most recent call last):
...
actmath.activation.UnknownNameError: no activation is named 'tahn': did you mean tanh or arctan?
"""

from __future__ import annotations

from types import MappingProxyType

from ..activation import Activation, UnknownNameError, suggest
from . import exponential, hard, rectified, sigmoidal, smooth
from .exponential import celu, elu, selu
from .hard import hard_sigmoid, hard_swish, hard_tanh
from .rectified import abs_, identity, leaky_relu, prelu, relu, relu6, rrelu, shifted_relu
from .sigmoidal import arctan, sigmoid, softsign, tanh
from .smooth import gelu, mish, silu, softplus

FAMILIES = MappingProxyType(
    {
        module.__name__.rpartition(".")[2]: tuple(
            value for value in vars(module).values() if isinstance(value, Activation)
        )
        for module in (rectified, exponential, sigmoidal, hard, smooth)
    }
)

CATALOG = MappingProxyType(
    {activation.name: activation for family in FAMILIES.values() for activation in family}
)


def get(name: str) -> Activation:
    """The activation of that name; hyphens and capitals do not matter.

    Raises:
        KeyError: if there is none; the message lists the near ones.
    """
    found = CATALOG.get(name.strip().lower().replace("-", "_"))
    if found is None:
        raise UnknownNameError(f"no activation is named {name!r}: {suggest(name.lower(), CATALOG)}")
    return found


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
