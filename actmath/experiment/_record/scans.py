"""Learning rates chosen by a rule from a scan, which is itself a recorded run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..._arrays import finite_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from .config import Condition
from .options import choices
from .record import RunRecord

WHEN = ("last", "mean")


def at_rate(condition: Condition, rate: float) -> Condition:
    """The condition at another rate, which its name then shows.

    Raises:
        TypeError: for what is no condition or no number.
    """
    check_kind(condition, Condition, "condition", "config.conditions holds them")
    rate = finite_number(rate, "rate")
    return replace(condition, name=f"{condition.name}@{rate:g}", learning_rate=rate)


@dataclass(frozen=True, repr=False)
class RateScan(Answer):
    """Which conditions a scan runs at which rates, and the rule that chooses from its record.

    Args:
        conditions: the arms that the rule looks at.
        rates: every arm runs at each of them; of equals the first is chosen.
        curve: whose values decide: a loss, or an accuracy, of which what lacks to 1 counts as one.
        when: ``last``, the value after the last epoch, or the ``mean`` over all epochs.
        worst: what a network counts with that diverged or ended above it; the loss of knowing
            nothing says that a rate can do no worse.
        alone: each arm has its own rate, by its own losses; otherwise one rate serves all arms, by
            the sum of the losses.
        beside: arms that run as well and that the rule ignores.
    """

    conditions: tuple[Condition, ...]
    rates: tuple[float, ...]
    curve: str = "train_loss"
    worst: float = math.inf
    alone: bool = False
    beside: tuple[Condition, ...] = ()
    when: str = "last"

    def __post_init__(self) -> None:
        choices("when", self.when, WHEN)

    @property
    def arms(self) -> tuple[Condition, ...]:
        """Every condition at every rate, rates innermost."""
        every = self.conditions + self.beside
        return tuple(at_rate(condition, rate) for condition in every for rate in self.rates)

    def best_rate(self, record: RunRecord, arm: str | None = None) -> float:
        """The rate with the lowest loss: an arm's own, or the one for all arms together.

        Args:
            record: of the scan.
            arm: whose rate, where each arm has its own.

        Raises:
            ValueError: if the rule chooses for each arm alone and there is no such arm.
        """
        judged = [c for c in self.conditions if c.name == arm] if self.alone else self.conditions
        if not judged:
            known = ", ".join(condition.name for condition in self.conditions)
            raise ValueError(f"the scan chooses a rate for each of {known}, not for {arm}")

        def total(rate: float) -> float:
            arms = [at_rate(condition, rate).name for condition in judged]
            losses = [loss for name in arms for loss in self._looked_at(record, name)]
            # min(nan, worst) is whichever comes first: nan is told apart before.
            return sum(self.worst if math.isnan(loss) else min(loss, self.worst) for loss in losses)

        # The first of equal ones, as ``rates`` lists them.
        return min(self.rates, key=total)

    def _looked_at(self, record: RunRecord, arm: str) -> Sequence[float]:
        """An arm's losses, one a seed."""
        if self.when == "last":
            found = list(record.final(self.curve, arm))
        else:
            # curve: (seeds, epochs); the mean over the epochs is nan where one of them is.
            found = record.curve(self.curve, arm).mean(axis=1).tolist()
        return [1 - share for share in found] if self.curve.endswith("accuracy") else found
