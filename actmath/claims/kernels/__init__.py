"""Claims about kernels of wide networks: arc-cosine kernels, and those that software prints."""

from __future__ import annotations

from ..._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
