"""What a row's tests found: two-sided p-values, and whether it is the claim or its opposite."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from ..._text.p_values import p_is
from ...experiment._record.examples import crossed_mean, right_answers
from ...experiment._record.ranks import MethodPair
from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare

SEEDS_ONLY = "over seeds only, as the record does not keep which test examples were right"


@dataclass(frozen=True)
class Found:
    """What was found, before it is known whether it may count.

    Attributes:
        text: the finding with its figures and the smallest effect that could have been seen.
        p: p-value of what was found against "neither this nor its opposite"; two-sided, so that
            the claim and its opposite need the same, but for ``alike``. A test that gave none,
            nan, showed nothing: 1.
        agrees: whether it is what is claimed, rather than the opposite.
        over: what the repetitions are that p is over.
        kind: what p is: ``two-sided``, or ``equivalence`` of two one-sided tests.
    """

    text: str
    p: float
    agrees: bool
    over: str = "over seeds"
    kind: str = "two-sided"

    def __post_init__(self) -> None:
        # max and min pass over a nan, or let it pass, by where it stands.
        if math.isnan(self.p):
            object.__setattr__(self, "p", 1.0)


def contrast(subject: str, found: Comparison) -> Found:
    """The answer to "the first is better than the second", by the two-sided paired t-test.

    Args:
        subject: what is compared, such as "test loss, ELU − ReLU".
        found: the comparison; its alternative is what is claimed.
    """
    d = found.difference
    # Against a bound the pairs are a value and the bound: the same t, of one sample.
    test = found.test.removeprefix("paired ")
    text = (
        f"{subject}: {d.mean:+.3g} (95 % interval {d.low:+.3g} … {d.high:+.3g}), two-sided "
        f"{test} test p {p_is(found.p_two_sided)}, n = {found.n}, visible from "
        f"±{found.visible:.2g}"
    )
    claimed = 1 if found.alternative == "greater" else -1
    return Found(text, found.p_two_sided, claimed * d.mean > 0)


def over_examples(
    found: Found,
    record: RunRecord,
    weights: Mapping[str, float],
    bound: float = 0.0,
    claimed: str = "greater",
) -> Found:
    """A finding on test accuracies, asked of the test examples as well.

    Where the record keeps which of them were right, the crossed bootstrap over seeds and examples
    has to show it as well as the test over seeds: the larger p-value counts, and none, p = 1, if
    they are on different sides. Else it says so.

    Args:
        found: what the test over seeds says of the sum of weight·accuracy − bound.
        record: the run.
        weights: by arm.
        bound: which a sum of 0 stands for.
        claimed: ``greater`` or ``less``: on which side of the bound the sum is claimed to be.
    """
    marks = {arm: right_answers(record, arm) for arm in weights}
    kept = [weights[arm] * m.astype(float) for arm, m in marks.items() if m is not None]
    if len(kept) < len(weights):
        return replace(found, over=SEEDS_ONLY)
    both = crossed_mean(sum(kept, np.zeros_like(kept[0])) - bound)
    text = (
        f"{found.text}; accuracies over seeds and test examples {both.mean:+.3g} (95 % "
        f"{both.low:+.3g} … {both.high:+.3g}), p {p_is(both.p)}"
    )
    side = both.mean if claimed == "greater" else -both.mean
    opposed = side < 0 if found.agrees else side > 0
    p = 1.0 if opposed else max(found.p, both.p)
    return replace(found, text=text, p=p, over="over seeds and test examples")


def bounded(subject: str, values: Sequence[float], bound: float, alternative: str) -> Found:
    """The answer to "the mean is above (below) the bound", by the two-sided t-test."""
    return contrast(subject, compare(values, [bound] * len(values), alternative))


def alike(subject: str, first: Sequence[float], second: Sequence[float], margin: float) -> Found:
    """The answer to "the two differ by less than the margin".

    Two one-sided tests (TOST): the larger of the p-values against "beyond the upper margin" and
    "beyond the lower one": each at the level, so that the claim passes where the 90 % interval is
    within the margin. The opposite is a mean beyond the margin, by the two-sided test.
    """
    difference = compare(first, second, "greater")
    d, n = difference.difference, difference.n
    upper, lower = ([side + value for value in second] for side in (margin, -margin))
    within = abs(d.mean) < margin
    if within and not np.isfinite([*first, *second]).all():
        # Two that diverged are not alike, though ``compare`` takes them for equal.
        p = 1.0
    elif within:
        p = max(compare(first, upper, "less").p, compare(first, lower, "greater").p)
    else:
        p = compare(first, upper if d.mean > 0 else lower, "greater").p_two_sided
    # With a true difference of 0 both tests pass with probability 0.8 if each misses in 0.1.
    reach = sum(float(stats.t.ppf(q, n - 1)) for q in (0.95, 0.9)) * d.deviation / math.sqrt(n)
    text = (
        f"{subject}: {d.mean:+.3g} (95 % interval {d.low:+.3g} … {d.high:+.3g}), margin "
        f"±{margin:g}, {'equivalence' if within else 'beyond the margin, two-sided'} "
        f"p {p_is(p)}, n = {n}, which reaches a margin of ±{reach:.2g}"
    )
    return Found(text, p, within, kind="equivalence" if within else "two-sided")


def ranked(pair: MethodPair) -> Found:
    """The answer to "the first method is better", by Wilcoxon's two-sided test over data sets."""
    found = pair.comparison
    text = (
        f"{pair.first} − {pair.second}: {found.difference.mean:+.2g}, {pair.wins} won, "
        f"{pair.losses} lost, two-sided Wilcoxon p {p_is(pair.p_two_sided)}, "
        f"visible from ±{found.visible:.2g}"
    )
    # By ranks, as the test: a single large loss may turn the mean but not them.
    return Found(text, pair.p_two_sided, found.p_wilcoxon < 0.5)


def every(parts: Iterable[Found]) -> Found:
    """The answer to "all of these": every part must agree; one that is opposed is the opposite.

    All agree: the largest p-value (intersection–union: the chance that all pass while one is
    false is at most that one's level). Some are opposed: the least p-value of these times the
    number of all parts (Bonferroni: one of them is enough).
    """
    found = tuple(parts)
    opposed = [part for part in found if not part.agrees]
    text = "; ".join(part.text for part in found)
    if not opposed:
        return replace(max(found, key=_p), text=text)
    least = min(opposed, key=_p)
    return replace(least, text=text, p=min(1.0, len(found) * least.p))


def unanimous(parts: Iterable[Found]) -> Found:
    """The answer to one question asked at several settings: theirs, where it is the same.

    Where they agree with one another, the largest p-value; where they do not, none: p = 1.
    """
    found = tuple(parts)
    text = "; ".join(part.text for part in found)
    if len({part.agrees for part in found}) > 1:
        return replace(found[0], text=f"it depends on the setting. {text}", p=1.0, agrees=False)
    return replace(max(found, key=_p), text=text)


def _p(found: Found) -> float:
    return found.p
