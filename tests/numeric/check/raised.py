"""The exception that a call raises, of whatever kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def raised_by(call: Callable[[], object]) -> Exception:
    """What the call raises; it must raise something."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 any at all
        call()
    return caught.value
