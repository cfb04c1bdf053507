"""PyTorch modules made from the catalog's declarations."""

from __future__ import annotations

from .elementwise import Elementwise

__all__ = ["Elementwise"]
