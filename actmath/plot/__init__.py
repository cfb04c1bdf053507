"""Figures: data in, an illustration out. Needs the ``plot`` extra.

Nothing is computed here but the means over seeds of what is drawn.
"""

from __future__ import annotations

from .._doors import open_door

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
