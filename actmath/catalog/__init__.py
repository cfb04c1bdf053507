"""The catalog: every activation of the book, declared once, found by name.

Each file beside this one is a family. An ``Activation`` in it is found by itself: it is an
attribute of this package, an entry of ``CATALOG`` and a member of its family in ``FAMILIES``.

>>> from actmath import catalog
>>> catalog.get("selu").source.locator
'Eq. 2; defaults Eq. 14'
>>> catalog.get("tahn")
Traceback (most recent call last):
...
actmath.names.UnknownNameError: no activation is named 'tahn': did you mean tanh or ...?
>>> catalog.get("swish").name, catalog.get("hard-swish") is catalog.get("hardswish")
('silu', True)
>>> from actmath.catalog import hard_tanh
>>> hard_tanh is catalog.CATALOG["hard_tanh"]
True
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterator
from itertools import chain
from types import ModuleType

from .._text.kinds import check_name
from ..activation import Activation
from ..gated_unit import GatedUnit
from ..names import Entry, Registry, UnknownNameError, module_names, modules

#: The families in the order in which the book tells of them; others follow.
_TOLD = ("rectified", "exponential", "sigmoidal", "hard", "smooth")


def _families() -> dict[str, ModuleType]:
    found = {
        module.__name__.rpartition(".")[2]: module for module in modules(sys.modules[__name__])
    }
    hidden = [family for family, module in found.items() if _declares(module, family)]
    if hidden:
        raise ValueError(
            f"{__name__}.{hidden[0]} holds an activation of its own name, which it would hide: "
            "call the file after the family"
        )
    told = [family for family in _TOLD if family in found]
    return {family: found[family] for family in [*told, *sorted(found.keys() - set(told))]}


def _declares(module: ModuleType, name: str) -> bool:
    return any(isinstance(v, Activation) and v.name == name for v in vars(module).values())


def _members(family: ModuleType) -> list[Entry[Activation]]:
    return [
        Entry.of(value.name, value, f"{family.__name__}.{variable}", value.aliases)
        for variable, value in vars(family).items()
        if isinstance(value, Activation)
    ]


def _spelled(name: str) -> str:
    return name.strip().lower().replace("-", "_")


_OF_A_VECTOR = "it acts on a whole vector, and a unit here is a function of one number: see {}"
#: What people call an activation and a declaration cannot say.
_NO_FUNCTIONS = {
    "crelu": (
        "it gives two numbers for one, relu(x) and relu(-x), as torch.cat((relu(x), relu(-x)), 1); "
        "what holds of relu holds of each half"
    ),
    "maxout": (
        "it is the largest of several responses, a layer and no function of one number; of two, "
        "max(u, v) = v + relu(u - v), and of one response and 0 it is relu"
    ),
    "softmax": _OF_A_VECTOR.format("numeric.softmax_moments and nn.Softmax"),
    "log_softmax": _OF_A_VECTOR.format("nn.LogSoftmax"),
    "softmin": _OF_A_VECTOR.format("nn.Softmin"),
}

#: Every activation by its name, in the order of the book.
CATALOG: Registry[Activation] = Registry(
    "activation",
    lambda: chain.from_iterable(map(_members, _families().values())),
    _spelled,
    _NO_FUNCTIONS,
)


def _gated() -> Iterator[Entry[GatedUnit]]:
    # Here: a unit of one argument asks for none of two.
    from . import _gated_units

    for variable, value in vars(_gated_units).items():
        if isinstance(value, GatedUnit):
            place = f"{_gated_units.__name__}.{variable}"
            yield Entry.of(value.name, value, place, value.aliases)


#: Every unit of two arguments, a gate and a value, by its name.
GATED: Registry[GatedUnit] = Registry("gated unit", _gated, _spelled)


def _groups() -> Iterator[Entry[tuple[Activation, ...]]]:
    for name, family in _families().items():
        members = tuple(entry.make() for entry in _members(family))
        yield Entry.of(name, members, family.__name__)


#: The members of every family, by the name of its file.
FAMILIES: Registry[tuple[Activation, ...]] = Registry("family", _groups)


def told() -> tuple[str, ...]:
    """The names in the families that the chapters tell of; the others are in the tables of all.

    >>> told()[:3], "erf" in told()
    (('identity', 'abs', 'relu'), False)
    """
    return tuple(activation.name for family in _TOLD for activation in FAMILIES[family])


def get(name: str) -> Activation:
    """The activation of that name or alias; hyphens and capitals do not matter.

    Raises:
        UnknownNameError: if there is none (a KeyError); the message lists the near ones.
        TypeError: for a name that is no text.
    """
    check_name(name, "name")
    return CATALOG[name]


def __getattr__(name: str) -> Activation:
    # What ``from actmath.catalog import *`` gives, known once the families have been read.
    if name == "__all__":
        return __dir__()  # type: ignore[return-value]  # the one name that is no activation
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # A family's file is an attribute as soon as somebody has imported it; here nobody has to.
    if name in module_names(sys.modules[__name__]):
        return importlib.import_module(f"{__name__}.{name}")  # type: ignore[return-value]
    try:
        return CATALOG[name.removesuffix("_")]
    except UnknownNameError as unknown:
        raise AttributeError(f"module {__name__!r}: {unknown}") from None


def __dir__() -> list[str]:
    # abs is listed as abs_: a star import must leave Python's own abs as it is.
    units = (f"{name}_" if hasattr(builtins, name) else name for name in CATALOG)
    return sorted(["CATALOG", "FAMILIES", "GATED", "get", "told", *units])
