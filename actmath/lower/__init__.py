"""One formula, several arithmetics: NumPy, PyTorch, mpmath, Arb's balls and JavaScript.

``to_torch``, ``to_arb`` and ``to_javascript`` are imported on first use, so that this package
itself needs none of PyTorch, python-flint and QuickJS.
"""

from __future__ import annotations

from .._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
