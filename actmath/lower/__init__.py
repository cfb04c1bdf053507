"""One formula, several arithmetics: NumPy, PyTorch and mpmath.

``to_torch`` is imported on first use, so that importing this package does not load PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .curve import Curve, curve
from .for_mpmath import compile_mpmath, to_mpf, to_mpmath
from .for_numpy import to_numpy

if TYPE_CHECKING:
    from .for_torch import to_torch

__all__ = ["Curve", "compile_mpmath", "curve", "to_mpf", "to_mpmath", "to_numpy", "to_torch"]


def __getattr__(name: str) -> Any:
    if name != "to_torch":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .for_torch import to_torch

    return to_torch
