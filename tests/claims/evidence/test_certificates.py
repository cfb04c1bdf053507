"""The ledger's certified rows and a page's tables rest on certificates that are checked again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from actmath.claims import Verdict, select
from actmath.claims._evidence import certificates
from actmath.claims._evidence.certificates import checked, errata, printed_bounds
from actmath.claims.snn import certified
from actmath.prove import STATEMENTS

COMMITTED = certificates.folder()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the committed certificates."""
    monkeypatch.setattr(certificates, "folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("identifier", "verdict", "words"),
    [
        ("C-SNN-1.g", Verdict.HOLDS, "selu-printed-constants.json"),
        ("C-SNN-3.f", Verdict.CORRECTED, "0.08883475"),
        ("C-SNN-4.a", Verdict.HOLDS, "theorem-1.json"),
        ("C-SNN-4.b", Verdict.CORRECTED, "-0.0310605017922177 at mu = -0.1"),
        ("C-SNN-5.c", Verdict.CORRECTED, "a cover shows"),
        ("C-SNN-11.a", Verdict.CORRECTED, "1.2089"),
        ("C-SNN-11.b", Verdict.CORRECTED, "0.9526"),
    ],
)
def test_rows_read_their_certificates(identifier: str, verdict: Verdict, words: str) -> None:
    (claim,) = (row for row in select(identifier) if row.id == identifier)
    finding = claim.check()
    assert finding.verdict is verdict
    assert words in finding.evidence


def test_every_printed_bound_has_a_row() -> None:
    numbers = {s.claim for s in printed_bounds()}
    assert numbers == {f"C-SNN-{k}" for k in (1, *range(3, 12))}
    rows = [row.tex for number in numbers for row in select(number)]
    assert all(f"\\text{{{s.name}}}" in rows for s in printed_bounds())


@pytest.mark.slow
def test_no_statement_with_a_source_is_forgotten() -> None:
    printed = [name for name, statement in STATEMENTS.items() if statement.source]
    assert sorted(printed) == sorted(statement.name for statement in printed_bounds())
    assert sorted(printed) == sorted(claim.tex[len("\\text{") : -1] for claim in certified.CLAIMS)


def test_without_or_with_an_altered_certificate_nothing_is_decided(folder: Path) -> None:
    (claim,) = (row for row in select("C-SNN-4") if row.id == "C-SNN-4.c")
    assert claim.check().verdict is Verdict.UNDECIDED
    name = "theorem-1-mean-upper.json"
    shutil.copy(COMMITTED / name, folder)
    assert "not the one that SHA256SUMS lists" in claim.check().evidence
    shutil.copy(COMMITTED / "SHA256SUMS", folder)
    assert claim.check().verdict is Verdict.HOLDS
    altered = (folder / name).read_text("utf-8").replace("0.06773", "0.05773")
    (folder / name).write_text(altered, "utf-8")
    finding = claim.check()
    assert finding.verdict is Verdict.UNDECIDED
    assert "rejected" in finding.evidence
    assert "rejected" in checked("theorem-1-mean-upper")._repr_html_()


def test_a_row_takes_no_other_certificate_than_the_one_it_names(folder: Path) -> None:
    """Neither another statement's in its file, nor another proof of its own statement."""
    (claim,) = (row for row in select("C-SNN-4") if row.id == "C-SNN-4.a")
    sums = (COMMITTED / "SHA256SUMS").read_text("utf-8").splitlines()
    digest = next(line[:64] for line in sums if line.endswith("  theorem-1.json"))
    shutil.copy(COMMITTED / "theorem-1.json", folder)
    shutil.copy(COMMITTED / "SHA256SUMS", folder)
    assert digest in claim.check().evidence
    shutil.copy(COMMITTED / "lemma-12-sum.json", folder / "theorem-1.json")
    other = hashlib.sha256((folder / "theorem-1.json").read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{other}  theorem-1.json\n", "utf-8")
    finding = claim.check()
    assert finding.verdict is Verdict.UNDECIDED
    assert "it declares lemma-12-sum, not theorem-1" in finding.evidence


def test_a_corrected_row_names_the_certificate_of_the_correction() -> None:
    (claim,) = (row for row in select("C-SNN-4") if row.id == "C-SNN-4.b")
    evidence = claim.check().evidence
    for name in ("theorem-1-mean-lower", "theorem-1-mean-lower-corrected"):
        file = COMMITTED / f"{name}.json"
        assert f"{name}.json, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}" in evidence


@pytest.mark.parametrize("data", [b"", b"[" * 9000, b"\xff", b" " * 1_000_001])
def test_a_hostile_file_leaves_its_row_undecided(folder: Path, data: bytes) -> None:
    (claim,) = (row for row in select("C-SNN-4") if row.id == "C-SNN-4.a")
    (folder / "theorem-1.json").write_bytes(data)
    assert claim.check().verdict is Verdict.UNDECIDED
    assert errata([STATEMENTS["theorem-1"]]).rows == ()


def test_remaking_a_row_writes_its_certificate(folder: Path) -> None:
    (claim,) = (row for row in select("C-SNN-4") if row.id == "C-SNN-4.c")
    assert claim.remake
    claim.remake()
    made, kept = (
        json.loads((f / "theorem-1-mean-upper.json").read_text()) for f in (folder, COMMITTED)
    )
    assert made == kept


@pytest.mark.slow
def test_errata_are_the_refuted_ones_each_with_a_point_and_a_proof() -> None:
    rows = errata().rows
    files = {
        s.name: json.loads((COMMITTED / f"{s.name}.json").read_text()) for s in printed_bounds()
    }
    refuted = [name for name, file in files.items() if file["verdict"] == "REFUTED"]
    assert [row.statement.name for row in rows] == refuted
    assert [row.statement.name for row in rows if not row.point] == ["lemma-12-printed-attained"]
    assert all(row.corrections for row in rows)
    html = errata([STATEMENTS["theorem-1"], STATEMENTS["selu-jacobian-12"]])._repr_html_()
    assert html.count("<tr>") == 2
    assert "0.0888347551" in html
