"""The ``actmath`` command: what the package knows, on the terminal or as JSON."""

from __future__ import annotations

from .application import app

__all__ = ["app"]
