"""Claims of several parts, and claims of sameness: each of their three verdicts can come out."""

from __future__ import annotations

import pytest

from actmath.claims import Verdict
from actmath.claims._evidence.conjunction import all_reproduced, equivalent
from actmath.experiment import Comparison, RunRecord, compare

from ..made_up import made_up

NEAR = [0.01, -0.01, 0.02, -0.02, 0.005]


def record() -> RunRecord:
    return made_up("elu-mnist", {}, {})


def shifted(by: float, spread: float = 1.0) -> Comparison:
    """Is a sample around ``by`` less than zeros?"""
    return compare([by + spread * e for e in NEAR], [0.0] * len(NEAR), "less")


@pytest.mark.parametrize(
    ("shifts", "verdict"),
    [
        ((-1.0, -0.5), Verdict.REPRODUCED),
        ((-1.0, 0.5), Verdict.NOT_REPRODUCED),
        ((-1.0, 0.0), Verdict.UNDECIDED),
    ],
)
def test_all_parts_must_hold_and_one_opposite_is_enough(
    shifts: tuple[float, float], verdict: Verdict
) -> None:
    parts = dict(zip(("one", "two"), map(shifted, shifts), strict=True))
    found = all_reproduced(parts, record(), "a note")
    assert found.verdict is verdict
    assert found.evidence.startswith("one -1")
    assert "paired t, n = 5" in found.evidence
    assert found.evidence.endswith("a note")
    expected = "the other way: two" if verdict is Verdict.NOT_REPRODUCED else None
    assert found.correction == expected


def test_the_level_of_one_opposite_part_is_divided_by_their_number() -> None:
    """p = 0.96 of one part alone is an opposite, among two parts it is none."""
    noisy = next(c for k in range(200) if 0.955 < (c := shifted(k / 1e4)).p < 0.97)
    assert all_reproduced({"one": noisy}, record()).verdict is Verdict.NOT_REPRODUCED
    both = {"one": noisy, "two": shifted(-1.0)}
    assert all_reproduced(both, record()).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("by", "spread", "verdict"),
    [
        (0.0, 1.0, Verdict.REPRODUCED),
        (0.5, 1.0, Verdict.NOT_REPRODUCED),
        (-0.5, 1.0, Verdict.NOT_REPRODUCED),
        (0.1, 1.0, Verdict.UNDECIDED),
        (0.0, 20.0, Verdict.UNDECIDED),
    ],
)
def test_the_same_means_an_interval_within_the_margin(
    by: float, spread: float, verdict: Verdict
) -> None:
    sample = [by + spread * e for e in NEAR]
    less, greater = (compare(sample, [0.0] * len(NEAR), side) for side in ("less", "greater"))
    found = equivalent("a − b", less, greater, 0.1, record())
    assert found.verdict is verdict
    assert "margin ±0.1" in found.evidence
    assert (found.correction is None) == (verdict is not Verdict.NOT_REPRODUCED)
