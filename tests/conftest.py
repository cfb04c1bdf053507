"""One hypothesis profile for the suite, the same examples everywhere; which tests a run makes."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")

# Tests turn functions with others: what is judged meanwhile must not be kept for the user.
os.environ["ACTMATH_NO_CACHE"] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of units that have passed, some tests; where somebody asks by ``-k``, all."""
    if config.getoption("keyword") or os.environ.get("UNITS") == "all":
        return
    from .drawn import left_out

    dropped = left_out(items)
    if dropped:
        config.hook.pytest_deselected(items=list(dropped))
        items[:] = [item for item in items if item not in dropped]
