"""Claims of Sitzmann et al. (2020) about networks of sines."""

from __future__ import annotations

from ..._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
