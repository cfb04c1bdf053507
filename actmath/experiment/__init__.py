"""Training runs that test what the mathematics predicts.

``run`` trains, ``load`` and ``recorded`` read what was trained before. PyTorch is loaded by
``run``, not by importing this package.
"""

from __future__ import annotations

from .._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
