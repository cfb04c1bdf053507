"""``actmath claims``: the ledger's rows."""

from __future__ import annotations

from .invoke import answer, refusal


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
