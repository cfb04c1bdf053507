"""Rows that a recorded run decides: the rule, a missing record, what is out of reach, remaking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actmath.claims import Finding, Kind, Verdict, judge
from actmath.claims._evidence import measured as evidence
from actmath.claims._evidence.measured import measured, out_of_reach, reproduced, scale
from actmath.experiment import RunRecord, compare
from actmath.sources import Source

from ..made_up import made_up

WORDS: dict[str, Any] = {
    "id": "C-TST-1",
    "statement": "The first is less.",
    "tex": "a < b",
    "source": Source("he2015", "Eq. 1"),
    "assumptions": "none",
}
LOW, HIGH = [1.0, 1.1, 1.2, 0.9], [2.0, 2.2, 2.1, 1.9]


def record() -> RunRecord:
    return made_up("elu-mnist", {}, {})


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (LOW, HIGH, Verdict.REPRODUCED),
        (HIGH, LOW, Verdict.NOT_REPRODUCED),
        (LOW, [1.1, 1.0, 1.0, 1.1], Verdict.UNDECIDED),
    ],
)
def test_the_claimed_direction_decides(
    first: list[float], second: list[float], verdict: Verdict
) -> None:
    found = reproduced(compare(first, second, "less"), record(), "a − b", "a note")
    assert found.verdict is verdict
    assert found.evidence.startswith("a − b: ")
    assert scale(record()) in found.evidence
    assert ("the opposite is significant" in found.evidence) == (verdict is Verdict.NOT_REPRODUCED)
    assert "a note" in found.evidence


def test_the_scale_names_network_data_and_device() -> None:
    assert scale(record()) == "8 layers of 128, mnist-5k, 100 examples, 45 epochs, abacus"


def test_the_record_goes_to_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def recorded(recipe: str, preset: str) -> RunRecord:
        asked.append((recipe, preset))
        return record()

    def decide(seen: RunRecord) -> Finding:
        return Finding(Verdict.REPRODUCED, seen.config.recipe)

    monkeypatch.setattr(evidence, "recorded", recorded)
    row = measured(**WORDS, recipe="elu-mnist", decide=decide)
    assert row.kind is Kind.MEASURED
    assert row.check() == Finding(Verdict.REPRODUCED, "elu-mnist")
    assert asked == [("elu-mnist", "book")]


def test_without_a_record_nothing_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recorded(recipe: str, preset: str) -> RunRecord:
        raise FileNotFoundError(f"{recipe}-{preset}: train it")

    monkeypatch.setattr(evidence, "recorded", recorded)
    row = measured(**WORDS, recipe="elu-mnist", decide=lambda _: Finding(Verdict.HOLDS, ""))
    assert row.check() == Finding(Verdict.UNDECIDED, "no recorded run: elu-mnist-book: train it")


def test_rows_on_one_record_share_one_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[tuple[str, str, Path, bool]] = []

    def run(recipe: str, preset: str, *, out: Path, force: bool) -> None:
        trained.append((recipe, preset, out, force))

    monkeypatch.setattr(evidence, "run", run)
    monkeypatch.setattr(evidence, "recorded", lambda *_: record())
    monkeypatch.setattr(evidence, "results_folder", lambda: tmp_path)
    rows = [
        measured(**WORDS, recipe=recipe, decide=lambda _: Finding(Verdict.HOLDS, "seen"))
        for recipe in ("elu-mnist", "elu-mnist", "elu-conv")
    ]
    list(judge(rows, remake=True))
    files = [tmp_path / f"{name}-book.json" for name in ("elu-mnist", "elu-conv")]
    assert trained == [
        ("elu-mnist", "book", files[0], True),
        ("elu-conv", "book", files[1], True),
    ]


def test_what_is_out_of_reach_says_what_it_would_take() -> None:
    row = out_of_reach(**WORDS, needs="needs a year")
    assert row.check() == Finding(Verdict.OUT_OF_REACH, "needs a year")
    assert row.kind is Kind.MEASURED
    assert row.remake is None
