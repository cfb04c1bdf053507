"""Training runs that test what the mathematics predicts.

``run`` trains, ``load`` and ``recorded`` read what was trained before. PyTorch is loaded by
``run``, not by importing this package.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
