"""Learning rates chosen by a rule from a scan, which is itself a recorded run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .config import Condition
from .record import RunRecord


def at_rate(condition: Condition, rate: float) -> Condition:
    """The condition at another rate, which its name then shows."""
    return replace(condition, name=f"{condition.name}@{rate:g}", learning_rate=rate)


def lowest(
    scan: RunRecord,
    conditions: Sequence[Condition],
    rates: Iterable[float],
    curve: str = "train_loss",
    worst: float = math.inf,
) -> float:
    """The rate with the lowest final loss, summed over conditions and seeds.

    Args:
        scan: a record of every condition ``at_rate`` each of the rates.
        conditions, rates: what to sum over, what to choose from; the first of equals is taken.
        curve: which loss.
        worst: what a network counts with that diverged or ended above it; the loss of knowing
            nothing says that a rate can do no worse.
    """

    def total(rate: float) -> float:
        names = [at_rate(condition, rate).name for condition in conditions]
        losses = [loss for name in names for loss in scan.final(curve, name)]
        return sum(worst if math.isnan(loss) else min(loss, worst) for loss in losses)

    return min(rates, key=total)
