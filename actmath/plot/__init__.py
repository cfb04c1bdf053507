"""Figures: data in, an illustration out; nothing is computed here. Needs the ``plot`` extra."""

from .figure import Illustration, illustrate
from .style import INK, MUTED, PALETTE, style

__all__ = ["INK", "MUTED", "PALETTE", "Illustration", "illustrate", "style"]
