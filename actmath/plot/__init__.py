"""Figures: data in, an illustration out. Needs the ``plot`` extra.

Nothing is computed here but the means over seeds of what is drawn.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
