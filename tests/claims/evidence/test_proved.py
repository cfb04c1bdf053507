"""A row that rests on proofs is open without them; what is printed is compared with both ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from actmath.claims import CLAIMS, Finding, Verdict
from actmath.claims._evidence import certificates
from actmath.claims._evidence.proved import by_proof, certified, digits_of, reads_as
from actmath.sources import Source

COMMITTED = certificates.folder()
NAME = "silu-minimum"


def judge() -> Finding:
    return Finding(Verdict.HOLDS, "so it is")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the committed certificates."""
    monkeypatch.setattr(certificates, "folder", lambda: tmp_path)
    return tmp_path


def test_with_a_proof_the_finding_names_it() -> None:
    found = by_proof((NAME,), judge)
    assert found.verdict is Verdict.HOLDS
    assert "so it is; proved: certificate silu-minimum.json, SHA-256 " in found.evidence
    assert [path for path, _ in found.files] == ["book/certificates/silu-minimum.json"]


def test_without_a_listed_certificate_it_is_open(folder: Path) -> None:
    assert by_proof((NAME,), judge).verdict is Verdict.UNDECIDED
    shutil.copy(COMMITTED / f"{NAME}.json", folder)
    assert "not the one that SHA256SUMS lists" in by_proof((NAME,), judge).evidence
    shutil.copy(COMMITTED / "SHA256SUMS", folder)
    assert by_proof((NAME,), judge).verdict is Verdict.HOLDS


def test_an_altered_certificate_leaves_it_open(folder: Path) -> None:
    altered = (COMMITTED / f"{NAME}.json").read_text("utf-8").replace("107379511", "107379512")
    (folder / f"{NAME}.json").write_text(altered, "utf-8")
    found = by_proof((NAME,), judge)
    assert found.verdict is Verdict.UNDECIDED
    assert not found.files


def test_a_refuted_statement_is_no_proof() -> None:
    found = by_proof(("theorem-1-mean-lower",), judge)
    assert found.verdict is Verdict.UNDECIDED
    assert "no proof, REFUTED" in found.evidence


def test_a_row_is_made_anew(folder: Path) -> None:
    row = certified(
        id="C-TST-1",
        statement="It holds.",
        tex="1 = 1",
        source=Source("he2015", "Eq. 1"),
        assumptions="none",
        proofs=(NAME,),
        judge=judge,
    )
    assert row.check().verdict is Verdict.UNDECIDED
    assert row.remake
    row.remake()
    assert (folder / f"{NAME}.json").read_bytes() == (COMMITTED / f"{NAME}.json").read_bytes()
    assert row.check().verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [("0.3333", Verdict.HOLDS), ("0.33335", Verdict.CORRECTED), ("0.34", Verdict.CORRECTED)],
)
def test_a_printed_number_is_what_both_ends_round_to(printed: str, verdict: Verdict) -> None:
    assert reads_as(printed, "it", ("0.33333", "0.33334")).verdict is verdict


def test_digits_are_those_of_the_end_next_to_0() -> None:
    assert digits_of(("-2.5", "-2.4")) == "-2.4…"
    assert digits_of(("2.4", "2.5")) == "2.4…"


def test_every_row_of_the_kind_says_what_it_rests_on() -> None:
    rows = [c for i, c in CLAIMS.items() if i.startswith(("C-GEL", "C-SWI", "C-MIS", "C-LIP"))]
    resting = [claim.check() for claim in rows if claim.remake]
    assert len(resting) > 30
    assert all(found.files for found in resting)
