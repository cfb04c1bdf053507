"""The ledger: ids, selection, verdicts that are computed, and boxes that say them."""

from __future__ import annotations

import re

import pytest

from actmath.claims import CLAIMS, Claim, Finding, Kind, Verdict, judge, select, verdicts
from actmath.claims._claim import holds_if, matches_print
from actmath.sources import WORKS, Source

BY_ID = {judgement.claim.id: judgement for judgement in verdicts()}


@pytest.mark.parametrize("identifier", CLAIMS)
def test_rows_are_complete(identifier: str) -> None:
    claim = CLAIMS[identifier]
    assert re.fullmatch(r"C-[A-Z]+-\d+(\.[a-z0-9]+)?", identifier)
    assert claim.source.bibkey in WORKS
    assert claim.statement.endswith(".")
    assert claim.tex
    assert claim.assumptions


@pytest.mark.parametrize("identifier", CLAIMS)
def test_every_row_is_judged_with_evidence(identifier: str) -> None:
    finding = BY_ID[identifier].finding
    assert finding.evidence
    assert isinstance(finding.verdict, Verdict)


@pytest.mark.parametrize(
    ("identifier", "verdict"),
    [
        ("C-SNN-1.a", Verdict.HOLDS),
        ("C-SNN-3.a", Verdict.CORRECTED),
        ("C-LEC-1.a", Verdict.CORRECTED),
        ("C-LEC-1.b", Verdict.REFUTED),
        ("C-PRE-2", Verdict.CORRECTED),
        ("C-NOI-1.c", Verdict.CORRECTED),
        ("C-NOI-1.f", Verdict.REFUTED),
        ("C-NOI-2.a", Verdict.HOLDS),
    ],
)
def test_verdicts_known_by_hand(identifier: str, verdict: Verdict) -> None:
    assert BY_ID[identifier].finding.verdict is verdict


def test_selection_by_row_claim_and_paper() -> None:
    assert [claim.id for claim in select("C-PRE-2")] == ["C-PRE-2"]
    assert {claim.id for claim in select("c-snn-1")} == {f"C-SNN-1.{part}" for part in "abcdefg"}
    assert all(claim.id.startswith("C-NOI-") for claim in select("C-NOI"))
    assert select() == tuple(CLAIMS.values())


def test_unknown_id_lists_near_ones() -> None:
    with pytest.raises(KeyError, match="did you mean"):
        select("C-SNM-1")


def test_a_wrong_digit_would_be_refuted() -> None:
    assert matches_print("0.7877", "0.787673360466")
    assert not matches_print("0.7878", "0.787673360466")
    assert holds_if(matches_print("1.6733", "1.6742"), "x").verdict is Verdict.REFUTED


def test_a_correction_must_be_stated() -> None:
    with pytest.raises(ValueError, match="needs the correction"):
        Finding(Verdict.CORRECTED, "evidence")


def test_remake_runs_once_for_all_rows_that_share_it() -> None:
    made: list[str] = []

    def remake() -> None:
        made.append("made")

    rows = [
        Claim(
            id=f"C-TST-1.{part}",
            statement="It <holds>.",
            tex="1 = 1",
            source=Source("he2015", "Eq. 1"),
            assumptions="none",
            kind=Kind.MEASURED,
            check=lambda: Finding(Verdict.REPRODUCED, "a & b"),
            remake=remake,
        )
        for part in "ab"
    ]
    assert len(list(judge(rows))) == 2
    assert made == []
    box = next(judge(rows, remake=True))._repr_html_()
    assert made == ["made"]
    assert 'class="verdict verdict-reproduced"' in box
    assert "It &lt;holds&gt;." in box
    assert "a &amp; b" in box


def test_table_and_counts_cover_every_row() -> None:
    found = verdicts("C-PRE", "C-ELU-1")
    assert sum(found.counts().values()) == len(tuple(found))
    assert found.table()._repr_html_().count("<tr>") == len(tuple(found)) + 1
