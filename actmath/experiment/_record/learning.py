"""Did a condition learn? The decision rule, from test accuracies to one word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from ..._arrays import finite_number, real_array, whole_number
from ..._text.kinds import check_kind
from ..._text.p_values import p_is
from .significance import (
    SHARE,
    Estimate,
    Significance,
    beats_chance,
    exceeds,
    holm,
    mean_interval,
)

#: How likely any of a family of tests may reject wrongly; Holm's correction keeps it.
FAMILY_ERROR = 0.05
#: Accuracy above chance that is hardly learning, and the one from which on it is striking.
SLIGHT = 0.10
STRIKING = 0.90


class Learning(Enum):
    """How well a condition learns; the rule is that of ``judge_learning``."""

    NONE = "no learning"
    HARDLY = "hardly learns"
    LEARNS = "learns"
    STRIKING = "learns strikingly well"
    UNDECIDED = "undecided"


@dataclass(frozen=True, repr=False)
class ConditionOutcome:
    """What a condition's repetitions say, with everything the verdict rests on.

    Attributes:
        condition: its name.
        learning: the verdict.
        accuracy: mean test accuracy with its 95 % interval.
        effect: the same minus chance, in percentage points.
        chance: accuracy of the best constant answer.
        test: mean accuracy above chance, one-sided.
        p_adjusted: its p-value after Holm's correction over the conditions.
        above_chance: how many single networks beat chance (exact binomial test, corrected by
            Holm over the repetitions).
        n: number of repetitions.
    """

    condition: str
    learning: Learning
    accuracy: Estimate
    effect: Estimate
    chance: float
    test: Significance
    p_adjusted: float
    above_chance: int
    n: int

    def __repr__(self) -> str:
        return (
            f"<{self.condition}: {self.learning.value}, accuracy {100 * self.accuracy.mean:.1f} %, "
            f"{self.above_chance} of {self.n} above chance, adjusted p {p_is(self.p_adjusted)}>"
        )

    @property
    def learns(self) -> bool | None:
        """True, False, or None where the repetitions do not decide it."""
        if self.learning is Learning.UNDECIDED:
            return None
        return self.learning in (Learning.LEARNS, Learning.STRIKING)

    def sentence(self) -> str:
        """The verdict with its figures, such as a caption needs them."""
        effect = self.effect
        return (
            f"{self.condition}: {self.learning.value}; "
            f"test accuracy {100 * self.accuracy.mean:.1f} %, "
            f"{effect.mean:+.1f} points from chance "
            f"(95 % interval {effect.low:+.1f} … {effect.high:+.1f}), "
            f"{self.test.name} test, Holm-adjusted p {p_is(self.p_adjusted)}, n = {self.n}"
        )


def judge_learning(
    accuracies: Mapping[str, Sequence[float]], chance: float, test_size: int
) -> tuple[ConditionOutcome, ...]:
    """Every condition's outcome.

    With [low, high] the 95 % t-interval of the mean test accuracy within [0, 1] and p the
    Holm-adjusted p-value of "above chance" (t-test over the repetitions; where all of them have
    the same accuracy, which leaves t undefined, the exact binomial test of one of them):

    - learns strikingly well: p < 0.05 and low ≥ 0.90;
    - learns: p < 0.05 and low ≥ chance + 0.10, but not strikingly;
    - hardly learns: p < 0.05 and high < chance + 0.10;
    - no learning: p ≥ 0.05 and high < chance + 0.10, so that a gain of ten points is excluded
      and absence of evidence is not taken for absence;
    - undecided: otherwise (a single repetition always is).

    Args:
        accuracies: final test accuracies of the repetitions, by condition.
        chance: accuracy of the best constant answer.
        test_size: number of test images.

    Raises:
        ValueError: for no accuracies, or one or a chance outside [0, 1].
        TypeError: for what is no real numbers, or a size that is no integer.
    """
    check_kind(accuracies, Mapping, "accuracies")
    chance, test_size = finite_number(chance, "chance"), whole_number(test_size, "test_size")
    finals = {name: _shares(values, name) for name, values in accuracies.items()}
    tests = [_above_chance(values, chance, test_size) for values in finals.values()]
    adjusted = holm([test.p for test in tests])
    rows = zip(finals.items(), tests, adjusted, strict=True)
    return tuple(
        _outcome(name, values, chance, test_size, test, p) for (name, values), test, p in rows
    )


def _shares(values: Sequence[float], name: str) -> list[float]:
    found = real_array(values, f"accuracies of {name}")
    if found.ndim != 1 or not len(found) or not ((found >= 0) & (found <= 1)).all():
        raise ValueError(f"accuracies of {name} must be a list of shares, from 0 to 1")
    return [float(value) for value in found]


def _above_chance(values: Sequence[float], chance: float, test_size: int) -> Significance:
    if len(set(values)) > 1:
        return exceeds(values, chance)
    # Accuracies are recorded to six digits: the count of right answers is the nearest integer.
    return beats_chance(round(values[0] * test_size), test_size, chance)


def _outcome(
    name: str, values: Sequence[float], chance: float, test_size: int, test: Significance, p: float
) -> ConditionOutcome:
    accuracy = mean_interval(values, within=SHARE)
    singles = [beats_chance(round(v * test_size), test_size, chance).p for v in values]
    return ConditionOutcome(
        condition=name,
        learning=_learning(accuracy, chance, p),
        accuracy=accuracy,
        # In percentage points, so that an accuracy of 1 is the most that the interval reaches.
        effect=mean_interval(
            [100 * (value - chance) for value in values],
            within=(100 * (0 - chance), 100 * (1 - chance)),
        ),
        chance=chance,
        test=test,
        p_adjusted=p,
        # Each network by itself; the family is that of the repetitions.
        above_chance=sum(p_single < FAMILY_ERROR for p_single in holm(singles)),
        n=len(values),
    )


def _learning(accuracy: Estimate, chance: float, p: float) -> Learning:
    if accuracy.n == 1:  # a single repetition has no interval
        return Learning.UNDECIDED
    # All of the interval lies below: a gain of ten points is excluded.
    small = accuracy.high < chance + SLIGHT
    if p >= FAMILY_ERROR:
        return Learning.NONE if small else Learning.UNDECIDED
    if accuracy.low >= STRIKING:
        return Learning.STRIKING
    if accuracy.low >= chance + SLIGHT:
        return Learning.LEARNS
    return Learning.HARDLY if small else Learning.UNDECIDED


VERDICT_COLUMNS = (
    "condition",
    "test accuracy",
    "95 % interval",
    "above chance",
    "adjusted p",
    "verdict",
)


def verdict_row(outcome: ConditionOutcome) -> tuple[str, ...]:
    """An outcome's cells, under ``VERDICT_COLUMNS``."""
    low, high = 100 * outcome.accuracy.low, 100 * outcome.accuracy.high
    return (
        outcome.condition,
        f"{100 * outcome.accuracy.mean:.1f} %",
        f"{low:.1f} … {high:.1f} %",
        f"{outcome.above_chance} of {outcome.n}",
        p_is(outcome.p_adjusted).removeprefix("= "),
        outcome.learning.value,
    )


def final_cell(curve: str, values: Sequence[float]) -> str:
    """The mean of a curve's final values with its 95 % interval, as a table shows it."""
    if curve.startswith("share"):
        found = mean_interval(values, within=SHARE)
        return f"{found.mean:.4g} ({found.low:.2g} … {found.high:.2g})"
    found = mean_interval(values)
    return f"{found.mean:.4g}" + (f" ± {found.high - found.mean:.2g}" if found.n > 1 else "")
