"""How hypothesis draws: the same examples everywhere, or others each time for ``make fuzz``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow]
#: How many examples a property is tried at; the suite's are always the same ones.
_EXAMPLES = int(os.environ.get("ACTMATH_EXAMPLES", "20"))
settings.register_profile(
    "suite", derandomize=True, deadline=None, max_examples=_EXAMPLES, suppress_health_check=_SLOW
)
settings.register_profile(
    "fuzz",
    # The default, from which this one inherits, draws alike each time where ``CI`` is set.
    derandomize=False,
    deadline=None,
    max_examples=_EXAMPLES,
    suppress_health_check=_SLOW,
    database=None,
)
#: The seed of what draws without hypothesis: 0 in the suite.
FUZZ = int(os.environ.get("FUZZ", "0"))
settings.load_profile("fuzz" if FUZZ else "suite")
