"""The rows on noisy units: every part is there, and the verdicts that were worked out by hand."""

from __future__ import annotations

import pytest

from actmath.claims import Verdict, select, verdicts

QUICK = {
    "C-NOI-3.b": Verdict.CORRECTED,
    "C-NOI-3.c": Verdict.REFUTED,
    "C-NOI-4.d": Verdict.CORRECTED,
    "C-NOI-5.a": Verdict.HOLDS,
    "C-NOI-5.b": Verdict.REFUTED,
    "C-NOI-6.a": Verdict.HOLDS,
    "C-NOI-6.c": Verdict.HOLDS,
    "C-NOI-7.a": Verdict.HOLDS,
    "C-NOI-8": Verdict.REFUTED,
    "C-NOI-2.n": Verdict.CORRECTED,
}


@pytest.mark.parametrize("number", range(1, 10))
def test_every_claim_has_its_rows(number: int) -> None:
    rows = [claim.id for claim in select(f"C-NOI-{number}")]
    assert rows == sorted(rows)
    assert len(rows) == len(set(rows)) > 0


@pytest.mark.parametrize(("identifier", "verdict"), QUICK.items())
def test_verdicts_known_by_hand(identifier: str, verdict: Verdict) -> None:
    (found,) = verdicts(identifier)
    assert found.finding.verdict is verdict


def test_the_schedule_needs_sixty_squared_counts() -> None:
    (found,) = verdicts("C-NOI-8")
    assert f"{(60**2 - 1) * 200:,}" in found.finding.evidence


def test_the_slope_of_the_tangent_is_nearest_in_no_norm() -> None:
    rows = [row for row in select("C-NOI-2") if row.id[-1] in "bcefhikl"]
    assert {row.judge().finding.verdict for row in rows} == {Verdict.REFUTED}
