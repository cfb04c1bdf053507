"""Findings on claims that say several things at once: each must be true for the whole to be."""

from __future__ import annotations

from collections.abc import Mapping

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison
from .._claim import Finding, Verdict
from .measured import DECISION_LEVEL, scale


def all_reproduced(parts: Mapping[str, Comparison], record: RunRecord, note: str = "") -> Finding:
    """The finding on "all of these".

    Reproduced: every part's one-sided p-value in the claimed direction is below 0.05 (no
    correction is due, for all of them must pass). Not reproduced: some part goes the other way, at
    0.05 divided by their number (one is enough, so that Bonferroni's correction is). Undecided:
    neither.

    Args:
        parts: by what is compared; the alternative of each is what is claimed.
        record: where they come from.
        note: what else the reader must know.
    """
    texts = [_short(subject, comparison) for subject, comparison in parts.items()]
    first = next(iter(parts.values()))
    texts.append(f"paired t, n = {first.n}; {scale(record)}")
    evidence = "; ".join([*texts, note] if note else texts)
    # Intersection–union: the chance that all pass while one is false is at most that one's level.
    if all(part.p < DECISION_LEVEL for part in parts.values()):
        return Finding(Verdict.REPRODUCED, evidence)
    # Of k parts that are all true, one looks opposed with probability 0.05 at most: level 0.05/k.
    opposed = [s for s, part in parts.items() if part.p > 1 - DECISION_LEVEL / len(parts)]
    if opposed:
        return Finding(Verdict.NOT_REPRODUCED, evidence, f"the other way: {', '.join(opposed)}")
    return Finding(Verdict.UNDECIDED, evidence)


def equivalent(
    subject: str, difference: Comparison, reverse: Comparison, margin: float, record: RunRecord
) -> Finding:
    """The finding on "the same": the 95 % interval of the difference lies within ±margin.

    Reproduced: it does (a stricter rule than two one-sided tests at 0.05). Not reproduced: it lies
    outside. Undecided: it reaches across a bound.

    Args:
        subject: what is compared.
        difference: first against second, for the interval.
        reverse: the same pair with the other alternative, for the p-value of a difference.
        margin: the largest difference that counts as none.
        record: where they come from.
    """
    d = difference.difference
    # Both one-sided p-values are of one statistic: twice the smaller one is the two-sided.
    p = min(1.0, 2 * min(difference.p, reverse.p))
    evidence = (
        f"{subject}: {d.mean:+.3g} (95 % interval {d.low:+.3g} … {d.high:+.3g}), margin "
        f"±{margin:g}, d = {difference.effect:.2g}, two-sided {difference.test} test p = {p:.2g}, "
        f"n = {difference.n}; {scale(record)}"
    )
    # The 95 % interval inside ±margin is two one-sided tests at 0.025 each.
    if -margin < d.low and d.high < margin:
        return Finding(Verdict.REPRODUCED, evidence)
    if d.low > margin or d.high < -margin:
        return Finding(Verdict.NOT_REPRODUCED, evidence, "they differ by more than the margin")
    return Finding(Verdict.UNDECIDED, evidence)


def _short(subject: str, comparison: Comparison) -> str:
    d = comparison.difference
    return (
        f"{subject} {d.mean:+.2g} (95 % {d.low:+.2g} … {d.high:+.2g}), d = "
        f"{comparison.effect:.2g}, p = {comparison.p:.2g}"
    )
