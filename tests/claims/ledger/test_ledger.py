"""The ledger: every claim once, in order; selection; what is judged and what is made anew."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from actmath._text.bibliography import WORKS
from actmath.claims import CLAIMS, Claim, Finding, Kind, Verdict, judge, select, verdicts
from actmath.claims._evidence.measured import ClaimRows
from actmath.experiment._record.record import results_folder
from actmath.sources import Source


def test_rows_stand_by_paper_number_and_part() -> None:
    keys = []
    for identifier in CLAIMS:
        claim, _, part = identifier.partition(".")
        paper, _, number = claim.rpartition("-")
        keys.append((paper, int(number), part))
    assert keys == sorted(keys)
    assert [claim.id for claim in CLAIMS.values()] == list(CLAIMS)


def test_sources_are_in_the_bibliography() -> None:
    assert {claim.source.bibkey for claim in CLAIMS.values()} <= set(WORKS)


def test_a_place_says_where_a_row_is_written() -> None:
    assert CLAIMS.get_place("C-PRE-2") == "actmath.claims.prelu.unit.CLAIMS[3]"


@pytest.mark.parametrize("number", range(1, 17))
def test_no_claim_on_noisy_units_is_left_out(number: int) -> None:
    assert select(f"C-NOI-{number}")


def test_selection_by_row_claim_and_paper() -> None:
    assert [claim.id for claim in select("C-PRE-2")] == ["C-PRE-2"]
    assert {claim.id for claim in select("c-snn-1")} == {f"C-SNN-1.{part}" for part in "defg"}
    assert all(claim.id.startswith("C-NOI-") for claim in select("C-NOI"))
    assert select() == tuple(CLAIMS.values())


def test_unknown_id_lists_near_ones() -> None:
    with pytest.raises(KeyError, match="did you mean"):
        select("C-SNM-1")


def test_verdicts_come_in_the_order_asked_for() -> None:
    found = verdicts("C-PRE-2", "C-ELU-1")
    assert [j.claim.id for j in found] == ["C-PRE-2", *(f"C-ELU-1.{part}" for part in "abcd")]


def test_remake_runs_once_for_all_rows_that_share_it() -> None:
    made: list[str] = []

    def remake() -> None:
        made.append("made")

    rows = [
        Claim(
            id=f"C-TST-1.{part}",
            statement="It holds.",
            tex="1 = 1",
            source=Source("he2015", "Eq. 1"),
            assumptions="none",
            kind=Kind.MEASURED,
            check=lambda: Finding(Verdict.REPRODUCED, f"made {len(made)} times"),
            remake=remake,
        )
        for part in "ab"
    ]
    assert [j.finding.evidence for j in judge(rows)] == ["made 0 times"] * 2
    assert [j.finding.evidence for j in judge(rows, remake=True)] == ["made 1 times"] * 2


#: Rows that need a file of a checkout: a certificate, a recorded run, the numbers of Table A11.
ELSEWHERE = [
    claim.id
    for claim in CLAIMS.values()
    if isinstance(getattr(getattr(claim.check, "func", None), "__self__", None), ClaimRows)
    or (claim.kind is Kind.CERTIFIED and claim.remake is not None)
    or claim.id.startswith(("C-SNN-19.a", "C-SNN-20"))
]
#: Those of them, and all others with a record of their own, that need no proof checked again.
RECORDED = [i for i, claim in CLAIMS.items() if claim.remake and claim.kind is not Kind.CERTIFIED]


@pytest.mark.slow
def test_what_a_row_names_by_digest_or_file_it_lists() -> None:
    assert {"C-SNN-17.a", "C-SNN-19.h", "C-SNN-20.c", "C-SNN-21.c"} < set(RECORDED)
    for identifier in RECORDED:
        found = CLAIMS[identifier].check()
        assert found.files, identifier
        named = set(re.findall(r"[\w.-]+\.json", found.evidence))
        assert named <= {Path(path).name for path, _ in found.files}, identifier
        for path, sha256 in found.files:
            file = results_folder().parents[1] / path
            assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def test_many_rows_need_a_checkout() -> None:
    assert len(ELSEWHERE) > 90


@pytest.mark.parametrize("identifier", ELSEWHERE)
def test_outside_of_a_checkout_a_row_says_what_is_missing_and_where_it_is(
    identifier: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    finding = CLAIMS[identifier].judge().finding
    assert finding.verdict is Verdict.UNDECIDED
    assert not finding.files
    assert "no folder book/results" in finding.evidence
    assert "git clone https://github.com/actmath/actmath" in finding.evidence


@pytest.mark.parametrize("identifier", ["C-PRE-2", "C-SNN-19.i", "C-NOI-2.b", "C-NOI-9.e"])
def test_outside_of_a_checkout_other_rows_are_judged(
    identifier: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = CLAIMS[identifier].judge().to_json()
    monkeypatch.chdir(tmp_path)
    assert CLAIMS[identifier].judge().to_json() == inside
    assert inside["verdict"] != "undecided"
