"""Claims about random networks: Glorot & Bengio's weights, and the edge of chaos."""

from __future__ import annotations

from ..._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
