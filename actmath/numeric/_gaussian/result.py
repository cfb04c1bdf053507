"""By which way a number was computed."""

from __future__ import annotations

from enum import StrEnum


class MomentRoute(StrEnum):
    """A formula in closed form, or a sum over nodes split at the kinks."""

    CLOSED_FORM = "closed form"
    QUADRATURE = "quadrature"
