"""One formula, several arithmetics: NumPy, PyTorch, mpmath and Arb's balls.

``to_torch`` and ``to_arb`` are imported on first use, so that this package itself needs neither
PyTorch nor python-flint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .curve import Curve, curve
from .for_mpmath import compile_mpmath, to_mpf, to_mpmath
from .for_numpy import to_numpy

if TYPE_CHECKING:
    from .for_arb import to_arb
    from .for_torch import to_torch

__all__ = [
    "Curve",
    "compile_mpmath",
    "curve",
    "to_arb",
    "to_mpf",
    "to_mpmath",
    "to_numpy",
    "to_torch",
]

_LAZY = {"to_arb": "for_arb", "to_torch": "for_torch"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_LAZY[name]}", __name__), name)
