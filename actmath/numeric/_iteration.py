"""How an iteration ended: every one in the package says so by one of these words."""

from __future__ import annotations

from enum import StrEnum


class Ending(StrEnum):
    """What became of an iteration.

    ``CONVERGED``: its answer, put back, gives itself. ``DIVERGED``: it grows without bound, so that
    there is no answer. ``UNSETTLED``: neither could be told, and no answer is given.
    """

    CONVERGED = "converged"
    DIVERGED = "diverged"
    UNSETTLED = "not settled"
