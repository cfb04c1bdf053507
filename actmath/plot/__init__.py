"""Figures: data in, an illustration out; nothing is computed here. Needs the ``plot`` extra."""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
