"""Fast and precise numbers: moments, constants, kernels, depth, and the quadrature behind them."""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
