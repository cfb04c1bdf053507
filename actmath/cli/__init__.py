"""The ``actmath`` command: what the package knows, on the terminal or as JSON."""

from __future__ import annotations

from ._application import app

__all__ = ["app"]


def __dir__() -> list[str]:
    return sorted(__all__)
