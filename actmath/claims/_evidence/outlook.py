"""What it would take to decide a row that is undecided: one sentence, from the gates that fail."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from scipy import stats

from ...experiment._record.significance import POWER
from .found import Found
from .gates import Gate

#: By the name of a gate that does not say it itself.
_TAKES: Mapping[str, str] = MappingProxyType(
    {
        "learned": "networks that do better than the best trivial answer",
        "treatment": "a treatment that changes the networks in every seed",
        "length": "more updates, until the curves are flat",
        "tuning": "for each arm a rate of its own, within a grid that goes beyond it",
    }
)
#: Beyond so many times the repetitions the number says nothing any more.
_MOST = 100


def outlook(failed: Sequence[Gate], found: Found, p: float, level: float) -> str:
    """The sentence, without a full stop.

    Args:
        failed: the gates that do not hold, in their order.
        found: what was found.
        p: its p-value, corrected for the record's other rows.
        level: below which it would have counted.
    """
    parts = [gate.takes or _TAKES[gate.name] for gate in failed if gate.name != "test"]
    if len(parts) < len(failed):
        parts.append(_repetitions(found, p, level))
    *first, last = parts
    listed = f"{', '.join(first)}, and {last}" if first else last
    return f"it would take {listed}"


def _repetitions(found: Found, p: float, level: float) -> str:
    """How many times the repetitions, were the effect as large as it was found to be.

    A test statistic grows with √n: from z(p) to z(level) + z(power). With the chance ``POWER`` so
    large an experiment shows the effect.
    """
    repeated = found.over.removeprefix("over ").partition(",")[0].partition(" only")[0]
    reached = float(stats.norm.isf(min(p, 1.0) / 2))
    needed = float(stats.norm.isf(level / 2) + stats.norm.isf(1 - POWER))
    times = (needed / reached) ** 2 if reached > 0 else math.inf
    if times > _MOST:
        return f"an effect larger than the one found, or more than {_MOST} times as many {repeated}"
    size = "were the effect as large as the one found"
    return f"about {math.ceil(times)} times as many {repeated}, {size}"
