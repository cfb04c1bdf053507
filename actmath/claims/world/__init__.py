"""Constants that frameworks and later papers print, beside the exact ones, and claims on them."""

from __future__ import annotations

from ..._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
