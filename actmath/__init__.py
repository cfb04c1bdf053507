"""The mathematics of activation functions: derived by SymPy, checked in numbers, run in PyTorch.

>>> import actmath
>>> actmath.constants("elu", mean=0, variance=1, digits=20).alpha
1.6732632423543772848

Names and floors (``actmath.derive``, ``actmath.nn`` …) are imported on first use, so that
``import actmath`` itself loads nothing heavy. ``__init__.pyi`` lists them.
"""

from __future__ import annotations

from . import _forked  # noqa: F401  (it registers what a forked process does)
from ._doors import open_door

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
