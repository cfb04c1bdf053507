"""Every device that is present."""

from __future__ import annotations

import pytest

from ..devices import EVERY_DEVICE


@pytest.fixture(params=EVERY_DEVICE)
def device(request: pytest.FixtureRequest) -> str:
    """The name of a device that is here."""
    name: str = request.param
    return name
