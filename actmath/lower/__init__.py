"""One formula, several arithmetics: NumPy, PyTorch, mpmath and Arb's balls.

``to_torch`` and ``to_arb`` are imported on first use, so that this package itself needs neither
PyTorch nor python-flint.
"""

from __future__ import annotations

from .._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
