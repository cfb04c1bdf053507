"""How hypothesis draws: the same examples everywhere, or others each time for ``make fuzz``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "suite", derandomize=True, deadline=None, max_examples=40, suppress_health_check=_SLOW
)
settings.register_profile(
    "fuzz",
    # Where ``CI`` is set hypothesis's own default, from which this one inherits, always draws alike.
    derandomize=False,
    deadline=None,
    max_examples=int(os.environ.get("ACTMATH_EXAMPLES", "100")),
    suppress_health_check=_SLOW,
    database=None,
)
#: The seed of what draws without hypothesis: 0 in the suite.
FUZZ = int(os.environ.get("FUZZ", "0"))
settings.load_profile("fuzz" if FUZZ else "suite")
