"""``actmath claims``: the ledger's rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from actmath.claims import CLAIMS
from actmath.claims._ledger import kept
from actmath.cli import app

from .invoke import RUNNER, answer, refusal


def test_claims_have_the_promised_keys() -> None:
    rows = answer("claims", "C-SNN-3")
    assert [row["verdict"] for row in rows[:4]] == ["holds", "holds", "corrected", "holds"]
    for row in rows:
        assert {
            "id",
            "source",
            "statement",
            "kind",
            "verdict",
            "correction",
            "evidence",
        } <= set(row)


def test_an_unknown_claim_is_one_clear_sentence() -> None:
    assert "did you mean" in refusal("claims", "C-SNM-1")


def printed(*arguments: str) -> str:
    result = RUNNER.invoke(app, ["claims", *arguments])
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_a_row_of_a_run_is_printed_part_by_part_and_with_its_file() -> None:
    shown = printed("C-ELU-9.a")
    for title in ("gates: ", "scale: ", "left out: ", "rests on: book/results/elu-mnist-book.json"):
        assert title in shown
    assert len(CLAIMS["C-ELU-9.a"].judge().finding.files[0][1]) == 64


def test_what_is_kept_is_taken_but_not_with_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "cache_file", lambda: tmp_path / "judged.json")
    monkeypatch.setattr(kept, "fingerprint", lambda: "here")
    first = answer("claims", "C-PRE-2")
    judged: list[str] = []
    monkeypatch.setattr("actmath.claims.Claim.judge", lambda claim: judged.append(claim.id))
    assert answer("claims", "C-PRE-2") == first
    assert not judged
    RUNNER.invoke(app, ["claims", "C-PRE-2", "--anew"])
    assert judged == ["C-PRE-2"]


def test_a_constant_of_the_world_is_shown_with_where_it_stands() -> None:
    (row,) = answer("world", "torch gain tanh", "--layers", "2")
    assert row["printed"] == "5/3"
    assert row["exact"].startswith("1.5925374197")
    assert row["wild"]["length"] > row["right"]["length"] == pytest.approx(1)
    shown = RUNNER.invoke(app, ["world", "haiku truncated"]).stdout
    assert "0.87962566103423978" in shown
    rows = RUNNER.invoke(app, ["world", "dks rule relu", "--layers", "2"]).stdout
    assert "0.5000000000067657" in rows
    assert "exact" in RUNNER.invoke(app, ["world", "haiku-truncated"]).stdout


def test_an_unknown_constant_is_one_clear_sentence() -> None:
    assert "torch-gain-selu" in refusal("world", "torch-gian-selu")
    assert "layers" in refusal("world", "haiku-truncated", "--layers", "0")
