"""One hypothesis profile for the suite: the same examples everywhere, no time limits."""

from __future__ import annotations

import os

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
