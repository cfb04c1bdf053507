"""The mathematics of activation functions: derived by SymPy, checked in numbers, run in PyTorch.

>>> import actmath
>>> actmath.constants("elu", mean=0, variance=1, digits=20).alpha
'1.6732632423543772848'

Submodules are imported on first use, so that ``import actmath`` costs little more than SymPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import catalog
from .activation import Activation, Parameter
from .sources import Source

if TYPE_CHECKING:
    from .numeric.constants import constants
    from .numeric.moments import moments
    from .sheet import show

__version__ = "0.1.0"

__all__ = ["Activation", "Parameter", "Source", "catalog", "constants", "moments", "show"]

_LATE = {
    "constants": "numeric.constants",
    "moments": "numeric.moments",
    "show": "sheet",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_LATE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATE])
