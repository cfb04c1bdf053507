"""Wrong statements: which are listed, and by what row their result stands."""

from __future__ import annotations

import pytest

from actmath.claims import CLAIMS, Claim, Finding, Kind, Verdict, misprints, select
from actmath.claims._ledger.misprints import RESTS_ON, rests_on
from actmath.sources import Source


def made(identifier: str, verdict: Verdict, kind: Kind = Kind.DERIVED, end: str = ".") -> Claim:
    return Claim(
        id=identifier,
        statement=f"It <holds>{end}",
        tex="1 = 1",
        source=Source("he2015", "Eq. 1"),
        assumptions="none",
        kind=kind,
        check=lambda: Finding(verdict, "seen", "rather so"),
    )


def test_only_statements_that_are_wrong_and_no_runs() -> None:
    rows = (
        made("C-TST-1", Verdict.HOLDS),
        made("C-TST-2", Verdict.CORRECTED),
        made("C-TST-3", Verdict.REFUTED),
        made("C-TST-4", Verdict.REFUTED, Kind.MEASURED),
        made("C-TST-5", Verdict.REFUTED, end="?"),
    )
    found = misprints(rows)
    assert [row.judgement.claim.id for row in found] == ["C-TST-2", "C-TST-3"]
    assert [row.survives for row in found] == ["as corrected", "no"]
    assert "actmath claims C-TST-2" in found._repr_html_()
    assert "It &lt;holds&gt;." in found._repr_html_()
    assert "2 statements that are not so" in repr(found)
    assert "actmath claims C-TST-3" in repr(found.rows[1])


def test_a_result_stands_by_another_row_that_is_judged_too() -> None:
    (row,) = misprints(select("C-SNN-23.b"))
    assert row.survives == "yes: C-SNN-23.a"


def test_support_that_does_not_hold_is_no_support(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actmath.claims._ledger.misprints.rests_on", lambda _: "C-PRE-2")
    (row,) = misprints([made("C-TST-2", Verdict.CORRECTED)])
    assert row.survives == "open: C-PRE-2"


@pytest.mark.parametrize("identifier", [i for i in CLAIMS if rests_on(i)])
def test_supports_are_rows(identifier: str) -> None:
    assert rests_on(identifier) in CLAIMS


def test_every_support_is_of_some_row() -> None:
    assert all(any(name.startswith(start) for name in CLAIMS) for start in RESTS_ON)
