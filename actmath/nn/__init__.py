"""PyTorch modules made from the catalog's declarations, with derived backward passes."""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
